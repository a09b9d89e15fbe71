"""One row as a source remembers it."""

from __future__ import annotations

from struct import Struct

ROW_DIGEST, CONTENT_DIGEST = 16, 8
NEVER = bytes(CONTENT_DIGEST)
_ANOTHER = b"\x01" * CONTENT_DIGEST
"""Hash of an event that nothing says: the next reading differs from it."""


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
        number: given by the memory, for its list of what a pass has seen.
    """

    __slots__ = ("deleted", "ids", "number", "row", "state")

    def __init__(self, state: bytes, ids: str, row: bytes = b"") -> None:
        self.state = state
        self.ids = ids
        self.row = row
        self.deleted = False
        self.number = -1

    @property
    def contents(self) -> list[bytes]:
        """The second part of the state, per mapping."""
        places = range(ROW_DIGEST, len(self.state), CONTENT_DIGEST)
        return [self.state[at : at + CONTENT_DIGEST] for at in places]

    @property
    def is_live(self) -> bool:
        """Some event of it stands and was not withdrawn."""
        return any(self.state[ROW_DIGEST:])


_HEAD = Struct("<iBHH")


def packed(row: Remembered) -> bytes:
    """The row as one object; as several, very many rows need a third more memory."""
    ids = row.ids.encode()
    head = _HEAD.pack(row.number, row.deleted, len(row.state), len(ids))
    return b"".join((head, row.state, ids, row.row))


def unpacked(data: bytes) -> Remembered:
    """The row again."""
    number, deleted, state, ids = _HEAD.unpack_from(data)
    ids_at = _HEAD.size + state
    row_at = ids_at + ids
    row = Remembered(
        data[_HEAD.size : ids_at], data[ids_at:row_at].decode(), data[row_at:]
    )
    row.number, row.deleted = number, bool(deleted)
    return row


def row_differs(state: bytes) -> bytes:
    """A state whose row any reading differs from; what was told of it stays known."""
    return bytes(ROW_DIGEST) + state[ROW_DIGEST:]


def all_differs(state: bytes) -> bytes:
    """The same, and every event is told again; withdrawn events stay so."""
    contents = [
        state[at : at + CONTENT_DIGEST]
        for at in range(ROW_DIGEST, len(state), CONTENT_DIGEST)
    ]
    told = b"".join(NEVER if each == NEVER else _ANOTHER for each in contents)
    return bytes(ROW_DIGEST) + told
