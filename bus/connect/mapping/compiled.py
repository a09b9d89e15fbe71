"""The compiled mapping: generated functions and their printable text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.record import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bus.connect.source import Row
    from bus.serde.spread import Shape

Mapped = tuple[int, str, str, Value, int | None, str | None, str]
"""Number of the mapping, event type, key, value, time (ms), operation if known, and
what the event says as comparable text, without when it was recorded."""


Packed = tuple[int, str, str, int | None, str | None, str, bytes]
"""Number of the mapping, event type, key, time (ms), operation if known, event id,
payload as encoded."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A connector's mapping, ready to run.

    Attributes:
        columns: cells a row must have, in this order.
        ref_of: row → source reference without app and object.
        map_row: row and `sumber_ref` → events; raises RowError.
        map_rows: the same for many rows at once, for sources that remember nothing:
            rows, start of `sumber_ref`, encoders by mapping and event type, maker of
            ids, list that takes the events, and what takes rejected rows → number of
            rows that gave no event.
        shapes: per mapping: how `map_rows` gives a payload to the encoder.
        deciding: places of the columns that decide event types and keys.
        contracts: per mapping: event type → contract reference.
        text: the generated Python, for people.
        constants: names the text refers to, for people.
    """

    columns: tuple[str, ...]
    ref_of: Callable[[Row], str]
    map_row: Callable[[Row, str], list[Mapped]]
    map_rows: Callable[..., int]
    shapes: Sequence[Shape]
    deciding: tuple[int, ...]
    contracts: Sequence[Mapping[str, str]]
    text: str
    constants: Mapping[str, Any]
