"""Cursor values of items as whole numbers, and back as the app wants them. Pure."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from connectors.rest.config import Since

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBER = "number"


def value_of(cell: Any, since: Since) -> int | None:
    """A time as milliseconds since 1970, or a running number; None if it is none."""
    try:
        if since.format == NUMBER:
            number = Decimal(str(cell))
            return int(number) if number == number.to_integral_value() else None
        if since.format in {"epoch", "epoch-ms"}:
            number = Decimal(str(cell))
            return int(number * 1000 if since.format == "epoch" else number)
        return _milliseconds(str(cell).strip(), since)
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _milliseconds(text: str, since: Since) -> int:
    if since.format == "iso":
        moment = datetime.fromisoformat(text)
    else:
        moment = datetime.strptime(text, since.format)  # noqa: DTZ007 - zone follows
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(since.zone))
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def written(value: int, since: Since) -> str:
    """A value as the parameter of a request; times are rounded down."""
    if since.format in {NUMBER, "epoch-ms"}:
        return str(value)
    if since.format == "epoch":
        return str(value // 1000)
    moment = (_EPOCH + timedelta(milliseconds=value)).astimezone(ZoneInfo(since.zone))
    if since.format == "iso":
        return moment.isoformat(timespec="seconds")
    return moment.strftime(since.format)


def moved_back(value: int, since: Since) -> int:
    """The begin of the overlap window before a value."""
    step = since.overlap if since.format == NUMBER else since.overlap * 1000
    return max(0, value - step)


def mark_of(value: int) -> str:
    """A sortable text."""
    return f"{max(0, value):020d}"


def to_json(value: int | None, since: Since) -> Any:
    """A value in a position, as people read it."""
    if value is None or since.format == NUMBER:
        return value
    moment = _EPOCH + timedelta(milliseconds=value)
    return {"t": moment.isoformat(timespec="milliseconds")}


def from_json(stored: Any) -> int | None:
    """The value of a position."""
    if isinstance(stored, dict):
        moment = datetime.fromisoformat(stored["t"])
        if moment.tzinfo is None:  # as an operator wrote it
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    return None if stored is None else int(stored)
