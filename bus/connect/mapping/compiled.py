"""The compiled mapping: two generated functions and their printable text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.record import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bus.connect.source import Row

Mapped = tuple[int, str, str, Value, int | None, str | None, str]
"""Number of the mapping, event type, key, value, time (ms), operation if known, and
what the event says as comparable text, without when it was recorded."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A connector's mapping, ready to run.

    Attributes:
        columns: cells a row must have, in this order.
        ref_of: row → source reference without app and object.
        map_row: row and `sumber_ref` → events; raises RowError.
        contracts: per mapping: event type → contract reference.
        text: the generated Python, for people.
        constants: names the text refers to, for people.
    """

    columns: tuple[str, ...]
    ref_of: Callable[[Row], str]
    map_row: Callable[[Row, str], list[Mapped]]
    contracts: Sequence[Mapping[str, str]]
    text: str
    constants: Mapping[str, Any]
