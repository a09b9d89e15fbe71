"""One transaction of a log: of each row the last state counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bus.connect.source import Row
    from connectors.sql.capture.log import Piece


class Transaction:
    """Changes of one table in a transaction, in order.

    Nobody could see the states between, so they are none: a row deleted and inserted
    again is a change, one inserted and deleted again is nothing new.

    Args:
        skip: changes at its beginning that were given out before.
        stamp: tells the transaction, for `Chunk.newer`.
    """

    def __init__(self, skip: int = 0, stamp: int = 0) -> None:
        self._skip = skip
        self.stamp = stamp
        self._count = 0
        self._changes: dict[Any, tuple[Row, bool]] = {}

    def __len__(self) -> int:
        return len(self._changes)

    def add(
        self, identity: Any, row: Row, *, deleted: bool, counts: bool = True
    ) -> None:
        """One change.

        Args:
            identity: tells the row from others.
            row: its cells.
            deleted: it is gone.
            counts: False for the first half of a change in two.
        """
        if self._count < self._skip:
            self._count += counts
            return
        self._count += counts
        self._changes.pop(identity, None)
        self._changes[identity] = (row, deleted)

    def give(self, piece: Piece) -> int:
        """Move what there is to a piece.

        Returns:
            How many changes of this transaction were given out so far.
        """
        for row, deleted in self._changes.values():
            piece.rows.append(row)
            piece.deleted.append(deleted)
            piece.stamps.append(self.stamp)
        self._changes.clear()
        return self._count
