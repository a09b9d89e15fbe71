"""Local times of legacy apps, as milliseconds since 1970-01-01 UTC. Rule: Q18."""

import re
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn
from zoneinfo import ZoneInfo

from bus.errors import ConfigError
from bus.normalise.dates import EPOCH, LAST_YEAR, mask_date, tanggal
from bus.normalise.result import (
    CLEAN,
    Result,
    is_blank,
    is_finite,
    refuse,
    text_of,
)

_DAY_MS = 86_400_000
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:[.]\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_CLOCK = re.compile(
    r"(.+?)[T\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,6})\d*)?)?"
    r"\s*(WIB|WITA|WIT|Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_DIGITS = re.compile(r"\d{10,13}", re.ASCII)
_NAMED_ZONES = {"WIB": 7 * 60, "WITA": 8 * 60, "WIT": 9 * 60, "Z": 0}
# Fixed since 1964 (Jakarta, Jayapura) and 1945 (Makassar); Pontianak since 1988.
_FIXED = {
    "Asia/Jakarta": 7 * 60,
    "Asia/Makassar": 8 * 60,
    "Asia/Jayapura": 9 * 60,
    "UTC": 0,
}
_FIXED_SINCE = 1970
_BEGIN = {
    zone: datetime(1970, 1, 1) + timedelta(minutes=minutes)  # noqa: DTZ001 - local
    for zone, minutes in _FIXED.items()
}
"""What the clocks of a zone showed when it was 1970-01-01 in UTC."""
_USUAL_YEARS = range(_FIXED_SINCE, LAST_YEAR + 1)
_SECONDS_FROM, _MS_FROM, _MS_TO = 10**8, 10**11, 8 * 10**12
_NO_CLOCK = ("WAKTU_TANPA_JAM",)


def waktu(
    value: object,
    *,
    zona: str = "Asia/Jakarta",
    urutan: str = "dmy",
    field: str | None = None,
) -> Result[int]:
    """A moment as milliseconds since 1970-01-01 UTC.

    Text and driver values without a zone are local time of `zona`; a zone that is
    written wins. A date without a time is midnight, flagged WAKTU_TANPA_JAM. Numbers
    are epoch milliseconds, epoch seconds or an Excel serial, by size. Zero dates give
    None and TGL_NOL (Q6).

    Args:
        value: the raw cell.
        zona: IANA zone of the source.
        urutan: `dmy` or `mdy` of dates with the year last.
        field: source field for the error.

    Raises:
        RowError: TANGGAL_TIDAK_SAH.
        ConfigError: `zona` is not an IANA zone.
    """
    if isinstance(value, datetime):
        return _of_moment(value, zona, field)
    if value is None:
        return None, CLEAN
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _of_number(value, zona, field)
    if isinstance(value, date):
        return _of_date(value, zona, urutan, field)
    text = value if isinstance(value, str) else text_of(value)
    if _ISO.fullmatch(text) and text[:4] > "1900":
        try:
            return _utc_ms(datetime.fromisoformat(text), zona), CLEAN
        except ValueError:
            _refuse(text, field)
    return _of_text(text.strip(" \t\r\n\xa0\ufeff'\u2019`"), zona, urutan, field)


def _of_text(text: str, zona: str, urutan: str, field: str | None) -> Result[int]:
    if is_blank(text):
        return None, CLEAN
    if _DIGITS.fullmatch(text):
        return _of_number(int(text), zona, field)
    found = _CLOCK.fullmatch(text)
    if not found:
        return _of_date(text, zona, urutan, field)
    day, flags = tanggal(found[1], urutan=urutan, field=field)
    if day is None:
        return None, flags
    try:
        clock = day_time(int(found[2]), int(found[3]), int(found[4] or 0))
    except ValueError:
        _refuse(text, field)
    moment = datetime.combine(date.fromordinal(day + EPOCH), clock)
    moment += timedelta(microseconds=int((found[5] or "0").ljust(6, "0")))
    if found[6]:
        shift = _written_offset(found[6])
        return _naive_ms(moment) - shift * 60_000, CLEAN
    return _utc_ms(moment, zona), CLEAN


def _written_offset(zone: str) -> int:
    named = _NAMED_ZONES.get(zone)
    if named is not None:
        return named
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def _of_date(value: object, zona: str, urutan: str, field: str | None) -> Result[int]:
    day, flags = tanggal(value, urutan=urutan, field=field)
    if day is None:
        return None, flags
    midnight = datetime.combine(date.fromordinal(day + EPOCH), day_time())
    return _utc_ms(midnight, zona), _NO_CLOCK


def _of_moment(moment: datetime, zona: str, field: str | None) -> Result[int]:
    begin = _BEGIN.get(zona)
    if begin and moment.tzinfo is None and moment.year in _USUAL_YEARS:
        since = moment - begin
        ms = since.seconds * 1000 + since.microseconds // 1000
        return since.days * _DAY_MS + ms, CLEAN
    day, flags = tanggal(moment, field=field)
    if day is None:
        return None, flags
    return _utc_ms(moment, zona), CLEAN


def _of_number(value: float | Decimal, zona: str, field: str | None) -> Result[int]:
    if not is_finite(value) or not 0 <= value < _MS_TO:
        _refuse(value, field)
    if value >= _MS_FROM:
        return int(value), CLEAN
    if value >= _SECONDS_FROM:
        if value * 1000 >= _MS_TO:
            _refuse(value, field)
        return round(value * 1000), CLEAN
    day, flags = tanggal(value, field=field)
    if day is None:
        return None, flags
    in_day = round(float(value - int(value)) * _DAY_MS / 1000) * 1000
    midnight = datetime.combine(date.fromordinal(day + EPOCH), day_time())
    return _utc_ms(midnight + timedelta(milliseconds=in_day), zona), CLEAN


def _utc_ms(moment: datetime, zona: str) -> int:
    if moment.tzinfo is not None:
        offset = moment.utcoffset()
        local = _naive_ms(moment.replace(tzinfo=None))
        return local - (round(offset.total_seconds() * 1000) if offset else 0)
    minutes = _FIXED.get(zona)
    if minutes is not None and moment.year >= _FIXED_SINCE:
        return _naive_ms(moment) - minutes * 60_000
    return _utc_ms(moment.replace(tzinfo=zone_of(zona)), zona)


def _naive_ms(moment: datetime) -> int:
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    day_ms = (moment.toordinal() - EPOCH) * _DAY_MS
    return day_ms + seconds * 1000 + moment.microsecond // 1000


@lru_cache(maxsize=64)
def zone_of(zona: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        ConfigError: no such zone.
    """
    try:
        return ZoneInfo(zona)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"time zone {zona!r} is unknown: use an IANA name such as Asia/Jakarta, "
            "Asia/Makassar or Asia/Jayapura"
        ) from error


def local_date(time_ms: int, zona: str) -> int:
    """The calendar day at a moment in a zone, in days since 1970-01-01."""
    minutes = _FIXED.get(zona)
    if minutes is not None and time_ms >= 0:
        return (time_ms + minutes * 60_000) // _DAY_MS
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)
    return moment.astimezone(zone_of(zona)).toordinal() - EPOCH


def _refuse(shown: object, field: str | None) -> NoReturn:
    refuse(
        "TANGGAL_TIDAK_SAH",
        f"Waktu `{mask_date(shown)}` tidak sah. Tulis tanggal dan jam, misalnya "
        "02-03-2026 23:40:11, di aplikasi asal.",
        field,
    )
