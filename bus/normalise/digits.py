"""Reading of 16-digit numbers (NIK, No KK) out of what legacy columns make of them.

Lossless damage is repaired and flagged; lost digits are never guessed. Rules:
domain.md Q1-Q4.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from bus.normalise.mask import mask_nik, shape
from bus.normalise.result import BLANKS, Result, decoded, is_finite, refuse

LENGTH = 16

_INT_MAX = "2147483647"
_EXACT_FLOAT = 2**53
_JUNK = (
    "\t\n\x0b\x0c\r \x1c\x1d\x1e\x1f\x85\xa0\xad"
    "\u1680\u180e\u2028\u2029\u205f\u3000\ufeff"
    "'\"`\u00b4\u2018\u2019\u201c\u201d"
)
_RANGES = (range(0x2000, 0x2010), range(0x202A, 0x2030), range(0x2060, 0x2065))
_DROP_JUNK = dict.fromkeys([*map(ord, _JUNK), *(c for r in _RANGES for c in r)])
_DROP_MARKS = dict.fromkeys(map(ord, ".-/_,:\u2010\u2011\u2012\u2013\u2014\u2212"))

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE]\+?\d+", re.ASCII)
_FLOAT_TEXT = re.compile(r"(\d{13,})[.,]0+", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """Which number is read: its name in messages and the prefix of codes and flags."""

    label: str
    code: str
    document: str


def read_digits(
    value: object, kind: Kind, field: str | None, *, from_decimal: bool
) -> Result[str]:
    """The 16 digits behind a raw value, or None with `<code>_KOSONG`.

    Args:
        value: the raw cell: text, int, Decimal, float or bytes.
        kind: NIK or No KK.
        field: source field for the error.
        from_decimal: 15 digits of text lost a leading zero in a DECIMAL column (Q1);
            numbers are always treated so.

    Raises:
        RowError: `<code>_RUSAK` (2147483647 or 0, Q2), `<code>_RUSAK_EXCEL` (digits
            lost to a float, Q3), `<code>_BUKAN_ANGKA`, `<code>_PANJANG`.
    """
    if value is None:
        return None, (f"{kind.code}_KOSONG",)
    if isinstance(value, str):
        return _from_text(value, kind, field, from_decimal=from_decimal)
    if isinstance(value, bytes | bytearray):
        text = decoded(bytes(value))
        return _from_text(text, kind, field, from_decimal=from_decimal)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        _not_digits(value, kind, field)
    return _from_number(value, kind, field), ()


def _from_text(
    value: str, kind: Kind, field: str | None, *, from_decimal: bool
) -> Result[str]:
    text = value.translate(_DROP_JUNK)
    if text.upper() in BLANKS or value.strip().upper() in BLANKS:
        return None, (f"{kind.code}_KOSONG",)
    if _SCIENTIFIC.fullmatch(text):
        _rounded(value, kind, field)
    float_text = _FLOAT_TEXT.fullmatch(text)
    if float_text:
        digits = _from_float(float_text.group(1), kind, field)
    else:
        digits = _checked(text.translate(_DROP_MARKS), kind, field)
    if len(digits) == LENGTH - 1 and (from_decimal or float_text):
        digits = "0" + digits
    if len(digits) != LENGTH:
        _wrong_length(digits, kind, field)
    return digits, () if digits == value else (f"{kind.code}_DIRAPIKAN",)


def _checked(digits: str, kind: Kind, field: str | None) -> str:
    if not digits:
        refuse(
            f"{kind.code}_BUKAN_ANGKA",
            f"{kind.label} hanya berisi tanda baca. Isi 16 angka dari "
            f"{kind.document}, atau kosongkan.",
            field,
        )
    if not _DIGITS.fullmatch(digits):
        _not_digits(digits, kind, field)
    if digits == _INT_MAX or not digits.strip("0"):
        _broken(digits, kind, field)
    return digits


def _from_number(value: float | Decimal, kind: Kind, field: str | None) -> str:
    digits = _number_digits(value, kind, field)
    if digits in {_INT_MAX, "0"}:
        _broken(digits, kind, field)
    if isinstance(value, float):
        _from_float(digits, kind, field)
    if len(digits) == LENGTH - 1:
        digits = "0" + digits
    if len(digits) != LENGTH:
        _wrong_length(digits, kind, field)
    return digits


def _number_digits(value: float | Decimal, kind: Kind, field: str | None) -> str:
    if not is_finite(value):
        _not_digits(value, kind, field)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent > 0:
            _rounded(value, kind, field)
    if not 0 <= value < 10**30 or value != int(value):
        _not_digits(value, kind, field)
    return str(int(value))


def _from_float(digits: str, kind: Kind, field: str | None) -> str:
    """Excel keeps 15 digits and makes the 16th a 0; a double is exact below 2**53."""
    if len(digits) >= LENGTH and (digits[-1] == "0" or int(digits) > _EXACT_FLOAT):
        _rounded(digits, kind, field)
    return digits


def _rounded(value: object, kind: Kind, field: str | None) -> NoReturn:
    refuse(
        f"{kind.code}_RUSAK_EXCEL",
        f"{kind.label} {mask_nik(value)} sudah dibulatkan Excel; angka terakhirnya "
        f"hilang dan tidak bisa dipulihkan. Ubah format kolom menjadi Teks, ketik "
        f"ulang {kind.label} dari {kind.document}, lalu kirim lagi.",
        field,
    )


def _broken(digits: str, kind: Kind, field: str | None) -> None:
    shown = digits if digits == _INT_MAX else "0"
    refuse(
        f"{kind.code}_RUSAK",
        f"{kind.label} rusak: isinya {shown}, tanda kolom di aplikasi asal bukan "
        f"kolom teks. Ubah kolom itu menjadi teks 16 huruf dan isi ulang "
        f"{kind.label} dari {kind.document}.",
        field,
    )


def _wrong_length(digits: str, kind: Kind, field: str | None) -> NoReturn:
    refuse(
        f"{kind.code}_PANJANG",
        f"{kind.label} {mask_nik(digits)} berisi {len(digits)} angka, seharusnya 16. "
        f"Cocokkan dengan {kind.document} lalu perbaiki di aplikasi asal.",
        field,
    )


def _not_digits(value: object, kind: Kind, field: str | None) -> NoReturn:
    refuse(
        f"{kind.code}_BUKAN_ANGKA",
        f"{kind.label} berisi selain angka (bentuknya `{shape(value)}`). Ketik ulang "
        f"16 angka dari {kind.document} di aplikasi asal.",
        field,
    )
