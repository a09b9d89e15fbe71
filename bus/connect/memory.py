"""What a source remembers of the rows it has read; its truth is a compacted topic."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.record import Value

ROW_DIGEST, CONTENT_DIGEST = 16, 8
NEVER = bytes(CONTENT_DIGEST)


class Remembered:
    """One row as last seen.

    Attributes:
        state: hash of the row as read and of the mapping it went through, then per
            mapping a hash of the event it last gave; `NEVER` when there is no event
            or it was withdrawn. One text of bytes: there are very many rows.
        ids: per mapping the id of its last event, empty if there was none; by comma.
        row: the row as JSON, to withdraw its events when it disappears; for a row
            of an overlap window the window's mark.
        deleted: it has disappeared.
        seen: number of the pass that saw it last; 0 for none of this process.
    """

    __slots__ = ("deleted", "ids", "row", "seen", "state")

    def __init__(self, state: bytes, ids: str, row: bytes = b"") -> None:
        self.state = state
        self.ids = ids
        self.row = row
        self.deleted = False
        self.seen = 0

    @property
    def contents(self) -> list[bytes]:
        """The second part of the state, per mapping."""
        places = range(ROW_DIGEST, len(self.state), CONTENT_DIGEST)
        return [self.state[at : at + CONTENT_DIGEST] for at in places]

    @property
    def is_live(self) -> bool:
        """Some event of it stands and was not withdrawn."""
        return any(self.state[ROW_DIGEST:])


class RowMemory:
    """Remembered rows of one connector by reference, without app and object.

    Changes count at once; the caller writes `take_changes` in the same transaction
    as the events, and after a failed transaction loads a new memory.
    """

    def __init__(self) -> None:
        self._rows: dict[str, Remembered] = {}
        self._changed: dict[str, None] = {}
        self._marks: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, ref: str) -> Remembered | None:
        return self._rows.get(ref)

    def put(self, ref: str, row: Remembered) -> None:
        """Remember, and have it written with the next transaction."""
        self._rows[ref] = row
        self._changed[ref] = None

    def put_marked(self, ref: str, row: Remembered, mark: str) -> None:
        """Remember while the mark lies in the window."""
        row.row = mark.encode()
        heappush(self._marks, (mark, ref))
        self.put(ref, row)

    def forget_below(self, mark: str) -> None:
        """Forget rows that left the window."""
        while self._marks and self._marks[0][0] < mark:
            _, ref = heappop(self._marks)
            row = self._rows.get(ref)
            if row is not None and row.row.decode() < mark:
                del self._rows[ref]
                self._changed[ref] = None

    def unseen(self, number: int) -> Iterator[tuple[str, Remembered]]:
        """Rows that this pass did not see and that had not disappeared before."""
        for ref, row in self._rows.items():
            if row.seen != number and not row.deleted:
                yield ref, row

    def take_changes(self) -> list[tuple[str, Remembered | None]]:
        """What changed since the last call; None is forgotten."""
        found = [(ref, self._rows.get(ref)) for ref in self._changed]
        self._changed.clear()
        return found

    def load(self, value: Value, *, marked: bool) -> None:
        """Take over one record of the changelog.

        Args:
            value: a `SourceRow`.
            marked: the connector keeps a window only.
        """
        row = Remembered(
            value["hash"], value["event_id"] or "", value.get("row") or b""
        )
        row.deleted = bool(value["deleted"])
        self._rows[value["ref"]] = row
        if marked:
            heappush(self._marks, (row.row.decode(), value["ref"]))

    def unload(self, ref: str) -> None:
        """Take over a tombstone of the changelog."""
        self._rows.pop(ref, None)


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
