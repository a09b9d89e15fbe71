"""Cells of a binary log as the database's driver would give them to a SELECT."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from struct import Struct
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.sql.binlog.layout import Column

    Read = Callable[[bytes, int], tuple[Any, int]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = (0, 1, 1, 2, 2, 3, 3, 4, 4, 4)
"""Bytes that so many decimal digits take."""
_INTEGERS = {1: 1, 2: 2, 9: 3, 3: 4, 8: 8}
_FLOAT, _DOUBLE = Struct("<f"), Struct("<d")
_ENUM, _SET, JSON, _GEOMETRY = 247, 248, 245, 255


def reader_of(column: Column, kind: int, meta: int, offset: timedelta) -> Read:
    """How a column's cells are read; not those that tell their length.

    Args:
        column: as declared.
        kind: type code in the log.
        meta: what the log says beside the type.
        offset: of the session's time zone from UTC, for TIMESTAMP.

    Raises:
        ConfigError: a type that cannot be read from a log.
    """
    if kind in {253, 254}:
        kind, meta = _real_string(kind, meta)
    if kind in _INTEGERS:
        return _integer(_INTEGERS[kind], signed=not column.is_unsigned)
    make = _READERS.get(kind)
    if make is None:
        raise ConfigError(
            f"column {column.name} of type {column.declared} cannot be read from the "
            "binary log; leave it out, or use mode snapshot-diff"
        )
    return make(column, meta, offset)


def length_bytes(kind: int, meta: int) -> int:
    """How many bytes before a cell tell its length; 0 where none do."""
    if kind in {253, 254}:
        kind, meta = _real_string(kind, meta)
    if kind in {15, 253, 254}:
        return 2 if meta >= 256 else 1  # noqa: PLR2004 - more than a byte can tell
    return meta if kind in {252, JSON, _GEOMETRY} else 0


def size_of(kind: int, meta: int) -> int | None:
    """How many bytes a cell takes, where that is the same for all."""
    if kind in _INTEGERS:
        return _INTEGERS[kind]
    fixed = {4: 4, 5: 8, 7: 4, 10: 3, 11: 3, 12: 8, 13: 1}
    fraction = {17: 4, 18: 5, 19: 3}
    if kind in fraction:
        return fraction[kind] + (meta + 1) // 2
    return fixed.get(kind)


def _real_string(kind: int, meta: int) -> tuple[int, int]:
    """CHAR, ENUM and SET share a code; long CHARs borrow bits of the type."""
    real, size = meta >> 8, meta & 0xFF
    if real in {_ENUM, _SET}:
        return real, size
    return kind, (((meta >> 4) & 0x300) ^ 0x300) + size


def _integer(size: int, *, signed: bool) -> Read:
    formats = {1: "b", 2: "h", 4: "i", 8: "q"}
    if size not in formats:

        def read_odd(data: bytes, at: int) -> tuple[Any, int]:
            end = at + size
            return int.from_bytes(data[at:end], "little", signed=signed), end

        return read_odd
    letter = formats[size] if signed else formats[size].upper()
    unpack = Struct("<" + letter).unpack_from

    def read(data: bytes, at: int) -> tuple[Any, int]:
        return unpack(data, at)[0], at + size

    return read


def _float(_c: Column, _m: int, _o: timedelta) -> Read:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        return float(f"{_FLOAT.unpack_from(data, at)[0]:.6g}"), at + 4

    return read


def _double(_c: Column, _m: int, _o: timedelta) -> Read:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        return _DOUBLE.unpack_from(data, at)[0], at + 8

    return read


def _decimal(_c: Column, meta: int, _o: timedelta) -> Read:
    precision, scale = meta >> 8, meta & 0xFF
    whole = precision - scale
    sizes = [_DIGITS[whole % 9], *[4] * (whole // 9)]
    tail = [*[4] * (scale // 9), _DIGITS[scale % 9]]
    widths = [*[9] * (scale // 9), scale % 9]
    total = sum(sizes) + sum(tail)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        raw = bytearray(data[at : at + total])
        negative = not raw[0] & 0x80
        raw[0] ^= 0x80
        if negative:
            raw = bytearray(byte ^ 0xFF for byte in raw)
        place, digits = 0, ""
        for number, size in enumerate(sizes):
            part = int.from_bytes(raw[place : place + size], "big")
            digits += f"{part:09d}" if number else str(part)
            place += size
        after = ""
        for size, width in zip(tail, widths, strict=True):
            if width:
                part = int.from_bytes(raw[place : place + size], "big")
                after += f"{part:0{width}d}"
            place += size
        said = f"{digits}.{after}" if after else digits
        return Decimal("-" + said if negative else said), at + total

    return read


def _date(_c: Column, _m: int, _o: timedelta) -> Read:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        packed = int.from_bytes(data[at : at + 3], "little")
        return day(packed >> 9, packed >> 5 & 15, packed & 31), at + 3

    return read


def day(year: int, month: int, number: int) -> date | str:
    """A date; the text of it where there is no such day (`domain.md` Q6)."""
    try:
        return date(year, month, number)
    except ValueError:
        return f"{year:04d}-{month:02d}-{number:02d}"


def moment(*parts: int) -> datetime | str:
    """A time from year to microsecond; the text of it where there is none."""
    try:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - as stored
    except ValueError:
        y, mo, d, h, mi, s, us = parts
        said = f"{y:04d}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}"
        return f"{said}.{us:06d}" if us else said


def _fraction(data: bytes, at: int, digits: int) -> int:
    size = (digits + 1) // 2
    scale: int = 10 ** (6 - 2 * size)
    return int.from_bytes(data[at : at + size], "big") * scale


def _datetime(_c: Column, digits: int, _o: timedelta) -> Read:
    size = 5 + (digits + 1) // 2

    def read(data: bytes, at: int) -> tuple[Any, int]:
        packed = int.from_bytes(data[at : at + 5], "big") - 0x8000000000
        months = packed >> 22
        us = _fraction(data, at + 5, digits) if digits else 0
        return moment(
            months // 13,
            months % 13,
            packed >> 17 & 31,
            packed >> 12 & 31,
            packed >> 6 & 63,
            packed & 63,
            us,
        ), at + size

    return read


def _timestamp(_c: Column, digits: int, offset: timedelta) -> Read:
    size, epoch = 4 + (digits + 1) // 2, (_EPOCH + offset).replace(tzinfo=None)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        seconds = int.from_bytes(data[at : at + 4], "big")
        us = _fraction(data, at + 4, digits) if digits else 0
        if not seconds and not us:
            return "0000-00-00 00:00:00", at + size
        return epoch + timedelta(seconds=seconds, microseconds=us), at + size

    return read


def _time(_c: Column, digits: int, _o: timedelta) -> Read:
    size, bytes_ = 3 + (digits + 1) // 2, (digits + 1) // 2
    scale = 10 ** (6 - 2 * bytes_)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        packed = int.from_bytes(data[at : at + size], "big")
        packed -= 0x800000 << (8 * bytes_)
        sign, packed = (-1, -packed) if packed < 0 else (1, packed)
        us = (packed & ((1 << 8 * bytes_) - 1)) * scale
        whole = packed >> 8 * bytes_
        found = timedelta(
            hours=whole >> 12 & 1023,
            minutes=whole >> 6 & 63,
            seconds=whole & 63,
            microseconds=us,
        )
        return sign * found, at + size

    return read


def _year(_c: Column, _m: int, _o: timedelta) -> Read:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        return data[at] + 1900 if data[at] else 0, at + 1

    return read


def _bit(_c: Column, meta: int, _o: timedelta) -> Read:
    size = (meta >> 8) + ((meta & 0xFF) + 7) // 8

    def read(data: bytes, at: int) -> tuple[Any, int]:
        return data[at : at + size], at + size

    return read


def _enum(column: Column, size: int, _o: timedelta) -> Read:
    values = ("", *column.values)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        return values[int.from_bytes(data[at : at + size], "little")], at + size

    return read


def _set(column: Column, size: int, _o: timedelta) -> Read:
    values = column.values

    def read(data: bytes, at: int) -> tuple[Any, int]:
        bits = int.from_bytes(data[at : at + size], "little")
        chosen = (value for place, value in enumerate(values) if bits >> place & 1)
        return ",".join(chosen), at + size

    return read


_READERS: dict[int, Callable[[Column, int, timedelta], Read]] = {
    4: _float,
    5: _double,
    10: _date,
    13: _year,
    16: _bit,
    17: _timestamp,
    18: _datetime,
    19: _time,
    246: _decimal,
    _ENUM: _enum,
    _SET: _set,
}
