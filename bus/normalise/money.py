"""Rupiah amounts as Decimal with two places. Rule: domain.md Q7, §4.3."""

import re
from decimal import Decimal
from functools import lru_cache

from bus.normalise.mask import mask_number
from bus.normalise.numbers import is_whole, round_to, signed_number
from bus.normalise.result import CLEAN, Result, is_blank, refuse, text_of

_LIMIT = Decimal(10) ** 18  # decimal(20,2)
_SQL = re.compile(r"-?\d{4,20}(?:\.\d\d)?", re.ASCII)
_CURRENCY = re.compile(r"(?:Rp|IDR)\s*\.?\s*", re.IGNORECASE)
_NO_CENTS = re.compile(r"\s*[,.]\s*[-=\u2013\u2014]+$")
_PARENTHESES = re.compile(r"\((.*)\)")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")


def uang(
    value: object, *, tunai: bool = True, field: str | None = None
) -> Result[Decimal]:
    """An amount of rupiah, `decimal(20,2)`, rounded half-even.

    Reads `Rp 1.000.000,-`, `1.000.000,00`, `1,000,000.00`, `1000000`, floats and
    decimals; parentheses or a leading minus mean negative. The last separator is the
    decimal one; a single one before three digits groups thousands. Nothing written
    gives None.

    Args:
        value: the raw cell.
        tunai: cash has no cents, so cents are flagged SEN_TIDAK_NOL; false on budget
            lines.
        field: source field for the error.

    Raises:
        RowError: UANG_TIDAK_SAH: no number, inconsistent separators, over 18 digits,
            or scientific notation, which has lost digits.
    """
    if isinstance(value, str):
        return _of_text(value, tunai, field)
    if value is None:
        return None, CLEAN
    if isinstance(value, int | float | Decimal):
        return _settled(signed_number(value), value, tunai, field)
    return _of_text(text_of(value), tunai, field)


@lru_cache(maxsize=8192)
def _of_text(raw: str, tunai: bool, field: str | None) -> Result[Decimal]:  # noqa: FBT001
    if _SQL.fullmatch(raw):
        return _settled(Decimal(raw), raw, tunai, field)
    text = raw.strip(" \t\r\n\xa0\ufeff'\u2019`").replace("\u2212", "-")
    if is_blank(text):
        return None, CLEAN
    text = _CURRENCY.sub("", text, count=1)
    inside = _PARENTHESES.fullmatch(text)
    if inside:
        text = _CURRENCY.sub("", inside[1], count=1)
    text = _SPACES.sub("", _NO_CENTS.sub("", text))
    number = signed_number(text)
    if number is not None and inside:
        number = None if number < 0 else number.copy_negate()
    return _settled(number, raw, tunai, field)


def _settled(
    number: Decimal | None,
    raw: object,
    tunai: bool,  # noqa: FBT001
    field: str | None,
) -> Result[Decimal]:
    if number is None or number.copy_abs() >= _LIMIT:
        refuse(
            "UANG_TIDAK_SAH",
            f"Jumlah uang `{mask_number(raw)}` tidak bisa dibaca. Tulis "
            "misalnya 1.000.000 atau 1.000.000,00 di aplikasi asal.",
            field,
        )
    amount = round_to(number, 2)
    if amount == 0:
        amount = amount.copy_abs()
    flags = CLEAN if amount == number else ("DIBULATKAN",)
    if tunai and not is_whole(amount):
        flags = (*flags, "SEN_TIDAK_NOL")
    return amount, flags
