"""Apache Kafka's own jars: brought by Maven once, then used from a cache."""

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from bus.config.load import variable
from bus.errors import ConfigError, RetriableError

POM = Path(__file__).with_name("pom.xml")
STAMP = "pom.sha256"
GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


def kafka_version(pom: Path = POM) -> str:
    """Kafka version that `pom.xml` names."""
    match = re.search(r"<kafka\.version>([^<]+)<", pom.read_text(encoding="utf-8"))
    if match is None:
        raise ConfigError(f"{pom}: no <kafka.version> property")
    return match[1]


def cache_dir() -> Path:
    """Folder of the jars: `$XDG_CACHE_HOME/opdbus/kafka-<version>`."""
    root = variable("XDG_CACHE_HOME")
    base = Path(root) if root else Path.home() / ".cache"
    return base / "opdbus" / f"kafka-{kafka_version()}"


def cached(folder: Path) -> bool:
    """Whether the cache holds what the present `pom.xml` asks for."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _digest()


def jars(say: Callable[[str], None] = lambda _line: None) -> Path:
    """Folder with all jars; asks Maven for them where the cache lacks them.

    Several processes may call this at once; one fetches, the others wait.

    Raises:
        ConfigError: Maven is needed and is not there.
        RetriableError: Maven could not bring the jars.
    """
    folder = cache_dir()
    if cached(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cached(folder):
            say(f"fetching Apache Kafka {kafka_version()} with Maven (once)")
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ConfigError(
            "mvn: not found; Maven fetches Apache Kafka the first time "
            "(Debian/Ubuntu: apt-get install maven)"
        )
    fresh = folder.with_name(folder.name + ".part")
    shutil.rmtree(fresh, ignore_errors=True)
    target = f"-DoutputDirectory={fresh}"
    done = subprocess.run(  # noqa: S603
        [maven, "-B", "-q", "-f", str(POM), GOAL, target, "-DincludeScope=runtime"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not any(fresh.glob("kafka_*.jar")):
        words = (done.stdout + done.stderr).strip().splitlines()[-5:]
        raise RetriableError(
            f"Maven could not fetch Apache Kafka into {folder}: " + " | ".join(words)
        )
    (fresh / STAMP).write_text(_digest(), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _digest() -> str:
    return hashlib.sha256(POM.read_bytes()).hexdigest()
