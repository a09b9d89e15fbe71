"""Where remembered rows are kept: in memory while they are few, else on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bus.connect.rows.remembered import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.connect.rows.remembered import Remembered


class RowStore(Protocol):
    """Remembered rows by reference; what `get` gives may not be the object put."""

    def get(self, ref: str) -> Remembered | None: ...

    def put(self, ref: str, row: Remembered) -> None: ...

    def delete(self, ref: str) -> None: ...

    def items(self) -> Iterator[tuple[str, Remembered]]: ...

    def close(self) -> None: ...


class RowsInMemory:
    """A dict of packed rows."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}

    def get(self, ref: str) -> Remembered | None:
        found = self._rows.get(ref)
        return None if found is None else unpacked(found)

    def put(self, ref: str, row: Remembered) -> None:
        self._rows[ref] = packed(row)

    def delete(self, ref: str) -> None:
        self._rows.pop(ref, None)

    def items(self) -> Iterator[tuple[str, Remembered]]:
        for ref, data in self._rows.items():
            yield ref, unpacked(data)

    def close(self) -> None:
        self._rows.clear()
