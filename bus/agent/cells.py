"""Cells of rows as JSON and back, each with its type. Pure."""

from __future__ import annotations

import base64
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = (type(None), bool, int, float, str)
_TO: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (datetime, "t", datetime.isoformat),
    (date, "d", date.isoformat),
    (time, "h", time.isoformat),
    (timedelta, "s", lambda x: [x.days, x.seconds, x.microseconds]),
    (Decimal, "n", str),
    (uuid.UUID, "u", str),
    (list, "j", lambda x: x),
    (dict, "j", lambda x: x),
)
_FROM: dict[str, Callable[[Any], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "h": time.fromisoformat,
    "s": lambda parts: timedelta(*parts),
    "n": Decimal,
    "u": uuid.UUID,
    "j": lambda value: value,
    "b": base64.b64decode,
    "x": str,
}


def to_json(cell: Any) -> Any:
    """A cell that `json` can write; a type it does not know becomes text."""
    if isinstance(cell, _PLAIN):
        return cell
    if isinstance(cell, bytes | bytearray | memoryview):
        return {"b": base64.b64encode(bytes(cell)).decode()}
    for kind, mark, write in _TO:
        if isinstance(cell, kind):
            return {mark: write(cell)}
    return {"x": str(cell)}


def from_json(stored: Any) -> Any:
    """The cell again."""
    if isinstance(stored, dict):
        ((mark, value),) = stored.items()
        return _FROM[mark](value)
    return stored
