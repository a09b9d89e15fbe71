"""NIK and No KK: quirks Q1 to Q4 and the structure of domain.md §4.1."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.errors import RowError
from bus.normalise.dates import days
from bus.normalise.nik import (
    birth_candidates,
    birth_of,
    is_temporary,
    nik,
    sex_of,
)
from bus.normalise.no_kk import no_kk
from bus.normalise.provinces import PATTERN, PROVINCES
from tests.unit.normalise.cells import niks, quick

GOOD = "3325124501580003"
BORN = days(date(1958, 1, 5))


@pytest.mark.parametrize(
    "raw",
    [
        "332512 450158 0003",
        "33.25.12.450158.0003",
        "332512-450158-0003",
        "'3325124501580003",
        "\u2019" + GOOD,
        "3325\u200b124501580003\ufeff",
        f"\u00a0{GOOD} ",
        f'"{GOOD}"',
        GOOD + ".",
    ],
    ids=ascii,
)
def test_marks_are_dropped_and_flagged(raw: str) -> None:
    assert nik(raw) == (GOOD, ("NIK_DIRAPIKAN",))


@pytest.mark.parametrize(
    "raw",
    [GOOD, int(GOOD), Decimal(GOOD), Decimal(GOOD + ".00"), GOOD.encode()],
    ids=ascii,
)
def test_exact_values_pass_without_flag(raw: object) -> None:
    assert nik(raw) == (GOOD, ())


@pytest.mark.parametrize(
    "raw", [None, "", " ", "-", "--", "NULL", "tidak ada", "''"], ids=ascii
)
def test_nothing_written_is_none(raw: object) -> None:
    assert nik(raw) == (None, ("NIK_KOSONG",))
    assert no_kk(raw) == (None, ("NO_KK_KOSONG",))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (2147483647, "RUSAK"),
        ("2147483647", "RUSAK"),
        (0, "RUSAK"),
        ("0", "RUSAK"),
        ("0000000000000000", "RUSAK"),
        ("3,32501E+15", "RUSAK_EXCEL"),
        ("3.32501E+15", "RUSAK_EXCEL"),
        ("3E15", "RUSAK_EXCEL"),
        (Decimal("3.32501E+15"), "RUSAK_EXCEL"),
        ("1234567890123450.0", "RUSAK_EXCEL"),
        ("1234567890123450,00", "RUSAK_EXCEL"),
        (1234567890123450.0, "RUSAK_EXCEL"),
        (9471030101000002.0, "RUSAK_EXCEL"),
        ("33251245015800", "PANJANG"),
        ("332512450158003", "PANJANG"),
        ("33251245015800033", "PANJANG"),
        (33251245015800033, "PANJANG"),
        (12.0, "PANJANG"),
        ("33251245O1580003", "BUKAN_ANGKA"),
        ("SUMINAH", "BUKAN_ANGKA"),
        ("\u0663" * 16, "BUKAN_ANGKA"),
        ("//", "BUKAN_ANGKA"),
        (True, "BUKAN_ANGKA"),
        (-5, "BUKAN_ANGKA"),
        (1.5, "BUKAN_ANGKA"),
        (float("nan"), "BUKAN_ANGKA"),
        (float("inf"), "BUKAN_ANGKA"),
        ([GOOD], "BUKAN_ANGKA"),
    ],
    ids=ascii,
)
def test_lost_digits_are_refused_and_never_repaired(raw: object, code: str) -> None:
    for rule, prefix in ((nik, "NIK_"), (no_kk, "NO_KK_")):
        with pytest.raises(RowError) as refused:
            rule(raw, field="kolom")
        assert refused.value.code == prefix + code
        assert refused.value.field == "kolom"
        assert "3325124501" not in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("1012124501580003", "kode wilayah"),
        ("3300124501580003", "kode wilayah"),
        ("3370124501580003", "kode wilayah"),
        ("3325004501580003", "kode wilayah"),
        ("3325120001580003", "tanggal lahir"),
        ("3325123201580003", "tanggal lahir"),
        ("3325124001580003", "tanggal lahir"),
        ("3325127201580003", "tanggal lahir"),
        ("3325124513580003", "tanggal lahir"),
        ("3325123102580003", "tanggal lahir"),
        ("3325122902570003", "tanggal lahir"),
        ("3325127104580003", "tanggal lahir"),
        ("3325124501580000", "0000"),
        ("0925124501580003", "NIK sementara"),
    ],
    ids=ascii,
)
def test_structure(raw: str, fault: str) -> None:
    with pytest.raises(RowError, match=fault) as refused:
        nik(raw)
    assert refused.value.code == "NIK_TIDAK_SAH"


def test_leap_days_of_either_century_are_accepted() -> None:
    assert nik("3325122902000003")[0] == "3325122902000003"  # 2000
    assert nik("3325126902240003")[0] == "3325126902240003"  # 1924 or 2024


def test_a_leading_zero_lost_in_a_numeric_column_comes_back() -> None:
    temporary = "0332512200300001"
    want = (temporary, ("NIK_SEMENTARA",))
    assert nik(332512200300001) == want
    assert nik(Decimal(332512200300001)) == want
    assert nik(332512200300001.0) == want
    assert nik(temporary) == want
    assert nik("332512200300001", dari_desimal=True) == (
        temporary,
        ("NIK_DIRAPIKAN", "NIK_SEMENTARA"),
    )
    assert is_temporary(temporary)
    assert sex_of(temporary) is None
    assert birth_candidates(temporary) == ()


def test_a_recorded_person_who_differs_is_a_warning() -> None:
    assert nik(GOOD, tgl_lahir=BORN, jk="P") == (GOOD, ())
    assert nik(GOOD, tgl_lahir=BORN + 1) == (GOOD, ("NIK_BEDA_TGL",))
    assert nik(GOOD, jk="L") == (GOOD, ("NIK_BEDA_JK",))
    assert nik(GOOD, jk="LAINNYA") == (GOOD, ())
    assert nik(GOOD, tgl_lahir=10**9, jk="L")[1] == ("NIK_BEDA_TGL", "NIK_BEDA_JK")


def test_a_last_zero_with_another_person_is_excel() -> None:
    ending_0 = GOOD[:-1] + "0"
    ending_0 = ending_0[:-2] + "10"
    assert nik(ending_0, tgl_lahir=BORN, jk="P") == (ending_0, ())
    with pytest.raises(RowError) as refused:
        nik(ending_0, jk="L")
    assert refused.value.code == "NIK_RUSAK_EXCEL"


def test_birth_date_and_sex_out_of_the_nik() -> None:
    assert sex_of(GOOD) == "P"
    assert sex_of("3325120501580003") == "L"
    assert birth_candidates(GOOD) == (BORN, days(date(2058, 1, 5)))
    assert birth_of(GOOD, days(date(2026, 3, 1))) == BORN
    both = "3325120101200001"  # 1920 and 2020
    assert birth_of(both, days(date(2026, 3, 1))) is None
    assert birth_of(both, days(date(2019, 1, 1))) == days(date(1920, 1, 1))
    assert birth_candidates("3325122902000003") == (days(date(2000, 2, 29)),)


def test_a_family_card_has_a_lenient_date() -> None:
    assert no_kk("3325121204060011") == ("3325121204060011", ())
    assert no_kk("33 2512 120406 0011")[1] == ("NO_KK_DIRAPIKAN",)
    assert no_kk("3325129904060011")[1] == ("NO_KK_JANGGAL",)
    assert no_kk("0332512200300001")[1] == ("NO_KK_SEMENTARA",)
    with pytest.raises(RowError) as refused:
        no_kk("9925121204060011")
    assert refused.value.code == "NO_KK_TIDAK_SAH"


def test_the_pattern_of_provinces_says_what_the_list_says() -> None:
    import re

    matched = {f"{n:02d}" for n in range(100) if re.fullmatch(PATTERN, f"{n:02d}")}
    assert matched == PROVINCES
    assert len(PROVINCES) == 38


@quick
@given(niks(), st.sampled_from(["", " ", ".", "-", "\u200b"]))
def test_cleaning_finds_the_same_number(good: str, mark: str) -> None:
    assert nik(good) == (good, ())
    assert nik(mark.join(good))[0] == good


@quick
@given(niks(), st.sampled_from("LP"))
def test_no_error_or_flag_shows_the_number(good: str, sex: str) -> None:
    for broken in (good[:-1], good + "7", good[:6] + "99" + good[8:], f"{good}x"):
        with pytest.raises(RowError) as refused:
            nik(broken, jk=sex)
        assert good[2:12] not in str(refused.value)
