"""Booleans, codes, deletes, text, telephones, budget codes, sex."""
# ruff: noqa: DTZ001 - drivers of legacy databases hand over naive datetimes

from datetime import datetime

import pytest

from bus.errors import RowError
from bus.normalise.booleans import ya_tidak
from bus.normalise.budget import akun, skpd, sub_kegiatan
from bus.normalise.codes import CodeTable, kode
from bus.normalise.deletes import hapus
from bus.normalise.phone import telepon
from bus.normalise.sex import jenis_kelamin
from bus.normalise.text import teks

STATUS = CodeTable({"1": "HIDUP", "2": "MATI", "ANAK KANDUNG": "ANAK"})


@pytest.mark.parametrize(
    "raw", ["Y", "y", "Ya", 1, 1.0, "1", True, b"\x01", "TRUE"], ids=ascii
)
def test_yes(raw: object) -> None:
    assert ya_tidak(raw) == (True, ())


@pytest.mark.parametrize(
    "raw", ["T", "N", "t", "tidak", 0, "0", False, b"\x00"], ids=ascii
)
def test_no(raw: object) -> None:
    assert ya_tidak(raw) == (False, ())


def test_unknown_words_are_nothing_with_a_flag() -> None:
    assert ya_tidak("Cair") == (None, ("YA_TIDAK_TIDAK_DIKENAL",))
    assert ya_tidak("Cair", tabel={"CAIR": True, "PROSES": False}) == (True, ())
    assert ya_tidak("") == (None, ())


@pytest.mark.parametrize("raw", ["1", 1, 1.0, "01", " 1 ", b"1"], ids=ascii)
def test_codes_of_a_table(raw: object) -> None:
    assert kode(raw, tabel=STATUS) == ("HIDUP", ())
    assert kode(raw, tabel={"1": "HIDUP"}) == ("HIDUP", ())


def test_words_of_a_table() -> None:
    assert kode("anak  Kandung", tabel=STATUS) == ("ANAK", ())
    assert kode("-", tabel=STATUS) == (None, ())
    assert kode("", tabel=STATUS, kosong="LAINNYA") == ("LAINNYA", ())
    unknown = kode("7", tabel=STATUS, lainnya="LAINNYA")
    assert unknown == ("LAINNYA", ("KODE_TIDAK_DIKENAL",))


def test_an_unknown_code_lists_the_valid_ones() -> None:
    with pytest.raises(RowError, match=r"`9`.*1, 2, ANAK KANDUNG") as refused:
        kode(9, tabel=STATUS, field="status")
    assert refused.value.code == "KODE_TIDAK_DIKENAL"
    with pytest.raises(RowError) as slipped:
        kode("SUMINAH", tabel=STATUS)
    assert "SUMINAH" not in str(slipped.value)
    long = {str(n): "X" for n in range(50)}
    with pytest.raises(RowError, match="dan 30 lainnya"):
        kode("x", tabel=long)


@pytest.mark.parametrize(
    "raw",
    [1, "Y", "1", True, 57, datetime(2020, 1, 1), "2020-01-01 10:00:00", b"\x01"],
    ids=ascii,
)
def test_deleted(raw: object) -> None:
    assert hapus(raw) == (True, ())


@pytest.mark.parametrize(
    "raw", [0, "T", "0", "", None, False, "0000-00-00 00:00:00", b"\x00"], ids=ascii
)
def test_not_deleted(raw: object) -> None:
    assert hapus(raw) == (False, ())


def test_active_flags_say_the_opposite() -> None:
    assert hapus(0, aktif=True) == (True, ())
    assert hapus("Y", aktif=True) == (False, ())
    assert hapus(None, aktif=True) == (False, ())
    assert hapus("admin") == (False, ("HAPUS_TIDAK_DIKENAL",))


@pytest.mark.parametrize(
    ("raw", "want", "flags"),
    [
        ("Jl.  Raya\n Subah", "Jl. Raya Subah", ()),
        ("<p>Jalan <b>rusak</b></p>", "Jalan rusak", ("TAG_DIBUANG",)),
        ("a &amp;lt;b&amp;gt; c", "a c", ("TAG_DIBUANG",)),
        ("3 < 4 & 5 > 2", "3 < 4 & 5 > 2", ()),
        ("Caf\u00c3\u00a9", "Caf\u00e9", ("TEKS_DIPERBAIKI",)),
        ("\u00e2\u20ac\u0153x", "\u201cx", ("TEKS_DIPERBAIKI",)),
        (b"Caf\xe9", "Caf\u00e9", ()),
        (b"Caf\xc3\xa9", "Caf\u00e9", ()),
        ("\u00c2", "\u00c2", ()),
        (12.0, "12", ()),
        ("-", None, ()),
        ("<br>", None, ("TAG_DIBUANG",)),
        ("\ud800x", "x", ()),
    ],
    ids=ascii,
)
def test_free_text(raw: object, want: str | None, flags: tuple[str, ...]) -> None:
    assert teks(raw) == (want, flags)


def test_long_text_is_cut() -> None:
    assert teks("abc def", maks=4) == ("abc", ("TEKS_DIPOTONG",))


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("081234567890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("+62081234567890", "+6281234567890"),
        (81234567890, "+6281234567890"),
        (81234567890.0, "+6281234567890"),
        ("0285391234", "+62285391234"),
        ("(024) 3513366", "+62243513366"),
        ("-", None),
    ],
    ids=ascii,
)
def test_telephones(raw: object, want: str | None) -> None:
    assert telepon(raw) == (want, ())


def test_the_first_of_several_telephones() -> None:
    want = ("+6281234567890", ("TELEPON_GANDA",))
    assert telepon("081234567890 / 085711112222") == want


@pytest.mark.parametrize(
    "raw", ["54321", "0854321", "tidak punya", "08" * 12], ids=ascii
)
def test_short_telephones_are_refused(raw: str) -> None:
    with pytest.raises(RowError) as refused:
        telepon(raw)
    assert refused.value.code == "TELEPON_TIDAK_SAH"
    assert raw not in str(refused.value)


@pytest.mark.parametrize(
    "raw",
    ["5.1.02.02.01.0036", "510202010036", "5.1.2.2.1.36", [5, 1, 2, 2, 1, 36]],
    ids=ascii,
)
def test_accounts(raw: object) -> None:
    assert akun(raw) == ("5.1.02.02.01.0036", ())


def test_accounts_above_the_leaf() -> None:
    assert akun("5.1.02", tingkat=3) == ("5.1.02", ())
    assert akun("") == (None, ())
    for raw in ("5.1.02", "9.1.02.02.01.0036", "5.1.02.02.01.00361", "akun"):
        with pytest.raises(RowError) as refused:
            akun(raw)
        assert refused.value.code == "AKUN_TIDAK_SAH"


def test_sub_activities_of_both_versions() -> None:
    want = "1.06.05.2.02.0003"
    assert sub_kegiatan(want) == (want, ())
    assert sub_kegiatan("106052020003") == (want, ())
    assert sub_kegiatan("1.06.05.2.02.03") == (want, ("SUB_KEGIATAN_2020",))
    assert sub_kegiatan("1060520203") == (want, ("SUB_KEGIATAN_2020",))
    common = "X.XX.01.2.02.0003"
    assert sub_kegiatan(common) == (common, ("SUB_KEGIATAN_X",))
    assert sub_kegiatan(common, bidang="1.06") == ("1.06.01.2.02.0003", ())
    assert sub_kegiatan("-") == (None, ())
    with pytest.raises(RowError) as refused:
        sub_kegiatan("1.06.05")
    assert refused.value.code == "SUB_KEGIATAN_TIDAK_SAH"


def test_offices() -> None:
    want = "5.02.0.00.0.00.01.0000"
    assert skpd(want) == (want, ())
    assert skpd(want.replace(".", "")) == (want, ())
    assert skpd(None) == (None, ())
    with pytest.raises(RowError):
        skpd("5.02")


@pytest.mark.parametrize(
    "raw", ["1", 1, 1.0, "L", "Laki-laki", "LAKI - LAKI", "pria"], ids=ascii
)
def test_male(raw: object) -> None:
    assert jenis_kelamin(raw) == ("L", ())


@pytest.mark.parametrize("raw", ["2", 2, "P", "p", "Perempuan ", "WANITA"], ids=ascii)
def test_female(raw: object) -> None:
    assert jenis_kelamin(raw) == ("P", ())


def test_sex_not_known() -> None:
    assert jenis_kelamin("") == (None, ())
    assert jenis_kelamin("x") == (None, ("JK_TIDAK_DIKENAL",))
