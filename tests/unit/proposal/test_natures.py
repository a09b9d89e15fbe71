"""What a column holds, told from its name and its values."""

from typing import Any

import pytest

from bus.connect.proposal.nature import nature_of
from bus.connect.proposal.words import words
from bus.connect.survey import NUMBER, TEXT, TIME, FoundColumn

NIKS = ["3325014501589001", "3325012001609002", "3325 0150 0580 9001"]


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("nik_alm", NIKS, "nik"),
        ("no_ktp", [*NIKS, "3,32501E+15"], "nik"),
        ("NO_KK", ["3325011204069001", "3325011204069002"], "no_kk"),
        ("kk_level", ["1", "3", "4", "4", "4", "1", "3", "4"], "kode"),
        ("Nama Penduduk", ["SUMINAH", "BUDI"], "nama"),
        ("nama_usaha", ["WARUNG A", "TOKO B", "KIOS C"], "teks"),
        ("tgl_lahir", ["05-01-1958", "31/12/1960", "0000-00-00"], "tanggal"),
        ("tgl_input", ["2026-03-02 23:40:11", "2026-03-03 07:00:00"], "waktu"),
        ("sex", ["1", "2", "2"], "jenis_kelamin"),
        ("RT", ["004", "-", "RT.04"], "rt_rw"),
        ("kd_desa", ["3325012001", "3325122003"], "wilayah"),
        ("kelurahan", ["SUBAH", "Ds. Subah"], "desa_teks"),
        ("nominal", ["Rp 1.000.000", "Rp 500.000"], "uang"),
        ("Jumlah ART", ["3", "4", "2"], "bilangan"),
        ("no_hp", ["081234567890", "0812-3456-7891"], "telepon"),
        ("hapus", ["T", "T", "Y"], "hapus"),
        ("sktm", ["Y", "T", "Y"], "ya_tidak"),
        ("status", ["0", "1", "5"], "kode"),
        ("alasan", ["", None, "-"], "kosong"),
    ],
)
def test_kinds(name: str, values: list[Any], kind: str) -> None:
    assert nature_of(FoundColumn(name), values).kind == kind


def test_quirks_are_counted() -> None:
    values = ["2147483647", "3,32501E+15", "332501450158900", *NIKS]
    told = "\n".join(nature_of(FoundColumn("nik"), values).quirks)
    for quirk in ("Q1", "Q2", "Q3", "Q4"):
        assert quirk in told


def test_a_key_that_is_called_nik_is_told() -> None:
    found = nature_of(FoundColumn("nik_kepala", "int", NUMBER), [1, 5, 9])
    assert found.kind == "bilangan"
    assert "Q13" in found.quirks[0]
    assert not nature_of(FoundColumn("nik_kepala"), NIKS).quirks[0].count("Q13")


def test_numbers_in_number_columns_lose_their_first_zero() -> None:
    column = FoundColumn("nik", "decimal(16, 0)", NUMBER)
    assert "loses a first 0" in nature_of(column, [3325014501589001]).quirks[0]


def test_no_value_of_a_person_is_an_example() -> None:
    for name, values in (
        ("nik", NIKS),
        ("nama", ["SUMINAH"]),
        ("no_hp", ["0812345678"]),
    ):
        found = nature_of(FoundColumn(name), values)
        assert found.example is None
        assert found.codes == ()
        assert found.personal == "pribadi_umum"


def test_declared_times_need_no_values() -> None:
    assert nature_of(FoundColumn("x", "datetime", TIME), []).kind == "waktu"
    assert nature_of(FoundColumn("x", "text", TEXT), []).kind == "kosong"


@pytest.mark.parametrize(
    "name", ["tanggallahir", "Tanggal Lahir", "TGL_LHR", "tglLahir", "tgl-lahir"]
)
def test_names_are_compared_by_their_words(name: str) -> None:
    assert words(name) == {"tgl", "lahir"}
