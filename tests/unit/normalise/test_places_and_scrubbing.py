"""Coordinates, and texts without the numbers of persons."""

import pytest

from bus.errors import RowError
from bus.normalise.coordinates import koordinat
from bus.normalise.scrub import teks_samar


@pytest.mark.parametrize(
    ("raw", "sumbu", "hasil"),
    [
        ("-6.953120", "lat", -6_953_120),
        ("-6,953", "lat", -6_953_000),
        ("6.95312 LS", "lat", -6_953_120),
        ("0.5 LU", "lat", 500_000),
        (109.85231, "lng", 109_852_310),
        ("109.8523149 BT", "lng", 109_852_315),
        (-6_953_120, "lat", -6_953_120),
        ("", "lat", None),
        (None, "lng", None),
    ],
)
def test_coordinates(raw: object, sumbu: str, hasil: int | None) -> None:
    assert koordinat(raw, sumbu=sumbu) == (hasil, ())


def test_coordinates_that_are_no_place_here() -> None:
    assert koordinat("0.0") == (None, ("KOORDINAT_NOL",))
    assert koordinat("52.5", sumbu="lat") == (None, ("KOORDINAT_DI_LUAR",))
    assert koordinat("-6.95", sumbu="lng") == (None, ("KOORDINAT_DI_LUAR",))
    with pytest.raises(RowError) as refused:
        koordinat("dekat balai desa", field="lat")
    assert refused.value.code == "KOORDINAT_TIDAK_SAH"


@pytest.mark.parametrize(
    ("raw", "hasil"),
    [
        ("NIK 3325121201909901 belum jadi", "NIK [nomor] belum jadi"),
        ("NIK 332512 120190 9901", "NIK [nomor]"),
        ("hubungi 0812-3456-7890 ya", "hubungi [telepon] ya"),
        ("WA +62 812 3456 7890", "WA [telepon]"),
        ("surat ke budi.s@contoh.go.id", "surat ke [surel]"),
    ],
)
def test_numbers_of_persons_leave_the_text(raw: str, hasil: str) -> None:
    assert teks_samar(raw) == (hasil, ("TEKS_DISAMARKAN",))


@pytest.mark.parametrize(
    "raw", ["RT 003 RW 012 sejak 12-03-2026", "Rp 1.500.000", "tiang 0285 mati"]
)
def test_other_numbers_stay(raw: str) -> None:
    assert teks_samar(raw) == (raw, ())
