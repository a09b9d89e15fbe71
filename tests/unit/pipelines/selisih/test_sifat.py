"""Properties of the whole: order, batches, restart, repeats, ids."""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest

from bus.record import Value
from tests.unit.pipelines.dasar import Masukan
from tests.unit.pipelines.selisih.dunia import (
    AKUN,
    AKUN_LAIN,
    SELISIH,
    SKPD,
    TAHAN,
    Dunia,
    anggaran,
    bayar,
    peta,
    rencana,
    tanda,
)

KANTOR = (SKPD, "2.15.0.00.0.00.01.0000", "2.20.0.00.0.00.01.0000")
LAMA, AKUN_LAMA = "1.06.01.15.03", "5.2.2.02.36"
GIAT = ("1.06.04.2.01.0001", "1.06.04.2.01.0002", LAMA)
PANJANG = 3 * TAHAN


def dunia_acak(seed: int) -> list[Masukan]:
    """A small fiscal year with everything that goes wrong in it."""
    acak = random.Random(seed)
    masuk: list[Masukan] = [
        peta("SKPD", KANTOR[2], KANTOR[1], dari="2026-07-01"),
        peta("KEGIATAN", LAMA, GIAT[0]),
        peta("REKENING", AKUN_LAMA, AKUN),
    ]
    for skpd, giat in product(KANTOR, GIAT):
        di = {"skpd": skpd, "giat": giat}
        masuk += _rencana(acak, di)
        for akun in (AKUN, AKUN_LAIN):
            masuk += _garis(acak, {"akun": akun, **di})
        for nomor in range(acak.randrange(4)):
            akun = acak.choice((AKUN, AKUN_LAIN, AKUN_LAMA, "5.2.9.99.99"))
            ke = f"{skpd}/{giat}/{nomor}"
            masuk.append(bayar(acak.choice((-5, 10, 30)), ke, akun=akun, **di))
    return [*masuk, tanda("Dimulai"), tanda("Selesai")]


def _rencana(acak: random.Random, di: dict) -> Iterator[Masukan]:
    if acak.random() < 0.7:
        for versi in (1, 2):
            yield rencana(acak.choice((50, 100)), versi=versi, **di)
    if acak.random() < 0.2:
        status = acak.choice(("DIBATALKAN", "BARU"))
        yield rencana(60, tahap="PERUBAHAN", status=status, **di)


def _garis(acak: random.Random, di: dict) -> Iterator[Masukan]:
    if acak.random() < 0.7:
        yield anggaran(acak.choice((25, 50)), kas=4, **di)
    if acak.random() < 0.3:
        geser = {"tahap": "PERGESERAN", "pada": "2026-04-01"}
        yield anggaran(acak.choice((20, 60)), **geser, **di)
    if acak.random() < 0.1:
        yield anggaran(25, operasi="DIBATALKAN", **di)


def jalinan(masuk: list[Masukan], acak: random.Random) -> list[Masukan]:
    """Another order in which each key's events keep theirs."""
    antre: dict[tuple[str, str], list[Masukan]] = defaultdict(list)
    for satu in masuk:
        antre[satu[0], satu[1].key].append(satu)
    hasil = []
    while antre:
        pilih = acak.choice(sorted(antre))
        hasil.append(antre[pilih].pop(0))
        if not antre[pilih]:
            del antre[pilih]
    return hasil


def keadaan(dunia: Dunia) -> dict[tuple[str, str], Value]:
    """Open findings without `dasar`: what they rested on when they were told."""
    return {
        tempat: {nama: nilai for nama, nilai in isi.items() if nama != "dasar"}
        for tempat, isi in dunia.terbuka().items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_arrival_order_does_not_change_what_is_found(seed: int) -> None:
    masuk, acak = dunia_acak(seed), random.Random(seed)
    dunia = Dunia()
    dunia.masuk(*masuk, tunggu=PANJANG)
    harap = keadaan(dunia)
    assert len({jenis for jenis, _ in harap}) >= 2
    for _ in range(2):
        lain = Dunia()
        for satu in jalinan(masuk, acak):
            tunggu = acak.choice((0, 0, 500, 3_000))
            lain.masuk(satu, tunggu=tunggu)
        lain.advance(PANJANG)
        assert keadaan(lain) == harap


@pytest.mark.parametrize("batch", [1, 7])
def test_small_batches_publish_the_same(batch: int) -> None:
    masuk = dunia_acak(5)
    besar, kecil = Dunia(), Dunia(batch=batch)
    for dunia in (besar, kecil):
        dunia.masuk(*masuk, tunggu=PANJANG)
    assert keadaan(kecil) == keadaan(besar)
    assert kecil.read(SELISIH) == besar.read(SELISIH)


@pytest.mark.parametrize("seed", range(2))
def test_restart_in_the_middle_changes_nothing(seed: int) -> None:
    masuk = dunia_acak(seed)
    lurus, putus = Dunia(), Dunia()
    for nomor, satu in enumerate(masuk):
        for dunia in (lurus, putus):
            dunia.masuk(satu, tunggu=700)
        if nomor % 5 == 0:
            putus.restart()
    for dunia in (lurus, putus):
        dunia.advance(PANJANG)
    assert lurus.read(SELISIH) == putus.read(SELISIH)
    for pipeline in lurus.topology.pipelines:
        for partition in range(lurus.partitions):
            assert lurus.state_bytes(pipeline.name, partition) == putus.state_bytes(
                pipeline.name, partition
            )


def test_the_same_events_again_publish_nothing_new() -> None:
    masuk = [m for m in dunia_acak(3) if m[1].operation != "DIBATALKAN"]
    dunia = Dunia()
    dunia.masuk(*masuk, tunggu=PANJANG)
    sebelum = dunia.read(SELISIH)
    dunia.masuk(*masuk, tunggu=PANJANG)
    assert dunia.read(SELISIH) == sebelum


@pytest.mark.parametrize("seed", range(3))
def test_no_id_has_two_contents(seed: int) -> None:
    """Also where one event reaches all partitions: the map and the marks."""
    dunia = Dunia()
    masuk = dunia_acak(seed)
    dunia.masuk(*masuk[3:], tunggu=PANJANG)
    dunia.masuk(*masuk[:3], tunggu=PANJANG)
    isi: dict[str, Value] = {}
    for ref in (SELISIH, "selisih.kegiatan.repartition.v1"):
        for event in dunia.read(ref):
            if event.type.startswith("Pengambilan"):
                continue
            kini = {"kunci": event.key, "jenis": event.type, "isi": event.value}
            assert isi.setdefault(event.id, kini) == kini


def test_everything_is_closed_when_all_rows_are_gone() -> None:
    masuk = dunia_acak(1)
    dunia = Dunia()
    dunia.masuk(*masuk, tunggu=PANJANG)
    assert dunia.terbuka()
    semua = {
        (ref, e.key, e.value["sumber_ref"]): (ref, e) for ref, e in masuk if e.value
    }
    tarik = [
        (ref, type(e)(**{**dict_of(e), "operation": "DIBATALKAN", "id": e.id + "x"}))
        for ref, e in semua.values()
        if ref.startswith("keuangan") and "pengambilan" not in ref
    ]
    dunia.masuk(*tarik, tunggu=PANJANG)
    assert dunia.terbuka() == {}


def dict_of(event: object) -> dict:
    return {name: getattr(event, name) for name in event.__slots__}
