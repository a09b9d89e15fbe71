"""Which connector files there are, and which have changed since the last look."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from bus.connect.files.document import read_document
from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".yaml", ".yml")


@dataclass(slots=True)
class Look:
    """What one look found.

    Attributes:
        files: path → hash of the file and of all it extends.
        broken: path → why it cannot be read at all.
    """

    files: dict[Path, bytes] = field(default_factory=dict)
    broken: dict[Path, ConfigError] = field(default_factory=dict)


class FileWatch:
    """Looks at files and folders of files.

    Args:
        paths: connector files, and folders whose YAML files are connector files.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._stamps: dict[Path, tuple[tuple[object, ...], bytes]] = {}
        self._parents: dict[Path, tuple[Path, ...]] = {}

    def look(self) -> Look:
        """The files as they are now; a file that has gone is not in it."""
        found = Look()
        for path in self._present():
            try:
                found.files[path] = self._digest(path)
            except ConfigError as error:
                found.broken[path] = error
            except OSError:
                continue  # it went between listing and reading
        return found

    def _present(self) -> list[Path]:
        found: dict[Path, None] = {}
        for path in self._paths:
            if path.is_dir():
                inside = (x for x in path.iterdir() if x.suffix in SUFFIXES)
                found.update(dict.fromkeys(sorted(inside)))
            elif path.exists():
                found[path] = None
        return list(found)

    def _digest(self, path: Path) -> bytes:
        """Content of the file and its parents; read again only when one was written."""
        chain = (path, *self._parents.get(path, ()))
        stamp = _stamp(chain)
        known = self._stamps.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        parents = _parents(path)
        self._parents[path] = parents
        digest = blake2b(digest_size=16)
        for each in (path, *parents):
            digest.update(each.read_bytes())
        self._stamps[path] = (_stamp((path, *parents)), digest.digest())
        return digest.digest()


def _parents(path: Path) -> tuple[Path, ...]:
    """Other files that lines of the document stand in."""
    lines = read_document(path).lines.values()
    names = dict.fromkeys(line.rpartition(":")[0] for line in lines)
    return tuple(Path(name) for name in names if Path(name) != path)


def _stamp(paths: Sequence[Path]) -> tuple[object, ...]:
    states = [path.stat() for path in paths]
    return tuple((state.st_mtime_ns, state.st_size, state.st_ino) for state in states)
