"""Avro's binary form of single values, strict about their Python types.

Each function raises TypeError, ValueError or ArithmeticError for a value that is
not what the schema says; what the value was is told by `bus.serde.mismatch`.
"""

import struct
from decimal import Context, Decimal
from typing import Any

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
_EXACT = Context(prec=100)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >> 7:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


_SHORT = tuple(_varint(number) for number in range(1 << 11))
LENGTHS = _SHORT[::2]
"""Length prefixes of 0 to 1023."""


def zigzag(number: int) -> bytes:
    """A whole number of any size as Avro writes it."""
    spread = number << 1 if number >= 0 else (-number << 1) - 1
    if spread < 1 << 11:
        return _SHORT[spread]
    # Larger tables would push everything else out of the processor's cache.
    if spread < 1 << 14:
        return bytes((spread & 127 | 128, spread >> 7))
    if spread < 1 << 21:  # a date
        return bytes((spread & 127 | 128, spread >> 7 & 127 | 128, spread >> 14))
    if 1 << 35 <= spread < 1 << 42:  # a time in ms: 7 bits in lanes of 8
        pairs = spread & 0x3FFF | (spread & 0xFFFC000) << 2
        pairs |= (spread & 0x3FFF0000000) << 4
        lanes = pairs & 0x7F007F007F | (pairs & 0x3F803F803F80) << 1
        return (lanes | 0x8080808080).to_bytes(6, "little")
    return _varint(spread)


def int_bytes(value: Any) -> bytes:
    """An `int`; a bool or float is none."""
    if type(value) is not int or not INT_MIN <= value <= INT_MAX:
        raise TypeError
    return zigzag(value)


def long_bytes(value: Any) -> bytes:
    """A `long`; a bool or float is none."""
    if type(value) is not int or not LONG_MIN <= value <= LONG_MAX:
        raise TypeError
    return zigzag(value)


def boolean_bytes(value: Any) -> bytes:
    """A `boolean`; only True and False are."""
    if type(value) is not bool:
        raise TypeError
    return b"\1" if value else b"\0"


def string_bytes(value: str) -> bytes:
    """A `string` with its length."""
    data = value.encode()
    return zigzag(len(data)) + data


def bytes_bytes(value: Any) -> bytes:
    """A `bytes` with its length."""
    if not isinstance(value, bytes | bytearray):
        raise TypeError
    return zigzag(len(value)) + value


def decimal_bytes(value: Any, precision: int, scale: int) -> bytes:
    """A `decimal` on bytes: the unscaled number, big-endian, as short as it gets."""
    if not isinstance(value, Decimal):
        raise TypeError
    scaled = _EXACT.scaleb(value, scale)
    number = int(scaled)
    if number != scaled or not -(10**precision) < number < 10**precision:
        raise ValueError
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return zigzag(size) + number.to_bytes(size, "big", signed=True)


def double_bytes(value: Any) -> bytes:
    """A `double`; whole numbers are taken too."""
    if type(value) is not float and type(value) is not int:
        raise TypeError
    return struct.pack("<d", value)


def float_bytes(value: Any) -> bytes:
    """A `float`; whole numbers are taken too."""
    if type(value) is not float and type(value) is not int:
        raise TypeError
    return struct.pack("<f", value)
