"""What this machine has of what the bus needs, and how to get the rest."""

import shutil
import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from bus.config.load import unknown_settings
from bus.config.settings import Settings
from bus.errors import ConfigError
from ops.kafka.broker import port_free
from ops.kafka.container import engine_version
from ops.kafka.jars import cache_dir, cached, kafka_version
from ops.kafka.java import OLDEST, find_java, java_version
from ops.kafka.probe import brokers_behind

OLDEST_PYTHON = (3, 11)
DISK_MB = 2048
OTHERS = ("OPDBUS_SAMPLES", "OPDBUS_PYTHON")
"""Variables that tests and scripts read, not the bus."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        name: what was looked for.
        ok: it is there and new enough.
        needed: the demo does not run without it.
        found: what is there, in a few words.
        remedy: how to get it; empty when nothing is to be done.
    """

    name: str
    ok: bool
    needed: bool
    found: str
    remedy: str = ""


def examine(settings: Settings, folder: Path) -> list[Finding]:
    """Everything the bus needs or may use on this machine.

    Args:
        settings: ports and broker address to look at.
        folder: a folder on the disk that data will be written to.
    """
    docker = docker_engine()
    broker = brokers_behind(settings.bootstrap, 0.5) > 0
    have_kafka = docker.ok or broker
    return [
        python(sys.version_info[:3]),
        package("faust", "faust._cython, compiled", compiled="_cython/streams*.so"),
        package("rocksdict", "RocksDB state"),
        java(needed=not have_kafka),
        maven(needed=not have_kafka),
        docker,
        Finding(
            "Kafka broker", broker, False, f"{settings.bootstrap} " + _answers(broker)
        ),
        disk(folder),
        *(port(name, number) for name, number in _ports(settings, broker=broker)),
        *(unknown(name) for name in unknown_settings(OTHERS)),
        package("pymysql", "MySQL/MariaDB driver", needed=True),
        package("MySQLdb", "faster MySQL/MariaDB driver", install="mysqlclient"),
        package("psycopg", "PostgreSQL driver"),
        program("MariaDB server", ("mariadbd", "mysqld"), "mariadb-server", "--mysql"),
        program("Prometheus", ("prometheus",), "prometheus", "tests of the dashboard"),
    ]


def python(version: tuple[int, ...]) -> Finding:
    """The interpreter that runs this."""
    text = ".".join(map(str, version))
    remedy = "install Python 3.11, 3.12 or 3.13 and run ./ops/setup again"
    ok = version >= OLDEST_PYTHON
    return Finding("Python", ok, True, text, "" if ok else remedy)


def java(*, needed: bool) -> Finding:
    """A Java for the local broker; not needed where another broker is at hand."""
    try:
        found = find_java()
    except ConfigError as error:
        return Finding(f"Java ≥ {OLDEST}", False, needed, "missing", str(error))
    return Finding(f"Java ≥ {OLDEST}", True, needed, f"{java_version(found)}, {found}")


def maven(*, needed: bool) -> Finding:
    """Maven, needed once: it brings Kafka's jars into the cache."""
    if cached(cache_dir()):
        return Finding(f"Kafka {kafka_version()} jars", True, needed, str(cache_dir()))
    found = shutil.which("mvn")
    remedy = "" if found else "Debian/Ubuntu: apt-get install maven"
    return Finding("Maven", found is not None, needed, found or "missing", remedy)


def docker_engine() -> Finding:
    """A Docker engine that answers; the client alone does not count."""
    version = engine_version()
    remedy = (
        "" if version else f"only without Java ≥ {OLDEST}: install and start Docker"
    )
    found = version or "no engine answers"
    return Finding("Docker engine", bool(version), False, found, remedy)


def disk(folder: Path) -> Finding:
    """Free space where state and broker data go."""
    place = next(
        p for p in (folder.absolute(), *folder.absolute().parents) if p.exists()
    )
    free = shutil.disk_usage(place).free // 2**20
    remedy = "" if free >= DISK_MB else f"free {DISK_MB - free} MB on that disk"
    return Finding("Disk space", not remedy, True, f"{free:,} MB free, {place}", remedy)


def port(name: str, number: int) -> Finding:
    """A port the bus would listen on."""
    ok = number == 0 or port_free(number)
    remedy = "" if ok else f"stop what listens on {number}, or set another port"
    return Finding(f"Port of {name}", ok, False, str(number), remedy)


def unknown(name: str) -> Finding:
    """An environment variable that nothing of the bus reads."""
    remedy = "a typing error? Settings are listed in README.md"
    return Finding(f"Setting {name}", False, False, "not known", remedy)


def package(
    module: str,
    purpose: str,
    *,
    needed: bool | None = None,
    compiled: str = "",
    install: str = "",
) -> Finding:
    """An importable module; without `install` it comes with requirements.txt.

    Args:
        module: top-level module; it is not imported.
        purpose: what it is good for.
        needed: by default what comes with requirements.txt and is core.
        compiled: pattern of the compiled file that must be inside the package.
        install: distribution to install by hand; such a module is optional.
    """
    spec = PathFinder.find_spec(module)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    ok = folder is not None and (not compiled or any(folder.glob(compiled)))
    remedy = f"pip install {install}" if install else "run ./ops/setup again"
    must = not install if needed is None else needed
    found = "there" if ok else "missing"
    return Finding(f"{module} ({purpose})", ok, must, found, "" if ok else remedy)


def program(name: str, commands: tuple[str, ...], apt: str, purpose: str) -> Finding:
    """A server program that only some features or tests need."""
    path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
    found = next((hit for c in commands if (hit := shutil.which(c, path=path))), None)
    remedy = "" if found else f"for {purpose}: apt-get install {apt}"
    return Finding(name, found is not None, False, found or "missing", remedy)


def _ports(settings: Settings, *, broker: bool) -> list[tuple[str, int]]:
    ports = [
        ("gateway", settings.gateway_port),
        ("metrics", settings.metrics_port),
        ("receive", settings.receive_port),
        ("collect", settings.collect_port),
    ]
    here, _, number = settings.bootstrap.split(",")[0].rpartition(":")
    if not broker and here in {"127.0.0.1", "localhost"}:
        ports.append(("Kafka", int(number)))
    return ports


def _answers(yes: bool) -> str:
    return "answers" if yes else "does not answer (opdbus kafka start)"
