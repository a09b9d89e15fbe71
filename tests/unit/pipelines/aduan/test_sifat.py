"""Properties of the whole: order, restarts, batches, repeats."""

import random

import pytest

from bus.record import Value
from tests.unit.pipelines.aduan.dunia import Dunia
from tests.unit.pipelines.aduan.kabar import (
    BPBD,
    DLH,
    DPU,
    buka,
    jawab,
    kembali,
    lapor,
    lengkap,
    libur,
    pelapor,
    tunggu,
    verifikasi,
    waktu,
)
from tests.unit.pipelines.dasar import Masukan

AKHIR = "2026-04-20 08:00"


def riwayat(acak: random.Random, nomor: str) -> list[Masukan]:
    """What happens to one report over March, in order."""
    hari = acak.randint(2, 6)
    kategori = acak.choice(["JALAN", "SAMPAH", None])
    satu = lapor(
        nomor,
        f"2026-03-{hari:02d} {acak.randint(0, 23):02d}:17",
        kategori,
        teks=f"laporan {nomor}",
        siapa=pelapor(nomor),
        rahasia=acak.random() < 0.2,
    )
    langkah = [
        lambda t: jawab(nomor, t, bukti=() if acak.random() < 0.5 else ("a.jpg",)),
        lambda t: tunggu(nomor, t),
        lambda t: lengkap(nomor, t),
        lambda t: kembali(nomor, t),
        lambda t: verifikasi(nomor, t, acak.choice([DPU, BPBD, DLH])),
        lambda t: buka(nomor, t),
    ]
    semua = [satu]
    for hari_lain in sorted(acak.sample(range(7, 29), acak.randint(1, 6))):
        pukul = f"{acak.randint(8, 15):02d}:{acak.randint(0, 59):02d}"
        semua.append(acak.choice(langkah)(f"2026-03-{hari_lain:02d} {pukul}"))
    return semua


def dunia_acak(seed: int) -> list[Masukan]:
    acak = random.Random(seed)
    semua = [m for n in range(6) for m in riwayat(acak, f"L{n}")]
    hari = acak.sample([13, 16, 20, 23, 24], 3)
    semua += [libur(f"2026-03-{h}", f"2026-03-{h + 2:02d} 09:00") for h in hari]
    return sorted(semua, key=lambda m: m[1].time_ms)


def hasil(dunia: Dunia) -> Value:
    """What counts in the end: states, and what stands of what was said."""
    akhir: Value = {}
    for n in range(6):
        berlaku: dict[tuple[str, str, int], str] = {}
        for jam, apa, level, batas, operasi in dunia.sla(f"L{n}"):
            if operasi == "DIBATALKAN":
                berlaku.pop((jam, apa, level), None)
            else:
                berlaku[jam, apa, level] = batas
        status = dunia.status(f"L{n}")
        akhir[f"L{n}"] = (
            status["status"],
            status["percobaan"],
            status["tingkat"],
            status["kode_skpd"],
            status["batas_jawaban"],
            berlaku,
        )
    return akhir


@pytest.mark.parametrize("seed", range(4))
def test_arrival_order_does_not_change_what_stands(seed: int) -> None:
    masuk = dunia_acak(seed)
    harap = Dunia(*masuk)
    harap.sampai(AKHIR)
    acak = random.Random(seed)
    for _ in range(3):
        campur = list(masuk)
        acak.shuffle(campur)
        dunia = Dunia(*campur)
        dunia.sampai(AKHIR)
        assert hasil(dunia) == hasil(harap)


@pytest.mark.parametrize("seed", range(4))
def test_as_it_happens_or_all_afterwards(seed: int) -> None:
    """Timers that fired on the way leave nothing that should not be there."""
    masuk = [m for m in dunia_acak(seed) if m[1].type != "LiburDitetapkan"]
    langsung, sesudah = Dunia(), Dunia(*masuk)
    langsung.pada(*masuk)
    for dunia in (langsung, sesudah):
        dunia.sampai(AKHIR)
    assert hasil(langsung) == hasil(sesudah)


@pytest.mark.parametrize("seed", range(3))
def test_restarts_change_nothing(seed: int) -> None:
    masuk = dunia_acak(seed)
    lurus, putus = Dunia(), Dunia(batch=3)
    lurus.pada(*masuk)
    for n, satu in enumerate(masuk):
        putus.pada(satu)
        if n % 3 == 0:
            putus.restart()
    for dunia in (lurus, putus):
        dunia.sampai(AKHIR)
    for ref in ("aduan.laporan.fact.v1", "aduan.sla.fact.v1", "aduan.status.state.v1"):
        assert lurus.read(ref) == putus.read(ref)
    ids = [e.id for e in lurus.read("aduan.sla.fact.v1")]
    assert len(ids) == len(set(ids))


def test_exact_to_the_minute_over_a_restart() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", "2026-03-02 10:07"))
    dunia.sampai("2026-03-09 10:06")
    dunia.restart()
    assert dunia.tingkat("A") == []
    dunia.sampai("2026-03-09 10:07")
    assert dunia.tingkat("A") == [(1, "DIBUAT", "2026-03-09 10:07")]


def test_an_engine_that_was_away_says_everything_once_and_in_order() -> None:
    tertib, absen = Dunia(), Dunia()
    for dunia in (tertib, absen):
        dunia.pada(lapor("A", "2026-03-02 10:07"))
    tertib.sampai("2026-03-20 09:00")
    absen.jump(tertib.clock.now_ms())
    assert absen.sla("A") == tertib.sla("A")
    assert [s[2] for s in absen.sla("A")] == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(2))
def test_the_same_events_again_say_nothing_new(seed: int) -> None:
    masuk = dunia_acak(seed)
    dunia = Dunia(*masuk)
    dunia.sampai(AKHIR)
    harap = hasil(dunia), len(dunia.read("aduan.sla.fact.v1"))
    for _ in range(2):
        dunia.masuk(*masuk)
    assert (hasil(dunia), len(dunia.read("aduan.sla.fact.v1"))) == harap
    assert waktu(dunia.clock.now_ms()) == AKHIR
