"""Keyed bytes on local disk whose truth is one partition of a changelog topic.

The local copy (RocksDB) remembers up to which changelog offset it is right, and what
it amounts to. Only committed changes are applied, so after a crash the copy is old,
never wrong; a damaged one is thrown away and built anew (`recovery.py`).
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog
from rocksdict import (
    BlockBasedOptions,
    Cache,
    Options,
    Rdict,
    RdictIter,
    ReadOptions,
    WriteBatch,
)

from bus.errors import StateError
from bus.kafka.fingerprint import Fingerprint, parse_fingerprint

_POSITION = b"\x00position"
_FIRST = b"\x01"
_CACHE = Cache(16 << 20)
_NOT_DAMAGE = ("No space left", "lock", "denied", "Too many open", "Read-only")
log = structlog.get_logger(__name__)


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)  # noqa: FBT003 - the library's signature
    options.set_write_buffer_size(1 << 20)
    options.set_max_write_buffer_number(2)
    options.set_keep_log_file_num(1)
    options.set_max_open_files(64)
    table = BlockBasedOptions()
    table.set_block_cache(_CACHE)
    table.set_bloom_filter(10, block_based=False)
    options.set_block_based_table_factory(table)
    return options


class ChangelogStore:
    """One task's state. Not safe for two threads.

    Args:
        folder: where the local copy lives; made if absent, one per task.

    Attributes:
        position: changelog offset up to which the copy is right; None if it is empty.
        fingerprint: what the copy amounts to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.position: int | None = None
        self.fingerprint = Fingerprint()
        self._db: Rdict | None = None
        self._walker: RdictIter | None = None

    def open(self) -> None:
        """Open the local copy; a damaged one is thrown away.

        Raises:
            StateError: another process has it open, or the disk cannot hold it.
        """
        try:
            self._db = self._opened()
            self._read_position()
        except Exception as error:
            self.close()
            if any(words in str(error) for words in _NOT_DAMAGE):
                raise StateError(_words(self.folder, "open", error)) from error
            log.warning("local state is damaged, building it anew", folder=self._short)
            shutil.rmtree(self.folder, ignore_errors=True)
            self._db = self._opened()
            self._read_position()

    def _opened(self) -> Rdict:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        return Rdict(str(self.folder), _options())

    def _read_position(self) -> None:
        found = self._open.get(_POSITION)
        self.position, self.fingerprint = None, Fingerprint()
        if found is not None:
            position, _, print_ = found.decode().partition(" ")
            fingerprint = parse_fingerprint(print_)
            if fingerprint is None:
                raise ValueError("Corruption: the position is not readable")
            self.position, self.fingerprint = int(position), fingerprint

    @property
    def _short(self) -> str:
        return self.folder.name

    @property
    def _open(self) -> Rdict:
        if self._db is None:
            raise StateError(f"{self.folder}: state store is not open")
        return self._db

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None.

        Raises:
            StateError: the copy is damaged; it was thrown away, start again.
        """
        try:
            found: bytes | None = self._open.get(key)
        except StateError:
            raise
        except Exception as error:
            raise self._damaged(error) from error
        return found

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Entries with `first` <= key < `last` as of the first step, in key order."""
        return _walk(self._open, max(first, _FIRST), last)

    def newest(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The entry with the greatest key for which `first` <= key < `last`.

        Raises:
            StateError: the copy is damaged; it was thrown away, start again.
        """
        try:
            found = self._at_or_before(max(first, _FIRST), last)
        except StateError:
            raise
        except Exception as error:
            raise self._damaged(error) from error
        return found

    def _at_or_before(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """With one walker for all reads between two changes: each costs a read."""
        walker = self._walker
        if walker is None:
            walker = self._walker = self._open.iter()
        walker.seek_for_prev(last)
        if walker.valid() and walker.key() == last:
            walker.prev()
        if not walker.valid():
            walker.status()
            return None
        key: bytes = walker.key()
        return (key, walker.value()) if key >= first else None

    def after(
        self,
        changes: Mapping[bytes, bytes | None],
        known: Mapping[bytes, bytes | None] | None = None,
    ) -> Fingerprint:
        """What the state amounts to once these changes are made.

        Args:
            changes: key → new value, None deletes.
            known: values of keys as they are now, as far as somebody has read them.
        """
        if not known:
            return self.fingerprint.after(changes, self.get)

        def before(key: bytes) -> bytes | None:
            return known[key] if key in known else self.get(key)

        return self.fingerprint.after(changes, before)

    def apply(
        self,
        changes: Mapping[bytes, bytes | None],
        position: int,
        fingerprint: Fingerprint,
    ) -> None:
        """Make committed changes durable here, together with the position.

        Args:
            changes: key → new value; None deletes.
            position: changelog offset after the last of them.
            fingerprint: `after(changes)`.

        Raises:
            StateError: the disk is full or failing; nothing is lost, the changelog
                has it all.
        """
        batch = WriteBatch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        batch.put(_POSITION, f"{position} {fingerprint}".encode())
        self._walker = None  # it sees the state as it was when it was made
        try:
            self._open.write(batch)
        except Exception as error:
            raise StateError(_words(self.folder, "write", error)) from error
        self.position, self.fingerprint = position, fingerprint

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and values, in key order."""
        for key, value in self._open.items():
            if key != _POSITION:
                yield key, value

    def clear(self) -> None:
        """Throw the local copy away and open an empty one."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.open()

    def close(self) -> None:
        """Flush and close; may be called twice."""
        self._walker = None  # as long as it lives the files are in use
        if self._db is not None:
            db, self._db = self._db, None
            db.close()

    def _damaged(self, error: Exception) -> StateError:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return StateError(
            f"{self.folder}: the local copy of the state is damaged ({error}) and was "
            "thrown away; nothing is lost, the next start builds it from the changelog"
        )


def _words(folder: Path, doing: str, error: Exception) -> str:
    text = str(error)
    if "No space left" in text:
        return (
            f"{folder}: disk full, state cannot be kept (could not {doing}); "
            "free some space and start again, nothing is lost"
        )
    return f"{folder}: could not {doing} state: {text}"


def _walk(db: Rdict, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A generator, because the walk reads its end from `limit` at each step.

    Once `limit` is gone, the walk ends anywhere, as soon as another one begins.
    """
    limit = ReadOptions()
    limit.set_iterate_upper_bound(last)
    yield from db.items(from_key=first, read_opt=limit)
