"""An environment for rivals that need other versions than ours, made once."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bus.errors import FatalError
from ops.kafka.jars import cache_dir

if TYPE_CHECKING:
    from collections.abc import Callable

PINS = Path(__file__).with_name("rivals.txt")


def rivals_python(say: Callable[[str], None]) -> str:
    """Python of the environment; made in the cache folder when it is not there.

    Raises:
        FatalError: pip could not install the pins; the end of its output is told.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = sha256(PINS.read_bytes()).hexdigest()[:12]
    folder = cache_dir().parent / f"rivals-{version}-{digest}"
    python, done = folder / "bin" / "python", folder / "done"
    if not done.is_file():
        say("installing the rivals, once")
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "-q", "-r", str(PINS))
        done.touch()
    return str(python)


def _run(*command: str) -> None:
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FatalError(f"rivals: {command[2]} failed:\n{done.stderr[-1500:]}")
