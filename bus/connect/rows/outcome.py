"""What became of a batch of rows, before anything is sent."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bus.connect.rows.place import in_file
from bus.connect.rows.shape import plain
from bus.connect.source import Row, Unreadable
from bus.errors import PoisonError, RowError
from bus.record import Value

MOST_PAYLOAD = 400_000
"""Bytes of a row that a dead letter keeps; the rest is still at the source."""


class Made(NamedTuple):
    """An event a row gave; a tuple, because there are many of them.

    Attributes:
        contract: contract reference of its topic.
        type: event type.
        key: record key.
        value: payload, before protection; empty if the engine does not keep it.
        data: payload as encoded.
        id: event id.
        time_ms: `ce_time`; None is the time of the poll.
        operation: DIBUAT, DIKOREKSI or DIBATALKAN.
    """

    contract: str
    type: str
    key: str
    value: Value
    data: bytes
    id: str
    time_ms: int | None
    operation: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that goes to the dead letters.

    Attributes:
        ref: `sumber_ref`, or the file and line of what is not even a row.
        error: reason for the clerk.
        payload: the row as JSON, or original bytes.
        place: where a clerk finds it; empty where nobody can look.
    """

    ref: str
    error: PoisonError
    payload: bytes
    place: str = ""


def refused_row(
    columns: Sequence[str], row: Row, ref: str, error: PoisonError, place: str
) -> Refused:
    """A row with its cells as JSON; cells of a very large row are cut."""
    cells = dict(zip(columns, map(plain, row), strict=True))
    payload = json.dumps(cells, ensure_ascii=False).encode("utf-8", "replace")
    if len(payload) > MOST_PAYLOAD:
        most = MOST_PAYLOAD // (4 * len(cells))
        cells = {name: _cut(cell, most) for name, cell in cells.items()}
        payload = json.dumps(cells, ensure_ascii=False).encode("utf-8", "replace")
    return Refused(_whole(ref), _alone(error), payload, _whole(place))


def refused_item(prefix: str, item: Unreadable) -> Refused:
    """Something of the source that is not even a row."""
    error = RowError(item.code, item.message)
    return Refused(prefix + item.ref, error, item.payload, in_file(item.ref))


def _whole(text: str) -> str:
    """Without halves of characters, which cannot be written."""
    return text.encode("utf-8", "replace").decode()


def _alone(error: PoisonError) -> PoisonError:
    """The error without the calls it came through.

    Their frames hold the whole batch, and the batch's outcome holds the error: a ring
    that stays in memory until the garbage collector comes by, which is rarely.
    """
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def _cut(cell: Any, most: int) -> Any:
    return f"{cell[:most]}…" if isinstance(cell, str) and len(cell) > most else cell


@dataclass(slots=True)
class Outcome:
    """All of one batch.

    Attributes:
        events: events in row order.
        packed: events that are staged already, by type.
        refused: rejected rows.
        rows: rows read.
        unchanged: rows that gave nothing new.
        skipped: rows that the conditions of the mapping leave out.
        deleted: remembered rows that have disappeared.
    """

    events: list[Made] = field(default_factory=list)
    packed: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0
    skipped: int = 0
    deleted: int = 0

    @property
    def reasons(self) -> Counter[str]:
        """Rejections by code."""
        return Counter(item.error.code for item in self.refused)

    @property
    def types(self) -> Counter[str]:
        """Events by type."""
        return self.packed + Counter(made.type for made in self.events)
