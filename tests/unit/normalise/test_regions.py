"""Region codes, villages by name, RT/RW: quirks Q14 to Q16."""

import pytest

from bus.errors import RowError
from bus.normalise.blocks import rt_rw
from bus.normalise.regions import wilayah, wilayah_dari
from bus.normalise.villages import VillageIndex, desa_teks

NAMES = {
    "33.25.01": "Wonotunggal",
    "33.25.02": "Bandar",
    "33.25.12": "Subah",
    "33.25.12.2003": "Subah",
    "33.25.01.2001": "Karanganyar",
    "33.25.02.2001": "Karanganyar",
    "33.25.02.2002": "Kluwih",
    "33.25.02.2003": "Toso",
}
INDEX = VillageIndex(NAMES)


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("3325012001", "33.25.01.2001"),
        ("33.25.01.2001", "33.25.01.2001"),
        ("33 25 01 2001", "33.25.01.2001"),
        (3325012001, "33.25.01.2001"),
        (3325012001.0, "33.25.01.2001"),
        ("33", "33"),
        ("3325", "33.25"),
        ("332501", "33.25.01"),
        ("", None),
        ("-", None),
    ],
    ids=ascii,
)
def test_full_codes(raw: object, want: str | None) -> None:
    assert wilayah(raw) == (want, ())


def test_relative_codes() -> None:
    assert wilayah(1, induk="33.25") == ("33.25.01", ())
    assert wilayah("01", induk="3325") == ("33.25.01", ())
    assert wilayah("2001", induk="33.25.01") == ("33.25.01.2001", ())
    made = ("33.25.01.2005", ("KODE_DESA_DILENGKAPI",))
    assert wilayah("05", induk="33.25.01") == made
    assert wilayah("5", induk="33.25.01", jenis_desa="1")[0] == "33.25.01.1005"
    assert wilayah("33.25.01.2001", induk="33.25.02")[0] == "33.25.01.2001"
    assert wilayah_dari(33, 25, 12, 2003) == ("33.25.12.2003", ())
    assert wilayah_dari("52", "01", "14", "05")[0] == "52.01.14.2005"
    assert wilayah_dari("33", "", "01") == (None, ())


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("9925", "provinsi"),
        ("3325010001", "BPS"),
        ("33250", "5 angka"),
        ("Subah", "selain angka"),
        ("\u0663\u0663", "selain angka"),
    ],
    ids=ascii,
)
def test_other_codes_are_refused(raw: str, says: str) -> None:
    with pytest.raises(RowError, match=says) as refused:
        wilayah(raw)
    assert refused.value.code == "KODE_WILAYAH_TIDAK_SAH"


def test_a_village_number_needs_its_kecamatan() -> None:
    with pytest.raises(RowError, match="lebih dari 2 angka"):
        wilayah("2001", induk="33.25")


@pytest.mark.parametrize(
    ("raw", "code", "flags"),
    [
        ("Subah", "33.25.12.2003", ()),
        ("Ds. SUBAH", "33.25.12.2003", ()),
        ("desa subah", "33.25.12.2003", ()),
        ("Subh", "33.25.12.2003", ("DESA_DICOCOKKAN",)),
        ("Kluwieh", "33.25.02.2002", ("DESA_DICOCOKKAN",)),
        ("Karang Anyar, Kec. Bandar", "33.25.02.2001", ()),
        ("Karanganyar", None, ("DESA_GANDA",)),
        ("Karanganyar, Kec. Batang", None, ("DESA_GANDA",)),
        ("Tosa", "33.25.02.2003", ("DESA_DICOCOKKAN",)),
        ("Tisa", None, ("DESA_TIDAK_DIKENAL",)),
        ("Jakarta", None, ("DESA_TIDAK_DIKENAL",)),
        ("3325122003", "33.25.12.2003", ()),
        ("33.25.12.2999", None, ("DESA_TIDAK_DIKENAL",)),
        ("-", None, ()),
    ],
    ids=ascii,
)
def test_villages_by_name(raw: str, code: str | None, flags: tuple[str, ...]) -> None:
    assert desa_teks(raw, daftar=INDEX) == (code, flags)
    assert desa_teks(raw, daftar=NAMES) == (code, flags)


def test_the_kecamatan_column_decides() -> None:
    found = desa_teks("KARANGANYAR", daftar=INDEX, kecamatan="Kec. Wonotungal")
    assert found == ("33.25.01.2001", ())


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("4", "004"),
        ("004", "004"),
        (4, "004"),
        (8.0, "008"),
        ("RT.04", "004"),
        ("RW V", "005"),
        ("XIV", "014"),
        ("0", None),
        ("-", None),
        ("000", None),
        (None, None),
    ],
    ids=ascii,
)
def test_rt_and_rw(raw: object, want: str | None) -> None:
    assert rt_rw(raw) == (want, ())


def test_two_numbers_in_one_cell() -> None:
    assert rt_rw("RT 04/RW 02", bagian="rt") == ("004", ())
    assert rt_rw("004/002", bagian="rw") == ("002", ())
    for raw in ("004/002", "1234", "abc", "1/2/3", "9" * 5000):
        assert rt_rw(raw) == (None, ("RT_RW_TIDAK_DIKENAL",))
