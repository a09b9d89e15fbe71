"""Cases f, g of `domain.md` §5 F1, each in several inputs and orders."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.unit.pipelines.dunia import (
    DESA,
    Dunia,
    Masukan,
    cair,
    kematian,
    kematian_batal,
    penduduk,
    pengajuan,
    pindah,
)
from tests.unit.pipelines.rumah import (
    AYAH,
    DASAR,
    IBU,
    KK,
    LAIN,
)


def urutan(*masukan: Masukan) -> list[tuple[Masukan, ...]]:
    return list(permutations(masukan))


# f: the death is cancelled


def test_f_after_payment_money_is_expected_back() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
        cair(AYAH, "2026-03-09"),
        kematian_batal(AYAH, "2026-03-20"),
    )
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")
    [batal] = dunia.terbit("SantunanDibatalkan")
    assert batal.operation == "DIBATALKAN"
    assert ("PENGEMBALIAN_DIHARAPKAN", "BPKAD") in dunia.temuan()


def test_f_before_payment_the_money_is_released() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
        kematian_batal(AYAH, "2026-03-20"),
    )
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"]


@pytest.mark.parametrize(
    "masuk",
    urutan(
        kematian(AYAH, "2026-02-28"),
        kematian_batal(AYAH, "2026-03-03"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
    ),
)
def test_f_any_order(masuk: tuple[Masukan, ...]) -> None:
    dunia = Dunia(*DASAR, *masuk)
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")


def test_f_a_form_nobody_used_is_withdrawn() -> None:
    dunia = Dunia(*DASAR, kematian(AYAH, "2026-02-28"))
    dunia.masuk(kematian_batal(AYAH, "2026-03-01"))
    assert dunia.jenis() == ["SantunanDisiapkan", "SantunanDibatalkan"]


def test_f_a_real_death_later_counts_again() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-01-10"),
        kematian_batal(AYAH, "2026-01-20"),
        kematian(AYAH, "2026-03-01", ref="opensid|log|7"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-03-01"),
    )
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_f_editing_the_old_notice_is_no_new_death() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28"),
        kematian_batal(AYAH, "2026-03-03"),
        kematian(AYAH, "2026-02-28", dicatat="2026-03-09", surat="474.3/001a"),
    )
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")


def test_f_a_cancellation_with_only_a_date_covers_that_day() -> None:
    ref, batal = kematian_batal(AYAH, "2026-02-28")
    assert batal.value is not None
    tengah_malam = batal.value["dicatat_pada"] - 12 * 3_600_000
    tanpa_jam = replace(batal, value={**batal.value, "dicatat_pada": tengah_malam})
    dunia = Dunia(*DASAR, kematian(AYAH, "2026-02-28"), (ref, tanpa_jam))
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")


# g: residence on the day of death


def _klaim_g() -> Masukan:
    return pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28")


@pytest.mark.parametrize("klaim_dulu", [True, False])
@pytest.mark.parametrize(
    ("tgl", "hasil"),
    [
        ("2026-02-27", ("DITOLAK", "BUKAN_PENDUDUK")),
        ("2026-03-01", ("DISETUJUI", None)),
    ],
)
def test_g_moved_out(tgl: str, hasil: tuple[str, str | None], klaim_dulu: bool) -> None:
    keluar = pindah([AYAH, IBU], tgl, datang=False, asal=DESA, tujuan=LAIN)
    dua = (_klaim_g(), keluar) if klaim_dulu else (keluar, _klaim_g())
    assert Dunia(*DASAR, *dua).status(AYAH) == hasil


@pytest.mark.parametrize("klaim_dulu", [True, False])
@pytest.mark.parametrize(
    ("tgl", "hasil"),
    [
        ("2026-02-25", ("DISETUJUI", None)),
        ("2026-02-28", ("DISETUJUI", None)),
        ("2026-03-01", ("DITOLAK", "BUKAN_PENDUDUK")),
    ],
)
def test_g_moved_in(tgl: str, hasil: tuple[str, str | None], klaim_dulu: bool) -> None:
    masuk = pindah([AYAH, IBU], tgl, datang=True, asal=LAIN, tujuan=DESA)
    dua = (_klaim_g(), masuk) if klaim_dulu else (masuk, _klaim_g())
    assert Dunia(*DASAR, *dua).status(AYAH) == hasil


def test_g_moving_inside_the_district_changes_nothing() -> None:
    dalam = pindah(
        [AYAH], "2026-01-10", datang=False, asal=DESA, tujuan=None, klasifikasi="DESA"
    )
    assert Dunia(*DASAR, dalam, _klaim_g()).status(AYAH) == ("DISETUJUI", None)


def test_g_cancelled_move_is_no_move() -> None:
    pergi = {"datang": False, "asal": DESA, "tujuan": LAIN}
    dunia = Dunia(*DASAR, pindah([AYAH], "2026-02-01", **pergi), _klaim_g())
    assert dunia.status(AYAH) == ("DITOLAK", "BUKAN_PENDUDUK")
    dunia.masuk(pindah([AYAH], "2026-02-01", **pergi, operasi="DIBATALKAN"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_g_registry_status_moved() -> None:
    pergi = penduduk(AYAH, KK, 1, status="PINDAH", sejak="2026-02-01")
    dunia = Dunia(*DASAR, pergi, _klaim_g())
    assert dunia.status(AYAH) == ("DITOLAK", "BUKAN_PENDUDUK")
