"""Finds a Java that the local broker can run on."""

import re
import shutil
import subprocess
from pathlib import Path

from bus.config.load import variable
from bus.errors import ConfigError

OLDEST = 17
INSTALL = "Debian/Ubuntu: apt-get install openjdk-17-jre-headless"


def find_java() -> Path:
    """The `java` command of `JAVA_HOME`, else of `PATH`.

    Raises:
        ConfigError: there is none, or it is older than Java 17.
    """
    home = variable("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else None
    found = found or shutil.which("java")
    if found is None:
        raise ConfigError(f"java: not found; Kafka needs Java {OLDEST} ({INSTALL})")
    version = java_version(Path(found))
    if version < OLDEST:
        raise ConfigError(
            f"{found}: Java {version}; Kafka needs Java {OLDEST} or newer ({INSTALL})"
        )
    return Path(found)


def java_version(java: Path) -> int:
    """Major version that a `java` command reports; 0 when it does not say."""
    done = subprocess.run(  # noqa: S603
        [java, "-version"], capture_output=True, text=True, check=False
    )
    return major_of(done.stderr)


def major_of(text: str) -> int:
    """17 out of `openjdk version "17.0.15"`, 8 out of `"1.8.0_292"`."""
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match[1]) if match else 0
