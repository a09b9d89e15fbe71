"""Dates of legacy apps, as days since 1970-01-01. Rules: domain.md Q6, Q18.

Order is day first. What cannot exist is refused, never swapped into something that
can; zero dates become None with a flag.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from bus.normalise.months import month_of
from bus.normalise.result import (
    CLEAN,
    Result,
    is_blank,
    is_finite,
    refuse,
    text_of,
)

EPOCH = date(1970, 1, 1).toordinal()

FIRST_YEAR, LAST_YEAR = 1900, 2199

_ZERO: Result[int] = (None, ("TGL_NOL",))
_NOTHING: Result[int] = (None, CLEAN)
_FIRST_DAY = date(FIRST_YEAR, 1, 1).toordinal() - EPOCH
_USUAL = date(FIRST_YEAR, 1, 2).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
_EXCEL_ZERO = date(1899, 12, 30).toordinal() - EPOCH
_MIN_SERIAL, _MAX_SERIAL = 1_000, 110_000
_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_DAY_FIRST = "dmy"

_ZONE = r"(?:Z|[+-]\d\d:?\d\d|WI[BT]|WITA)?"
_CLOCK = rf"(?:[T\s,]+\d{{1,2}}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*{_ZONE})?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}", re.ASCII
)
_YEAR_LAST = re.compile(
    rf"(\d{{1,2}})\s*[-/.\s]\s*(\d{{1,2}})\s*[-/.\s]\s*(\d{{4}}){_CLOCK}", re.ASCII
)
_WORDS = re.compile(
    rf"(?:[A-Za-z']+,?\s+)?(\d{{1,2}})[\s\-/.]*([A-Za-z]+)\.?[\s\-/.,]*(\d{{4}}){_CLOCK}",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_SERIAL = re.compile(r"\d{1,6}(?:[.,]\d+)?", re.ASCII)
_SHORT_YEAR = re.compile(r"(?<=[-/. ])\d\d(?=\s*$)")
_NO_DATE = "bentuknya bukan tanggal"
_YEAR_DIGITS = re.compile(r"(?<=\d\d)\d\d(?!\d)")


def tanggal(
    value: object, *, urutan: str = _DAY_FIRST, field: str | None = None
) -> Result[int]:
    """A calendar date as days since 1970-01-01; a time of day is dropped.

    Reads dd-mm-yyyy, dd/mm/yyyy, yyyy-mm-dd, yyyymmdd, `12 Agustus 2019` and its
    abbreviations, dates of drivers, and Excel serial numbers. `0000-00-00` and
    01-01-1900 give None and TGL_NOL; nothing written gives None (Q6).

    Args:
        value: the raw cell.
        urutan: `dmy`, or `mdy` for a source that is known to write month first.
        field: source field for the error.

    Raises:
        RowError: TANGGAL_TIDAK_SAH: no date, or one outside the calendar or 1900-2199.
    """
    if value.__class__ is date and _USUAL[0] <= value.toordinal() <= _USUAL[1]:
        return value.toordinal() - EPOCH, CLEAN
    if isinstance(value, str):
        return _of_text(value, urutan, field)
    if isinstance(value, date):
        return _judged(value.toordinal() - EPOCH, value, field)
    if value is None:
        return _NOTHING
    if isinstance(value, int | float | Decimal):
        return _of_number(-1 if isinstance(value, bool) else value, field)
    return _of_text(text_of(value), urutan, field)


@lru_cache(maxsize=32768)
def _of_text(raw: str, urutan: str, field: str | None) -> Result[int]:
    text = raw.strip(" \t\r\n\xa0\ufeff'\u2019`")
    if is_blank(text):
        return _NOTHING
    found = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        year, month, day = map(int, found.groups())
    elif found := _YEAR_LAST.fullmatch(text):
        day, month, year = map(int, found.groups())
        if urutan != _DAY_FIRST:
            day, month = month, day
    elif found := _WORDS.fullmatch(text):
        day, month, year = int(found[1]), month_of(found[2]) or 0, int(found[3])
        if not month:
            _refuse(text, "nama bulannya tidak dikenal", field)
    elif _SERIAL.fullmatch(text):
        return _of_number(float(text.replace(",", ".")), field)
    else:
        short = _SHORT_YEAR.search(text)
        _refuse(text, "tahunnya hanya dua angka" if short else _NO_DATE, field)
    return _of_parts(year, month, day, text, field)


def _of_parts(
    year: int, month: int, day: int, shown: object, field: str | None
) -> Result[int]:
    if not (year or month or day):
        return _ZERO
    try:
        days = date(year, month, day).toordinal() - EPOCH
    except ValueError:
        _refuse(shown, _impossible(year, month, day), field)
    return _judged(days, shown, field)


def _impossible(year: int, month: int, day: int) -> str:
    if month > 12 >= day:  # noqa: PLR2004 - months of a year
        return "bulannya lebih dari 12; mungkin bulan dan hari tertukar"
    if not (year and month and day):
        return "hari, bulan atau tahunnya nol"
    return "tanggal itu tidak ada di kalender"


def _judged(days: int, shown: object, field: str | None) -> Result[int]:
    if days in {_FIRST_DAY, _FIRST_DAY - 1, _EXCEL_ZERO}:
        return _ZERO
    year = date.fromordinal(days + EPOCH).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        _refuse(shown, f"tahunnya di luar {FIRST_YEAR}-{LAST_YEAR}", field)
    return days, CLEAN


def _of_number(value: float | Decimal, field: str | None) -> Result[int]:
    """An Excel serial of 1902 or later, or the digits of yyyymmdd; no bare year."""
    if not is_finite(value) or not 0 <= value < 10**8:
        _refuse(value, "angkanya bukan tanggal", field)
    whole = int(value)
    if whole in {0, 1}:
        return _ZERO
    if whole > _MAX_SERIAL:
        compact = _COMPACT.fullmatch(str(whole))
        if not compact:
            _refuse(value, "angkanya bukan tanggal", field)
        year, month, day = map(int, compact.groups())
        return _of_parts(year, month, day, value, field)
    if whole < _MIN_SERIAL or (whole == value and whole in _YEARS):
        _refuse(value, "hanya berisi tahun atau satu angka", field)
    return _judged(_EXCEL_ZERO + whole, value, field)


def tanggal_bagian(
    value: object, *, bulan: object, tahun: object, field: str | None = None
) -> Result[int]:
    """A date whose day, month and year stand in three columns (Q18).

    Args:
        value: the day.
        bulan: the month as a number or an Indonesian name.
        tahun: the year in four digits.
        field: source field for the error.

    Raises:
        RowError: TANGGAL_TIDAK_SAH.
    """
    texts = (text_of(value), text_of(bulan), text_of(tahun))
    if all(is_blank(text) for text in texts):
        return _NOTHING
    month = month_of(texts[1])
    return _of_text(f"{texts[0]}-{month or texts[1]}-{texts[2]}", _DAY_FIRST, field)


def _refuse(shown: object, fault: str, field: str | None) -> NoReturn:
    refuse(
        "TANGGAL_TIDAK_SAH",
        f"Tanggal `{mask_date(shown)}` tidak sah: {fault}. Tulis hari-bulan-tahun "
        "dengan tahun empat angka, misalnya 31-12-1968, di aplikasi asal.",
        field,
    )


def mask_date(value: object) -> str:
    """A date text for messages: day and month stay, the year and words are hidden."""
    text = value.isoformat() if isinstance(value, date) else text_of(value)
    hidden = re.sub(r"[^\W\d_]", "x", text)
    hidden = re.sub(r"\d{5,}", "*****", hidden)
    full = _YEAR_DIGITS.sub("**", hidden)
    return (full if full != hidden else _SHORT_YEAR.sub("**", hidden))[:24]


def days(day: date) -> int:
    """A date as days since 1970-01-01, the Avro `date`."""
    return day.toordinal() - EPOCH


def to_date(value: int) -> date:
    """The date behind days since 1970-01-01; the inverse of `days`."""
    return date.fromordinal(value + EPOCH)
