"""A new difference is told only when it has stood: a first load opens none in vain."""

import random

import pytest

from tests.unit.pipelines.selisih.dunia import (
    KUNCI,
    SELISIH,
    TAHAN,
    Dunia,
    anggaran,
    bayar,
    rencana,
    tanda,
)
from tests.unit.pipelines.selisih.test_sifat import dunia_acak, jalinan, keadaan

MENETAP = 3_600_000
LAMA = MENETAP + 3 * TAHAN


def dunia(**lain: object) -> Dunia:
    return Dunia(menetap_detik=MENETAP // 1000, **lain)


def test_a_budget_that_comes_in_time_makes_no_difference() -> None:
    kini, dahulu = dunia(), Dunia()
    for satu in (kini, dahulu):
        satu.masuk(rencana(100), tunggu=MENETAP - 60_000)
        satu.masuk(anggaran(100), tunggu=LAMA)
    assert kini.kisah() == []
    assert dahulu.kisah() == [
        ("TANPA_ANGGARAN", "TERBUKA"),
        ("TANPA_ANGGARAN", "DITUTUP"),
    ]


@pytest.mark.parametrize("terbalik", [False, True])
def test_parts_of_a_budget_come_one_by_one(terbalik: bool) -> None:
    """Neither a plan without its budget nor half a budget is a difference."""
    satu = dunia()
    semua = [
        rencana(100),
        anggaran(60),
        anggaran(40, akun="5.1.02.01.01.0024"),
        bayar(9),
    ]
    for masuk in reversed(semua) if terbalik else semua:
        satu.masuk(masuk, tunggu=MENETAP // 5)
    satu.advance(LAMA)
    assert satu.kisah() == []


def test_what_stands_is_told_once_its_time_is_over() -> None:
    satu = dunia()
    satu.masuk(rencana(100), tunggu=MENETAP - 60_000)
    assert satu.kisah() == []
    satu.advance(120_000)
    assert list(satu.terbuka()) == [("TANPA_ANGGARAN", KUNCI)]
    satu.masuk(anggaran(100))
    assert satu.terbuka() == {}, "closing does not wait"
    satu.masuk(anggaran(90, versi=2), tunggu=MENETAP // 2)
    assert satu.terbuka() == {}, "what comes after is new again"
    satu.advance(MENETAP)
    assert [jenis for jenis, _ in satu.terbuka()] == ["KURANG_DARI_RENCANA"]
    satu.masuk(anggaran(80, versi=3))
    assert satu.terbuka()["KURANG_DARI_RENCANA", KUNCI]["anggaran"] == 80_000_000


def test_what_goes_and_comes_waits_anew() -> None:
    satu = dunia()
    satu.masuk(rencana(100), tunggu=MENETAP // 2)
    satu.masuk(anggaran(100), tunggu=MENETAP // 4)
    satu.masuk(anggaran(100, operasi="DIBATALKAN"), tunggu=MENETAP // 2)
    assert satu.kisah() == []
    satu.advance(MENETAP)
    assert list(satu.terbuka()) == [("TANPA_ANGGARAN", KUNCI)]


def test_it_waits_for_the_end_of_a_rescrape_too() -> None:
    satu = dunia()
    satu.masuk(rencana(100), tunggu=MENETAP - 60_000)
    satu.masuk(tanda("Dimulai"), tunggu=120_000)
    assert satu.kisah() == [], "its time is over while its office is held"
    satu.masuk(anggaran(100), tanda("Selesai"), tunggu=LAMA)
    assert satu.kisah() == []


@pytest.mark.parametrize("seed", range(4))
def test_arrival_order_does_not_change_what_is_found(seed: int) -> None:
    masuk, acak = dunia_acak(seed), random.Random(seed)
    langsung = Dunia()
    langsung.masuk(*masuk, tunggu=LAMA)
    harap = keadaan(langsung)
    assert len({jenis for jenis, _ in harap}) >= 2
    for _ in range(2):
        lain = dunia()
        for satu in jalinan(masuk, acak):
            lain.masuk(satu, tunggu=acak.choice((0, 500, 3_000, MENETAP // 7)))
        lain.advance(LAMA)
        assert keadaan(lain) == harap


@pytest.mark.parametrize("seed", range(2))
def test_restart_and_small_batches_change_nothing(seed: int) -> None:
    masuk = dunia_acak(seed)
    lurus, putus = dunia(), dunia(batch=7)
    for nomor, satu in enumerate(masuk):
        for tempat in (lurus, putus):
            tempat.masuk(satu, tunggu=MENETAP // 20)
        if nomor % 5 == 0:
            putus.restart()
    for tempat in (lurus, putus):
        tempat.advance(LAMA)
    assert lurus.read(SELISIH) == putus.read(SELISIH)
    assert keadaan(lurus)
