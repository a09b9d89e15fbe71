"""Places on the ground: distances, and cells so that near places meet.

Angles are in millionths of a degree (WGS 84). Cells are about square; rows follow
latitude, columns shrink with it. Not for places at the poles or across 180° of
longitude; Indonesia lies at neither.
"""

from math import asin, ceil, cos, floor, radians, sin, sqrt

EARTH_M = 6_371_008.8
_DEGREE_M = EARTH_M * radians(1)
_E6 = 1_000_000


def distance_m(lat_a: int, lon_a: int, lat_b: int, lon_b: int) -> float:
    """Great-circle distance in metres (haversine on a sphere, good to 0.5 %)."""
    one, two = radians(lat_a / _E6), radians(lat_b / _E6)
    north, east = sin((two - one) / 2), sin(radians((lon_b - lon_a) / _E6) / 2)
    return 2 * EARTH_M * asin(sqrt(north**2 + cos(one) * cos(two) * east**2))


def cell_of(lat: int, lon: int, size_m: float) -> tuple[int, int]:
    """Row and column of the cell that a place lies in."""
    row = floor(lat / _E6 * _DEGREE_M / size_m)
    return row, _column(lon / _E6, row, size_m)


def cells_near(
    lat: int, lon: int, radius_m: float, size_m: float
) -> list[tuple[int, int]]:
    """Every cell that has a place within a radius, and perhaps some beside."""
    reach = radius_m / _DEGREE_M
    south, north = lat / _E6 - reach, lat / _E6 + reach
    wide = reach / cos(radians(ceil(max(abs(south), abs(north)))))
    rows = range(
        floor(south * _DEGREE_M / size_m), floor(north * _DEGREE_M / size_m) + 1
    )
    return [
        (row, column)
        for row in rows
        for column in range(
            _column(lon / _E6 - wide, row, size_m),
            _column(lon / _E6 + wide, row, size_m) + 1,
        )
    ]


def _column(lon: float, row: int, size_m: float) -> int:
    """The column of a longitude in a row; all places of a row share one scale."""
    lat = row * size_m / _DEGREE_M
    return floor(lon * _DEGREE_M * cos(radians(lat)) / size_m)
