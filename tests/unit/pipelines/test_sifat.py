"""Properties of the whole: order, restart, batches, repeats, privacy, explanations."""

import random
import re

import pytest

from bus.record import headers_of
from tests.unit.pipelines.acak import dunia_acak, jalinan, keadaan
from tests.unit.pipelines.dunia import (
    Dunia,
    hari,
)

DIGITS = re.compile(r"\d{13,}")


@pytest.mark.parametrize("seed", range(5))
def test_arrival_order_does_not_change_where_claims_end(seed: int) -> None:
    masuk, mati = dunia_acak(seed)
    acak = random.Random(seed)
    harap = keadaan(Dunia(*masuk), mati)
    assert len(harap) >= len(mati) / 2
    for _ in range(2):
        assert keadaan(Dunia(*jalinan(masuk, acak)), mati) == harap


@pytest.mark.parametrize("seed", range(3))
def test_written_at_once_in_small_batches(seed: int) -> None:
    masuk, mati = dunia_acak(seed)
    harap = keadaan(Dunia(*masuk), mati)
    for batch in (1, 3, 500):
        dunia = Dunia(batch=batch)
        for ref, event in jalinan(masuk, random.Random(seed + batch)):
            dunia.write(ref, event)
        dunia.run()
        assert dunia.gagal() == []
        assert keadaan(dunia, mati) == harap


@pytest.mark.parametrize("seed", range(3))
def test_restart_in_the_middle_changes_nothing(seed: int) -> None:
    masuk, _ = dunia_acak(seed)
    lurus, putus = Dunia(), Dunia()
    for n, satu in enumerate(masuk):
        lurus.masuk(satu)
        putus.masuk(satu)
        if n % 7 == 0:
            putus.restart()
    for ref in ("sosial.santunan.fact.v1", "keuangan.reservasi.fact.v1"):
        assert lurus.read(ref) == putus.read(ref)
    for pipeline in lurus.topology.pipelines:
        for partition in range(lurus.partitions):
            assert lurus.state_bytes(pipeline.name, partition) == putus.state_bytes(
                pipeline.name, partition
            )


def test_the_same_events_again_decide_nothing_new() -> None:
    masuk, mati = dunia_acak(5, berubah=False)
    masuk = [satu for satu in masuk if satu[1].type != "SantunanDibatalkan"]
    dunia = Dunia(*masuk)
    harap, banyak = keadaan(dunia, mati), len(dunia.terbit())
    keluarga = len(dunia.read("adminduk.keluarga.state.v1"))
    for _ in range(2):
        dunia.masuk(*masuk)
    assert keadaan(dunia, mati) == harap
    assert len(dunia.terbit()) == banyak
    assert len(dunia.read("adminduk.keluarga.state.v1")) == keluarga


@pytest.mark.parametrize("seed", range(3))
def test_no_identity_number_outside_payloads(seed: int) -> None:
    masuk, _ = dunia_acak(seed)
    dunia = Dunia(*masuk)
    dunia.tick(hari("2026-06-01"))
    dunia.tick(hari("2026-06-20"))
    for (topik, _), log in dunia.logs.items():
        for record in log:
            kepala = " ".join(f"{k}={v.decode()}" for k, v in record.headers)
            teks = (
                f"{(record.key or b'').decode()} {re.sub(r'[0-9a-f]{32}', '', kepala)}"
            )
            assert not DIGITS.search(teks), (topik, teks)
    for (tugas, partisi), isi in dunia._state.items():
        for kunci_isi in isi:
            assert not DIGITS.search(kunci_isi.decode()), (tugas, partisi)
    for event in [*dunia.terbit(), *dunia.read("tata.mutu.fact.v1")]:
        assert event.value is not None
        for nama in ("alasan", "pesan"):
            teks = event.value.get(nama) or ""
            assert not DIGITS.search(teks)
            assert not re.search(r"SUTRISNO|KASMIDI|IBU [A-Z]|ANAK [A-Z]\b", teks)


def test_decisions_say_what_they_rest_on() -> None:
    masuk, _ = dunia_acak(3)
    dunia = Dunia(*masuk)
    semua = {
        event.id
        for (_, _), log in dunia.logs.items()
        for record in log
        for name, raw in record.headers
        if name == "ce_id"
        for event in [_Id(raw.decode())]
    }
    assert dunia.terbit()
    for event in dunia.terbit():
        assert event.value is not None
        assert event.value["aturan_versi"] == "uji-1"
        assert event.value["dasar"], event.type
        assert set(event.value["dasar"]) <= semua, event.type
        assert event.correlation_id
        assert headers_of(event)
    ids = [e.id for e in dunia.terbit()]
    assert len(ids) == len(set(ids))


class _Id:
    def __init__(self, id_: str) -> None:
        self.id = id_


def test_one_event_per_member_and_stage_on_the_busy_path() -> None:
    masuk, _ = dunia_acak(1, berubah=False)
    warga = [satu for satu in masuk if satu[0].startswith("adminduk.penduduk")]
    dunia = Dunia(*warga)
    assert len(dunia.read("santunan.identitas.repartition.v1")) == len(warga)
    assert len(dunia.read("santunan.keluarga.repartition.v1")) == len(warga)
    assert len(dunia.read("adminduk.keluarga.state.v1")) == len(warga)
    assert dunia.read("santunan.klaim.repartition.v1") == []
