"""What every normaliser gives back, and the reading of a raw cell as text.

A normaliser is `f(value, **options) -> (normalised or None, quality flags)`. It
raises `RowError` only when the value cannot be used at all. Flags are stable
upper-case words that go to the event's `mutu`.
"""

from decimal import Decimal
from math import isfinite
from typing import NoReturn, TypeVar

from bus.errors import RowError

T = TypeVar("T")
Flags = tuple[str, ...]
Result = tuple[T | None, Flags]

CLEAN: Flags = ()

# Written by clerks and exports for "nothing here"; compared in upper case.
_SIGNS = ("", "-", "--", "---", ".", "\\N", "N/A", "#N/A", "NULL", "NONE")
_WORDS = ("NIHIL", "KOSONG", "TIDAK ADA", "BELUM ADA", "TDK ADA")
BLANKS = frozenset((*_SIGNS, *_WORDS))

LONGEST_BLANK = max(map(len, BLANKS))
_MANY_DIGITS = 40
_SHORT = -(10**18), 10**18


def text_of(value: object) -> str:
    """A raw cell as stripped text; None becomes "".

    Whole floats and decimals lose their `.0`, because Excel returns every number as
    a float (domain.md Q3). Bytes are UTF-8, or else latin1 (domain.md Q9). Numbers
    of absurd length come back as hexadecimal, which no number reader accepts.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if value.__class__ is int and _SHORT[0] < value < _SHORT[1]:
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return decoded(bytes(value)).strip()
    if isinstance(value, int | float | Decimal):
        return _number_text(value)
    return str(value).strip()


def _number_text(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(int(value)) if value.bit_length() < _MANY_DIGITS * 3 else hex(value)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 10.0**_MANY_DIGITS
        return str(int(value)) if whole else repr(value)
    if not value.is_finite() or abs(value.adjusted()) > _MANY_DIGITS:
        return str(value)
    return str(int(value)) if value == int(value) else format(value, "f")


def is_finite(value: float | Decimal) -> bool:
    """False for NaN and infinities of any numeric type; these cannot be compared."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) or isfinite(value)


def decoded(data: bytes) -> str:
    """Bytes of an unlabelled column: UTF-8 if they are, else latin1 (domain.md Q9)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def is_blank(text: str) -> bool:
    """True for stripped text that only says that there is nothing."""
    return text.upper() in BLANKS


def refuse(code: str, message: str, field: str | None) -> NoReturn:
    """Reject the row.

    Raises:
        RowError: always.
    """
    raise RowError(code, message, field)
