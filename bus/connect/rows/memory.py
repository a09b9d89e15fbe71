"""What a source remembers of the rows it has read; its truth is a compacted topic."""

from __future__ import annotations

from heapq import heappop, heappush
from operator import or_
from typing import TYPE_CHECKING

from bus.connect.rows.remembered import CONTENT_DIGEST, NEVER, ROW_DIGEST, Remembered
from bus.connect.rows.store import RowsInMemory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bus.connect.rows.store import RowStore
    from bus.record import Value

__all__ = [
    "CONTENT_DIGEST",
    "NEVER",
    "ROW_DIGEST",
    "Remembered",
    "RowMemory",
    "as_record",
]

IN_MEMORY = 50_000
"""Rows kept in memory; about 0.5 KB each. More of them go to disk."""


class RowMemory:
    """Remembered rows of one connector by reference, without app and object.

    Changes count at once; the caller writes `take_changes` in the same transaction
    as the events, and after a failed transaction loads a new memory.

    Args:
        folder: for rows that are too many for memory; without, all stay there.
        in_memory: how many are not too many.
    """

    def __init__(self, folder: Path | None = None, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._limit = in_memory
        self._rows: RowStore = RowsInMemory()
        self._changed: dict[str, Remembered | None] = {}
        self._marks: list[tuple[str, str]] = []
        self._count = 0
        self._seen = bytearray()
        self._gone = bytearray()

    def __len__(self) -> int:
        return self._count

    def get(self, ref: str) -> Remembered | None:
        """The row, as an object of this batch only."""
        if ref in self._changed:
            return self._changed[ref]
        return self._rows.get(ref)

    def put(self, ref: str, row: Remembered, old: Remembered | None) -> None:
        """Remember, and have it written with the next transaction.

        Args:
            ref: its reference.
            row: may still be changed until `take_changes`.
            old: what `get` gave for it.
        """
        self._number(row, old)
        self._changed[ref] = row
        self._count += old is None

    def _number(self, row: Remembered, old: Remembered | None) -> None:
        if old is not None:
            row.number = old.number
        else:
            row.number = len(self._seen)
            self._seen.append(0)
            self._gone.append(0)

    def put_marked(
        self, ref: str, row: Remembered, mark: str, old: Remembered | None
    ) -> None:
        """Remember while the mark lies in the window."""
        row.row = mark.encode()
        heappush(self._marks, (mark, ref))
        self._changed[ref] = row
        self._count += old is None

    def forget_below(self, mark: str) -> None:
        """Forget rows that left the window."""
        while self._marks and self._marks[0][0] < mark:
            _, ref = heappop(self._marks)
            row = self.get(ref)
            if row is not None and row.row.decode() < mark:
                self._changed[ref] = None
                self._count -= 1

    def see(self, row: Remembered) -> None:
        """The pass under way contains this row."""
        self._seen[row.number] = 1

    def has_seen(self, row: Remembered) -> bool:
        """Whether the pass under way contained it already."""
        return bool(self._seen[row.number])

    def next_pass(self) -> None:
        """Begin to count seen rows anew."""
        self._seen[:] = bytes(len(self._seen))

    def unseen(self) -> Iterator[tuple[str, Remembered]]:
        """Rows that this pass did not see and that had not disappeared before."""
        if all(map(or_, self._seen, self._gone)):
            return
        for ref, row in self._items():
            if not self._seen[row.number] and not row.deleted:
                yield ref, row

    def _items(self) -> Iterator[tuple[str, Remembered]]:
        for ref, row in self._rows.items():
            if ref not in self._changed:
                yield ref, row
        for ref, changed in self._changed.items():
            if changed is not None:
                yield ref, changed

    def take_changes(self) -> list[tuple[str, Remembered | None]]:
        """What changed since the last call; None is forgotten."""
        found = list(self._changed.items())
        for ref, row in found:
            if row is None:
                self._rows.delete(ref)
            else:
                if row.number >= 0:
                    self._gone[row.number] = row.deleted
                self._rows.put(ref, row)
        self._changed.clear()
        self._spill()
        return found

    def load(self, value: Value, *, marked: bool) -> None:
        """Take over one record of the changelog.

        Args:
            value: a `SourceRow`.
            marked: the connector keeps a window only.
        """
        ref = value["ref"]
        row = Remembered(
            value["hash"], value["event_id"] or "", value.get("row") or b""
        )
        row.deleted = bool(value["deleted"])
        old = self._rows.get(ref)
        self._count += old is None
        if marked:
            heappush(self._marks, (row.row.decode(), ref))
        else:
            self._number(row, old)
            self._gone[row.number] = row.deleted
        self._rows.put(ref, row)
        self._spill()

    def unload(self, ref: str) -> None:
        """Take over a tombstone of the changelog."""
        row = self._rows.get(ref)
        if row is not None:
            if row.number >= 0:
                self._gone[row.number] = 1
            self._rows.delete(ref)
            self._count -= 1

    def close(self) -> None:
        """Let go of the disk; the memory is of no use afterwards."""
        self._rows.close()

    def _spill(self) -> None:
        if self._folder is None or self._count <= self._limit:
            return
        if isinstance(self._rows, RowsInMemory):
            from bus.connect.rows.disk import RowsOnDisk  # noqa: PLC0415 - 8 MB, rare

            disk = RowsOnDisk(self._folder)
            for ref, row in self._rows.items():
                disk.put(ref, row)
            self._rows = disk


def as_record(connector: str, ref: str, row: Remembered) -> Value:
    """A row of the memory as `SourceRow`."""
    return {
        "connector": connector,
        "ref": ref,
        "hash": row.state,
        "event_id": row.ids,
        "deleted": row.deleted,
        "row": row.row or None,
    }
