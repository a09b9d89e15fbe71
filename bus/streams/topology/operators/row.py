"""What flows between operators: rows, pairs of rows and their revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bus.record import DIBUAT, DIKOREKSI

if TYPE_CHECKING:
    from bus.record import Event, Value


class Row(NamedTuple):
    """The part of an event that operators keep.

    Attributes:
        key: what it is about.
        time_ms: event time, ms UTC.
        id: id of the event.
        value: its payload.
    """

    key: str
    time_ms: int
    id: str
    value: Value


class Pair(NamedTuple):
    """A left row with its match.

    Attributes:
        left: the left row.
        right: the right row, or None where there is none.
        revision: 0 for the first result about this left row, then 1, 2, …
    """

    left: Row
    right: Row | None
    revision: int = 0

    @property
    def operation(self) -> str:
        """DIBUAT for the first result, DIKOREKSI for a revision."""
        return operation_of(self.revision)


def row_of(event: Event, key: str | None = None) -> Row:
    """An event as a row.

    Args:
        event: with a value.
        key: instead of the event's own.
    """
    return Row(
        event.key if key is None else key, event.time_ms, event.id, event.value or {}
    )


def operation_of(revision: int) -> str:
    """The operation of a result that may be a revision."""
    return DIKOREKSI if revision else DIBUAT
