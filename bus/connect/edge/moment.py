"""Times of chatty devices as milliseconds, and back in the notation they came in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = 100_000_000_000
"""From here on a number counts milliseconds; as seconds it would be the year 5138."""


def milliseconds_of(value: Any, zone: tzinfo) -> int | None:
    """A number of seconds or milliseconds, a date with time, or ISO text.

    Args:
        value: as read.
        zone: of times that tell none.
    """
    try:
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, Decimal):
            value = float(value)
        if isinstance(value, int | float):
            return int(value if abs(value) >= _MILLISECONDS else value * 1000)
        moment = value if isinstance(value, datetime) else _read(str(value).strip())
    except (ValueError, OverflowError, ArithmeticError):
        return None
    if isinstance(moment, int):
        return moment
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _read(text: str) -> datetime | int:
    if text.isdigit():
        number = int(text)
        return number if number >= _MILLISECONDS else number * 1000
    return datetime.fromisoformat(text)


def moved(value: Any, by_ms: int) -> Any:
    """A time later by so much, as JSON holds it: a number stays one, text text."""
    if isinstance(value, int | float):
        return value + (by_ms if abs(value) >= _MILLISECONDS else by_ms // 1000)
    text = str(value).strip()
    if text.isdigit():
        return str(moved(int(text), by_ms))
    moment = datetime.fromisoformat(text) + timedelta(milliseconds=by_ms)
    separator = "T" if "T" in text else " "
    return moment.isoformat(sep=separator)
