"""Coordinates in Indonesia as millionths of a degree. Rule: domain.md F5."""

import re
from decimal import Decimal
from typing import Literal

from bus.normalise.mask import shape
from bus.normalise.numbers import round_to
from bus.normalise.result import CLEAN, Result, is_blank, refuse, text_of

_NUMBER = re.compile(
    r"(?P<angka>[+\-\u2212]?\d{1,10}(?:[.,]\d{0,15})?)\s*°?\s*"
    r"(?P<arah>LS|LU|BT|[SNE])?",
    re.IGNORECASE | re.ASCII,
)
_SOUTH = frozenset({"LS", "S"})
_MILLION = 1_000_000
# Degrees end at 180: a whole number beyond is in millionths already.
_DEGREES = 180
_LIMITS = {"lat": (-11_500_000, 6_500_000), "lng": (94_500_000, 141_500_000)}


def koordinat(
    value: object,
    *,
    sumbu: Literal["lat", "lng"] = "lat",
    field: str | None = None,
) -> Result[int]:
    """A latitude or longitude in degrees as millionths of a degree.

    Reads a decimal point or comma and the letters LS, LU, BT, S, N, E. Zero (a phone
    without a fix) gives None, flagged KOORDINAT_NOL; a place outside Indonesia gives
    None, flagged KOORDINAT_DI_LUAR. Nothing written gives None.

    Args:
        value: the raw cell.
        sumbu: `lat` or `lng`.
        field: source field for the error.

    Raises:
        RowError: KOORDINAT_TIDAK_SAH: no number of degrees.
    """
    text = text_of(value)
    if is_blank(text):
        return None, CLEAN
    found = _NUMBER.fullmatch(text)
    if found is None:
        refuse(
            "KOORDINAT_TIDAK_SAH",
            f"Koordinat berbentuk `{shape(text)}` tidak sah. Tulis derajat desimal, "
            "misalnya -6.953120, di aplikasi asal.",
            field,
        )
    number = Decimal(found["angka"].replace(",", ".").replace("\u2212", "-"))
    if (found["arah"] or "").upper() in _SOUTH:
        number = -abs(number)
    whole = number == number.to_integral_value() and abs(number) > _DEGREES
    micro = int(number) if whole else int(round_to(number * _MILLION, 0))
    if abs(micro) <= _DEGREES:
        return None, ("KOORDINAT_NOL",)
    low, high = _LIMITS[sumbu]
    return (micro, CLEAN) if low <= micro <= high else (None, ("KOORDINAT_DI_LUAR",))
