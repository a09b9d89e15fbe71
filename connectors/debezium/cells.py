"""What Debezium's numbers and bytes stand for."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DAY = date(1970, 1, 1)
_MOMENT = datetime(1970, 1, 1)  # noqa: DTZ001 - Debezium's times without zone
_DEBEZIUM, _CONNECT = "io.debezium.time.", "org.apache.kafka.connect.data."


def day(value: Any) -> Any:
    """Days since 1970."""
    return _DAY + timedelta(days=value) if isinstance(value, int) else value


def _moment(per_second: int) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        if not isinstance(value, int):
            return value
        return _MOMENT + timedelta(microseconds=value * 1_000_000 // per_second)

    return convert


def _span(per_second: int) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return timedelta(microseconds=value * 1_000_000 // per_second)

    return convert


def _number(data: Any, scale: int) -> Any:
    if isinstance(data, str):
        data = b64decode(data)
    if not isinstance(data, bytes):
        return data
    return Decimal(int.from_bytes(data, "big", signed=True)).scaleb(-scale)


def _any_scale(value: Any) -> Any:
    return _number(value["value"], value["scale"]) if isinstance(value, dict) else value


KINDS: Mapping[str, Callable[[Any], Any]] = {
    "date": day,
    "timestamp": _moment(1_000),
    "timestamp-micro": _moment(1_000_000),
    "timestamp-nano": _moment(1_000_000_000),
    "time": _span(1_000),
    "time-micro": _span(1_000_000),
}
_NAMED: Mapping[str, Callable[[Any], Any]] = {
    _DEBEZIUM + "Date": day,
    _CONNECT + "Date": day,
    _DEBEZIUM + "Timestamp": _moment(1_000),
    _CONNECT + "Timestamp": _moment(1_000),
    _DEBEZIUM + "MicroTimestamp": _moment(1_000_000),
    _DEBEZIUM + "NanoTimestamp": _moment(1_000_000_000),
    _DEBEZIUM + "Time": _span(1_000),
    _CONNECT + "Time": _span(1_000),
    _DEBEZIUM + "MicroTime": _span(1_000_000),
    _DEBEZIUM + "NanoTime": _span(1_000_000_000),
    "io.debezium.data.VariableScaleDecimal": _any_scale,
}


def named(name: str, parameters: Mapping[str, Any]) -> Callable[[Any], Any] | None:
    """How values of a semantic type are read; None where they are what they are.

    Args:
        name: `io.debezium.time.Date`.
        parameters: beside it; a Decimal has its `scale` there.
    """
    if name == _CONNECT + "Decimal":
        scale = int(parameters.get("scale", 0))
        return lambda value: _number(value, scale)
    return _NAMED.get(name)
