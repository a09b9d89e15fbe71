"""One demo per folder at a time."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder; the lock goes with the process, whatever kills it.

    Raises:
        ConfigError: another demo runs there; names its process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise ConfigError(
                f"{folder}: another demo is running there (process {owner}); wait for "
                "it, stop it with Ctrl-C, or give this one its own folder: --dir PATH"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
