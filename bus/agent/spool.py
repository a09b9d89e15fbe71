"""What is not sent yet, what is known of the app, and the position: one SQLite file.

They change together or not at all, on the disk when `commit` returns. So a power cut
loses nothing and repeats nothing, which files of our own could not promise as simply.
"""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bus.errors import ConfigError, RetriableError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frames (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS known (
  ref BLOB PRIMARY KEY, digest BLOB NOT NULL, cells BLOB, mark TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS devices (ref TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
"""
Known = tuple[bytes, bytes | None, str | None]
"""Digest of a row, its sealed cells, its mark in the overlap window."""


class FullError(RetriableError):
    """There is no room; nothing was written, the app keeps its rows."""


@dataclass(slots=True)
class Changes:
    """What a step learned about the app.

    Attributes:
        put: reference → what is known of the row now.
        drop: references of rows that are gone.
        forget_below: rows of the window with a lesser mark are forgotten.
        devices: devices of `edge:` whose state is another, sealed.
    """

    put: dict[bytes, Known] = field(default_factory=dict)
    drop: list[bytes] = field(default_factory=list)
    forget_below: str | None = None
    devices: list[tuple[str, bytes]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything to keep; what can be forgotten may wait."""
        return bool(self.put or self.drop or self.devices)


class Spool:
    """One connector's file; for one process and one thread.

    Args:
        path: the file; made if missing.
        name: connector, for messages.

    Raises:
        ConfigError: another agent has it open, or it cannot be made.
        StateError: it is damaged.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self.name = name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with ExitStack() as failed:
                self._file = sqlite3.connect(path, isolation_level=None, timeout=0)
                failed.callback(self._file.close)
                self._prepare()
                failed.pop_all()
        except sqlite3.OperationalError as error:
            raise ConfigError(
                f"{name}: {path}: {error}; is another agent running with it?"
            ) from None
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from None
        except OSError as error:
            raise ConfigError(f"{name}: {path}: {error.strerror}") from None
        self._measure()

    def _prepare(self) -> None:
        self._path.chmod(0o600)
        self._file.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(_TABLES)
        if not self._meta("spool"):
            self._begin_anew()

    @property
    def id(self) -> str:
        """Name of this order of frames; another one after `restart`."""
        return self._meta("spool") or ""

    @property
    def cursor(self) -> str | None:
        """Position of the source after all that was kept, sealed."""
        return self._meta("cursor")

    @property
    def next(self) -> int:
        """Number of the next frame to be kept."""
        return int(self._meta("next") or 1)

    def place(self, number: int) -> str:
        """What a frame is sealed for."""
        return f"{self.id}/{number}"

    def commit(
        self, frames: Sequence[bytes], cursor: str | None, changes: Changes
    ) -> None:
        """Keep frames, position and knowledge, on the disk.

        Raises:
            FullError: the disk is full.
        """
        with self._transaction() as file:
            number = self.next
            file.executemany(
                "INSERT INTO frames VALUES (?, ?)",
                [(number + at, data) for at, data in enumerate(frames)],
            )
            self._set("next", str(number + len(frames)))
            self._set("cursor", cursor)
            file.executemany(
                "INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)",
                [(ref, *row) for ref, row in changes.put.items()],
            )
            file.executemany(
                "DELETE FROM known WHERE ref=?", [(x,) for x in changes.drop]
            )
            if changes.forget_below is not None:
                file.execute("DELETE FROM known WHERE mark < ?", [changes.forget_below])
            file.executemany(
                "INSERT OR REPLACE INTO devices VALUES (?, ?)", changes.devices
            )
        self.waiting += len(frames)
        self.bytes += sum(map(len, frames))

    def frame(self, number: int) -> bytes | None:
        """One frame, if it is still there."""
        row = self._file.execute(
            "SELECT data FROM frames WHERE number=?", [number]
        ).fetchone()
        return None if row is None else bytes(row[0])

    @property
    def first(self) -> int:
        """Number of the oldest frame kept, or of the next one."""
        row = self._file.execute("SELECT min(number) FROM frames").fetchone()
        return self.next if row[0] is None else int(row[0])

    def delete_below(self, number: int) -> None:
        """The other side has them for good."""
        if self.waiting and number > self.first:
            with self._transaction() as file:
                file.execute("DELETE FROM frames WHERE number < ?", [number])
            self._measure()

    def known(self, ref: bytes) -> Known | None:
        """What is known of a row."""
        row = self._file.execute(
            "SELECT digest, cells, mark FROM known WHERE ref=?", [ref]
        ).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def all_known(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Reference and sealed cells of every row."""
        yield from self._file.execute("SELECT ref, cells FROM known")

    def count_known(self) -> int:
        """How many rows are known."""
        return int(self._file.execute("SELECT count(*) FROM known").fetchone()[0])

    def devices(self) -> list[tuple[str, bytes]]:
        """Devices of `edge:`, sealed."""
        return list(self._file.execute("SELECT ref, data FROM devices"))

    def restart(self) -> None:
        """Forget everything: the app is read anew, in a new order of frames."""
        with self._transaction() as file:
            for table in ("frames", "known", "devices"):
                file.execute(f"DELETE FROM {table}")  # noqa: S608 - ours
            self._begin_anew()
        self._measure()

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._file.close()

    def _begin_anew(self) -> None:
        self._set("spool", uuid.uuid4().hex)
        self._set("next", "1")
        self._set("cursor", None)

    def _measure(self) -> None:
        query = "SELECT count(*), coalesce(sum(length(data)), 0) FROM frames"
        self.waiting, self.bytes = map(int, self._file.execute(query).fetchone())

    def _meta(self, name: str) -> str | None:
        query = "SELECT value FROM meta WHERE name=?"
        row = self._file.execute(query, [name]).fetchone()
        return None if row is None else row[0]

    def _set(self, name: str, value: str | None) -> None:
        self._file.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [name, value])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.execute("BEGIN IMMEDIATE")
            yield self._file
            self._file.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self._undo()
            if isinstance(error, sqlite3.OperationalError):
                raise FullError(f"{self.name}: {self._path}: {error}") from None
            raise self._damaged(error) from None
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._file.in_transaction:
            self._file.execute("ROLLBACK")

    def _damaged(self, error: Exception) -> StateError:
        return StateError(
            f"{self.name}: {self._path} is damaged ({error}); move it away, then the "
            "app is read anew and nothing is lost that is still in it"
        )
