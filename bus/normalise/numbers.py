"""Whole and decimal numbers written by people and databases. Rules: domain.md Q7.

The last separator decides: `1.000.000,00` and `1,000,000.00` are the same number;
one separator followed by exactly three digits groups thousands, as in Indonesia.
"""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import NoReturn

from bus.normalise.mask import mask_number
from bus.normalise.result import CLEAN, Result, is_blank, refuse, text_of

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[])
_MAX_PLACES = 12
_MAX_LONG = 9_223_372_036_854_775_807
_MAX_CHARS = 60
_GROUPED = re.compile(r"\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*", re.ASCII)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+", re.ASCII)
_MIXED = re.compile(r"(\d{1,3}(?:([.,])\d{3})+)([.,])(\d*)", re.ASCII)
_THOUSAND = 3


@lru_cache(maxsize=8192)
def parse_number(text: str) -> Decimal | None:
    """The exact value of an unsigned number in Indonesian, English or SQL notation.

    Returns:
        None when the text is no number or its grouping is inconsistent.
    """
    if not text or len(text) > _MAX_CHARS:
        return None
    if text.isascii() and text.isdecimal():
        return Decimal(text)
    mixed = _MIXED.fullmatch(text)
    if mixed and mixed[2] != mixed[3]:
        return Decimal(f"{mixed[1].replace(mixed[2], '')}.{mixed[4] or '0'}")
    grouped = _GROUPED.fullmatch(text)
    if grouped and not _is_fraction(text, grouped[1]):
        return Decimal(text.replace(grouped[1], ""))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def _is_fraction(text: str, separator: str) -> bool:
    """`0.500` has a leading zero, so its one separator is a decimal point."""
    return text[0] == "0" and text.count(separator) == 1


def round_to(value: Decimal, places: int) -> Decimal:
    """Half-even rounding to a number of decimal places, whatever the global context."""
    return value.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def is_whole(value: Decimal) -> bool:
    """True without decimals, whatever the global context."""
    return value == value.to_integral_value()


def signed_number(value: object) -> Decimal | None:
    """A raw cell as an exact Decimal; None when it is no finite number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return number if number.is_finite() else None
    text = text_of(value).replace("\u2212", "-")
    if text[:1] in {"-", "+"}:
        number_after = parse_number(text[1:].strip())
        if number_after is None:
            return None
        return number_after.copy_negate() if text[0] == "-" else number_after
    return parse_number(text)


def bilangan(
    value: object,
    *,
    minimum: int | None = None,
    maksimum: int | None = None,
    field: str | None = None,
) -> Result[int]:
    """A whole number (Avro long). `1.250` is 1250; `5,0` and Excel's 5.0 are 5.

    Args:
        value: the raw cell; nothing written gives None.
        minimum: smallest number allowed.
        maksimum: largest number allowed.
        field: source field for the error.

    Raises:
        RowError: BILANGAN_TIDAK_SAH, or BILANGAN_DI_LUAR_BATAS.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        whole = value
    else:
        if is_blank(text_of(value)):
            return None, CLEAN
        number = signed_number(value)
        if (
            number is None
            or abs(number.adjusted()) > _MAX_CHARS
            or not is_whole(number)
        ):
            _refuse_number(value, "bukan bilangan bulat", field)
        whole = int(number)
    low = -_MAX_LONG - 1 if minimum is None else minimum
    high = _MAX_LONG if maksimum is None else maksimum
    if not low <= whole <= high:
        refuse(
            "BILANGAN_DI_LUAR_BATAS",
            f"Bilangan `{mask_number(value)}` di luar batas {low} sampai {high}. "
            "Perbaiki di aplikasi asal.",
            field,
        )
    return whole, CLEAN


def desimal(
    value: object, *, angka: int = 2, field: str | None = None
) -> Result[Decimal]:
    """A decimal number with a fixed number of places, rounded half-even.

    Args:
        value: the raw cell; nothing written gives None.
        angka: decimal places kept, 0-12; what is cut off is flagged DIBULATKAN.
        field: source field for the error.

    Raises:
        RowError: BILANGAN_TIDAK_SAH.
    """
    if is_blank(text_of(value)):
        return None, CLEAN
    number = signed_number(value)
    if number is None or abs(number.adjusted()) > _MAX_CHARS // 2:
        _refuse_number(value, "bukan bilangan", field)
    rounded = round_to(number, min(max(angka, 0), _MAX_PLACES))
    return rounded, CLEAN if rounded == number else ("DIBULATKAN",)


def _refuse_number(value: object, fault: str, field: str | None) -> NoReturn:
    refuse(
        "BILANGAN_TIDAK_SAH",
        f"Isi `{mask_number(value)}` {fault}. Tulis angka saja, misalnya 12 atau "
        "12,5, di aplikasi asal.",
        field,
    )
