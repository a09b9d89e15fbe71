"""Places near each other: distance, and squares of a map to look them up by."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

METER_PER_E6 = 0.111_195
"""Length of a millionth of a degree of latitude."""

# Squares are a little wider than the radius, so that neighbours lie at most one square
# away up to 18 degrees from the equator; Indonesia ends at 11.
_E6_PER_METER = 9.5

Titik = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""


def jarak_m(satu: Titik, dua: Titik) -> float:
    """Metres between two places a few kilometres apart at most."""
    tinggi = (satu[0] - dua[0]) * METER_PER_E6
    lebar = (satu[1] - dua[1]) * METER_PER_E6 * cos(radians(satu[0] / 1e6))
    return hypot(tinggi, lebar)


def kotak(titik: Titik, radius_m: int) -> Titik:
    """The square a place lies in."""
    sisi = round(radius_m * _E6_PER_METER)
    return titik[0] // sisi, titik[1] // sisi


def sekitar(titik: Titik, radius_m: int) -> Iterator[Titik]:
    """The squares in which everything within the radius lies."""
    y, x = kotak(titik, radius_m)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            yield y + dy, x + dx
