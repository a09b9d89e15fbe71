"""A drop folder as a source: each content once, whole files only, oldest first."""

import json
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from bus.connect.source import Batch, Reading, Unreadable
from bus.connect.spec import Opening
from bus.errors import RetriableError
from connectors._tabular.archive import Archive
from connectors._tabular.config import FolderConfig
from connectors._tabular.reader import (
    UNOPENED,
    FileReader,
    Lines,
    UnreadableFileError,
)
from connectors._tabular.returns import Returns

REMEMBERED_FILES = 5000
PATIENCE = 15
"""A file that cannot be opened is waited for this many times `settle_seconds`: half a
workbook is no workbook, and once archived its other half would be missed."""
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
_BLOCK = 1 << 20


class FolderSource:
    """Reads files of one format from a folder.

    Position: hashes of the contents read (`done`), the file and row under way, and
    those whose copy with reasons is not written yet (`back`).

    Args:
        config: folder and habits.
        opening: name, columns and clock.
        reader: opens one file.
    """

    def __init__(
        self, config: FolderConfig, opening: Opening, reader: FileReader
    ) -> None:
        self._config = config
        self._clock = opening.clock
        self._name = opening.connector
        self._columns = tuple(dict.fromkeys((*opening.columns, *config.scope)))
        self._reader = reader
        self._open: tuple[str, int, Lines] | None = None
        self._hashes: dict[Path, tuple[tuple[int, int], str]] = {}
        self._sizes: dict[Path, int] = {}
        self._unopened: set[str] = set()
        arsip = None if opening.dry else config.arsip
        self._archive = Archive(arsip, self._digest)
        back = None if opening.dry else config.returns_to()
        self._returns = Returns(back, opening.give_back, self._digest)

    @property
    def reading(self) -> Reading:
        return Reading(
            remembers_all=True,
            finds_deletes=self._config.mode == "snapshot-diff",
            scope=self._config.scope,
        )

    def poll(self, cursor: str | None) -> Batch:
        """Rows of the file under way, or of the oldest new file."""
        position: dict[str, Any] = json.loads(cursor) if cursor else {}
        done: list[str] = position.get("done", [])
        self._returns.take(position.get("back", []), self._candidates)
        self._archive.take(done, self._candidates)
        under_way = position.get("file")
        if under_way is None:
            under_way = self._next_file(done)
        if under_way is None:
            return self._batch((), done, None, wait=self._config.poll_seconds)
        return self._chunk(under_way, done)

    def check(self) -> list[str]:
        """Whether the folder is there and how many files wait."""
        if not self._config.folder.is_dir():
            return [f"{self._name}: folder {self._config.folder} does not exist yet"]
        if not self._candidates():
            pattern = self._config.pattern
            return [f"{self._name}: no file {pattern} in {self._config.folder}"]
        return []

    def close(self) -> None:
        if self._open is not None:
            lines, self._open = self._open[2], None
            lines.close()

    def _candidates(self) -> list[Path]:
        try:
            found = [
                path
                for path in self._config.folder.glob(self._config.pattern)
                if path.is_file()
                and not path.name.startswith((".", "~$"))
                and path.suffix.lower() not in _UNFINISHED
            ]
            return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))
        except OSError:
            return []  # a file went away while looking; the next poll sees the rest

    def _next_file(self, done: list[str]) -> dict[str, Any] | None:
        for path in self._candidates():
            try:
                if not self._is_settled(path):
                    continue
                digest = self._digest(path)
            except OSError as error:
                raise RetriableError(f"{self._name}: {path.name}: {error}") from None
            waits = digest in self._unopened and self._may_grow(path)
            if digest not in done and not waits:
                return {"name": path.name, "hash": digest, "row": 0}
        return None

    def _may_grow(self, path: Path) -> bool:
        """Young enough that its sender, at the end of a bad line, is still at it."""
        age = self._clock.now_ms() / 1000 - path.stat().st_mtime
        return age < self._config.settle_seconds * PATIENCE

    def _is_settled(self, path: Path) -> bool:
        """Untouched for a while and of the same size as at the last look."""
        state = path.stat()
        age = self._clock.now_ms() / 1000 - state.st_mtime
        before = self._sizes.get(path)
        self._sizes[path] = state.st_size
        if before is not None and before != state.st_size:
            return False
        return age >= self._config.settle_seconds

    def _digest(self, path: Path) -> str:
        state = path.stat()
        version = (state.st_size, state.st_mtime_ns)
        known = self._hashes.get(path)
        if known is None or known[0] != version:
            digest = blake2b(digest_size=12)
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
            known = self._hashes[path] = (version, digest.hexdigest())
        return known[1]

    def _chunk(self, under_way: dict[str, Any], done: list[str]) -> Batch:
        name, digest, at = under_way["name"], under_way["hash"], under_way["row"]
        try:
            lines = self._lines(name, digest, at)
            items = list(islice(lines.rows, self._config.chunk_rows))
            places = tuple(lines.places)
            lines.places.clear()
        except UnreadableFileError as error:
            self.close()
            if error.code == UNOPENED and self._may_grow(self._config.folder / name):
                self._unopened.add(digest)
                return self._batch((), done, None, wait=self._config.poll_seconds)
            broken = Unreadable(name, error.code, error.message)
            self._returns.wait_for(digest)
            return self._batch((broken,), [*done, digest], None)
        except OSError as error:
            self.close()
            raise RetriableError(f"{self._name}: {name}: {error}") from None
        if len(items) < self._config.chunk_rows:
            self.close()
            self._returns.wait_for(digest)
            last = self._batch(items, [*done, digest], None, name, complete=True)
            return replace(last, places=places)
        self._open = (digest, at + len(items), lines)
        ahead = {**under_way, "row": at + len(items)}
        return replace(self._batch(items, done, ahead, name), places=places)

    def _lines(self, name: str, digest: str, at: int) -> Lines:
        """The open file, if it stands where the position says, or opened anew."""
        if self._open is not None and self._open[:2] == (digest, at):
            return self._open[2]
        self.close()
        path = self._config.folder / name
        if not path.is_file() or self._digest(path) != digest:
            raise UnreadableFileError(
                "BERKAS_BERUBAH",
                f"Berkas {name} diganti atau dihapus sebelum selesai dibaca. Baris "
                "yang sudah terbaca tetap berlaku; penggantinya akan dibaca utuh.",
            )
        lines = self._reader(path, self._columns)
        for _ in islice(lines.rows, at):
            pass
        lines.places.clear()
        self._open = (digest, at, lines)
        return lines

    def _batch(
        self,
        items: Any,
        done: list[str],
        under_way: dict[str, Any] | None,
        origin: str = "",
        *,
        complete: bool = False,
        wait: float = 0.0,
    ) -> Batch:
        kept = {"done": done[-REMEMBERED_FILES:], **self._returns.waiting}
        return Batch(
            columns=self._columns,
            rows=[item for item in items if not isinstance(item, Unreadable)],
            unreadable=tuple(item for item in items if isinstance(item, Unreadable)),
            cursor=json.dumps({**kept, "file": under_way}),
            resume=json.dumps({**kept, "file": None}),
            next_poll_seconds=wait,
            complete=complete,
            origin=origin,
            more=bool(wait and self._returns.waiting),
        )
