"""Remembered rows that are too many for memory; loaded only where there are such.

RocksDB is no truth here: the compacted topic of rows is. It is built anew at each
start and needs neither a log of its own nor a sync.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from rocksdict import BlockBasedOptions, Cache, Options, Rdict, WriteOptions

from bus.connect.rows.remembered import packed, unpacked
from bus.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bus.connect.rows.remembered import Remembered

_WRITE_BUFFER, _CACHE = 8 << 20, 16 << 20


class RowsOnDisk:
    """RocksDB in a folder of its own, thrown away at start and end.

    Args:
        folder: of this connector.

    Raises:
        StateError: the disk cannot hold it, here and in `put`; nothing is lost, the
            topic of rows has it all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            self._db = Rdict(str(folder), _options())
        except Exception as error:
            raise StateError(self._words("open", error)) from error
        careless = WriteOptions()
        careless.disable_wal = True
        self._db.set_write_options(careless)
        self._get, self._put = self._db.get, self._db.put

    def get(self, ref: str) -> Remembered | None:
        found = self._get(ref.encode("utf-8", "surrogatepass"))
        return None if found is None else unpacked(found)

    def put(self, ref: str, row: Remembered) -> None:
        try:
            self._put(ref.encode("utf-8", "surrogatepass"), packed(row))
        except Exception as error:
            raise StateError(self._words("write", error)) from error

    def delete(self, ref: str) -> None:
        self._db.delete(ref.encode("utf-8", "surrogatepass"))

    def items(self) -> Iterator[tuple[str, Remembered]]:
        for key, data in self._db.items():
            yield key.decode("utf-8", "surrogatepass"), unpacked(data)

    def close(self) -> None:
        self._db.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _words(self, what: str, error: Exception) -> str:
        return (
            f"{self._folder}: cannot {what} the rows of a source: {error}; free disk "
            "space or choose another OPDBUS_STATE_DIR; nothing is lost"
        )


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)  # noqa: FBT003 - the library's signature
    options.set_write_buffer_size(_WRITE_BUFFER)
    options.set_max_write_buffer_number(2)
    options.set_keep_log_file_num(1)
    options.set_max_open_files(64)
    table = BlockBasedOptions()
    table.set_block_cache(Cache(_CACHE))
    table.set_bloom_filter(10, False)  # noqa: FBT003 - the library's signature
    options.set_block_based_table_factory(table)
    return options
