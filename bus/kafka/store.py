"""Keyed bytes on local disk whose truth is one partition of a changelog topic.

The local copy (RocksDB) remembers up to which changelog offset it is right. Only
committed changes are applied, so after a crash the copy is old, never wrong, and
recovery reads the changelog from the remembered offset.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rocksdict import BlockBasedOptions, Cache, Options, Rdict, ReadOptions, WriteBatch

from bus.errors import FatalError, StateError
from bus.kafka.reader import read_committed

Change = tuple[bytes, bytes | None]
Progress = Callable[[int], None]
_POSITION = b"\x00position"
_FIRST = b"\x01"
_CACHE = Cache(16 << 20)
_APPLY_EVERY = 2000


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)  # noqa: FBT003 - the library's signature
    options.set_write_buffer_size(1 << 20)
    options.set_max_write_buffer_number(2)
    options.set_keep_log_file_num(1)
    options.set_max_open_files(64)
    table = BlockBasedOptions()
    table.set_block_cache(_CACHE)
    options.set_block_based_table_factory(table)
    return options


class ChangelogStore:
    """One task's state. Not safe for two threads.

    Args:
        folder: where the local copy lives; made if absent, one per task.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db: Rdict | None = None

    def open(self) -> None:
        """Open the local copy.

        Raises:
            StateError: another process has it open, or the disk cannot hold it.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self._db = Rdict(str(self.folder), _options())
        except Exception as error:
            raise StateError(_words(self.folder, "open", error)) from error

    @property
    def _open(self) -> Rdict:
        if self._db is None:
            raise StateError(f"{self.folder}: state store is not open")
        return self._db

    @property
    def position(self) -> int | None:
        """Changelog offset up to which the copy is right; None if it is empty."""
        found = self._open.get(_POSITION)
        return None if found is None else int(found)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""
        found: bytes | None = self._open.get(key)
        return found

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Entries with `first` <= key < `last` as of the first step, in key order."""
        limit = ReadOptions()
        limit.set_iterate_upper_bound(last)
        found: Iterator[tuple[bytes, bytes]] = self._open.items(
            from_key=max(first, _FIRST), read_opt=limit
        )
        return found

    def apply(self, changes: Iterable[Change], position: int) -> None:
        """Make committed changes durable here, together with the position.

        Args:
            changes: key and new value; None deletes.
            position: changelog offset after the last of them.

        Raises:
            StateError: the disk is full or failing; nothing is lost, the changelog
                has it all.
        """
        batch = WriteBatch(raw_mode=True)
        for key, value in changes:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        batch.put(_POSITION, str(position).encode())
        try:
            self._open.write(batch)
        except Exception as error:
            raise StateError(_words(self.folder, "write", error)) from error

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and values, in key order."""
        for key, value in self._open.items():
            if key != _POSITION:
                yield key, value

    async def recover(
        self,
        bootstrap: str,
        topic: str,
        partition: int,
        progress: Progress | None = None,
    ) -> int:
        """Bring the copy up to the changelog's committed end.

        Starts at the remembered position; a copy whose position the log no longer
        has, or that is ahead of the log, is thrown away and built anew.

        Args:
            bootstrap: Kafka bootstrap servers.
            topic: changelog topic.
            partition: its partition.
            progress: told the number of records read, now and then.

        Returns:
            Records read.

        Raises:
            StateError: disk. RetriableError: broker.
        """
        try:
            return await self._replay(bootstrap, topic, partition, progress)
        except FatalError as error:
            if isinstance(error, StateError) or self.position is None:
                raise
            self.clear()
            return await self._replay(bootstrap, topic, partition, progress)

    async def _replay(
        self, bootstrap: str, topic: str, partition: int, progress: Progress | None
    ) -> int:
        start = {} if self.position is None else {partition: self.position}
        count, staged, end = 0, [], self.position or 0
        async for record in read_committed(bootstrap, topic, [partition], start):
            if record.key is None:
                raise StateError(
                    f"{topic}-{partition}: record without key at {record.offset}"
                )
            staged.append((record.key, record.value))
            end, count = record.offset + 1, count + 1
            if len(staged) >= _APPLY_EVERY:
                self.apply(staged, end)
                staged = []
                if progress:
                    progress(count)
        if staged:
            self.apply(staged, end)
        return count

    def clear(self) -> None:
        """Throw the local copy away and open an empty one."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.open()

    def close(self) -> None:
        """Flush and close; may be called twice."""
        if self._db is not None:
            db, self._db = self._db, None
            db.close()


def _words(folder: Path, doing: str, error: Exception) -> str:
    text = str(error)
    if "No space left" in text:
        return (
            f"{folder}: disk full, state cannot be kept (could not {doing}); "
            "free some space and start again, nothing is lost"
        )
    return f"{folder}: could not {doing} state: {text}"
