"""Positions in a table: values as JSON and back, as sortable marks, moved back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_TO: dict[type, tuple[str, Callable[[Any], str]]] = {
    datetime: ("t", datetime.isoformat),
    date: ("d", date.isoformat),
    Decimal: ("n", str),
    bytes: ("b", bytes.hex),
}
_FROM: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "b": bytes.fromhex,
}
_DAY = 86_400


def to_json(value: Any) -> Any:
    """A key or cursor value as JSON holds it, type kept."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    kind = _TO.get(type(value))
    return {"s": str(value)} if kind is None else {kind[0]: kind[1](value)}


def from_json(value: Any) -> Any:
    """The inverse of `to_json`."""
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return _FROM.get(kind, str)(text)


def mark_of(value: Any) -> str:
    """A text that sorts as the value does."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        return str(value.isoformat(timespec="microseconds"))
    if isinstance(value, int | Decimal):
        return f"{int(value):020d}"
    return str(value)


def moved_back(value: Any, overlap: int) -> Any:
    """The value an overlap earlier; the value itself where that has no meaning.

    Args:
        value: of the cursor column: time, day, text of one, or running number.
        overlap: seconds for times, for days as many whole days as these seconds begin,
            numbers for running numbers.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return value - overlap
    if isinstance(value, datetime):
        return value - timedelta(seconds=overlap)
    if isinstance(value, date):
        return value - _days(overlap)
    if isinstance(value, str):
        return _text_moved_back(value, overlap)
    return value


def is_time(value: Any) -> bool:
    """Whether this is a moment; a day is none: more rows of it may come until night."""
    if isinstance(value, str):
        return len(value) > len("2026-03-02") and _moment(value) is not None
    return isinstance(value, datetime)


def moment_of(value: Any) -> datetime | None:
    """A moment, or the beginning of a day; None if the value is neither."""
    if isinstance(value, str):
        return _moment(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value if isinstance(value, datetime) else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _days(overlap: int) -> timedelta:
    return timedelta(days=-(-overlap // _DAY))


def _text_moved_back(text: str, overlap: int) -> str:
    moment = _moment(text)
    length = len("2026-03-02 23:40:11")
    if moment is not None and len(text) == len("2026-03-02"):
        return (moment - _days(overlap)).date().isoformat()
    if moment is None or len(text) < length:
        return text
    earlier = moment - timedelta(seconds=overlap)
    spec = "seconds" if len(text) == length else "microseconds"
    shown = earlier.isoformat(sep=text[10], timespec=spec)
    return shown if len(shown) >= len(text) else shown + text[len(shown) :]
