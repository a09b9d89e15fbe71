"""Properties of the whole: order, restart, batches, repeats, privacy, explanations."""

import random
import re
from collections import defaultdict

import pytest

from bus.record import headers_of
from tests.unit.pipelines.dunia import (
    DESA,
    JUTA,
    Dunia,
    Masukan,
    anggaran,
    cair,
    hari,
    kelayakan,
    kematian,
    kematian_batal,
    kunci,
    orang,
    penduduk,
    pengajuan,
    pindah,
    subjek,
    tarik,
)

DIGITS = re.compile(r"\d{13,}")


NAMA = [
    "SUTRISNO",
    "KASMIDI",
    "WARSITO",
    "PONIMAN",
    "DARSONO",
    "MULYADI",
    "JUMADI",
    "TARYONO",
    "RUSLAN",
    "HARTOYO",
    "BAMBANG",
    "GUNAWAN",
]


def dunia_acak(
    seed: int, keluarga: int = 6, *, berubah: bool = True
) -> tuple[list[Masukan], list[str]]:
    """Events of a small, faulty world; per source topic in their true order."""
    acak = random.Random(seed)
    masuk: list[Masukan] = [anggaran(100, tahun=2026)]
    mati: list[str] = []
    for n in range(keluarga):
        no_kk = f"33251212040{n:05d}"
        ayah = orang(
            f"332512050158{n:04d}", NAMA[n], f"19{50 + n}-0{1 + n % 9}-{10 + n}"
        )
        ibu = orang(f"332512410760{n:04d}", f"IBU {chr(65 + n)}", "1960-07-01", "P")
        anak = orang(f"332512010780{n:04d}", f"ANAK {chr(65 + n)}", "1980-07-01")
        masuk += [penduduk(ayah, no_kk, 1), penduduk(ibu, no_kk, 3)]
        masuk.append(penduduk(anak, no_kk, 4))
        if acak.random() < 0.8:
            masuk.append(kelayakan(no_kk, acak.choice([1, 3, 6])))
        masuk += _kejadian(acak, n, no_kk, (ayah, ibu, anak))
        if berubah:
            masuk += _sesudahnya(acak, n, no_kk, (ayah, ibu, anak))
        mati += [ayah["subjek_id"], f"xbayi{n}"]
    return masuk, mati


def _kejadian(  # noqa: C901 - each line one independent chance
    acak: random.Random, n: int, no_kk: str, siapa: tuple[dict, dict, dict]
) -> list[Masukan]:
    ayah, ibu, anak = siapa
    ref, masuk = f"esakti|t|{n}", []
    tertulis = ayah
    if acak.random() < 0.2:
        nik, di = ayah["nik"], acak.choice([3, 15])  # 15: perhaps a real person's
        salah = nik[:di] + str((int(nik[di]) + 1) % 10) + nik[di + 1 :]
        tertulis = {**ayah, "nik": salah, "subjek_id": subjek(salah)}
    tgl = acak.choice(["2026-02-10", "2026-02-20"])
    if acak.random() < 0.7:
        masuk.append(kematian(ayah, tgl, ref=f"opensid|{n}", no_kk=no_kk))
    ajukan = acak.choice(["2026-02-25", "2026-03-05", "2026-05-30"])
    masuk.append(
        pengajuan(
            tertulis,
            ibu,
            ajukan,
            meninggal=tgl,
            ref=ref,
            no_kk=no_kk,
            sktm=acak.random() < 0.3,
        )
    )
    if acak.random() < 0.2:
        masuk.append(
            pengajuan(ayah, anak, "2026-03-06", meninggal=tgl, ref=f"esakti|u|{n}")
        )
    if acak.random() < 0.2:
        masuk.append(kematian(ibu, "2026-03-01", ref=f"opensid|ibu|{n}", no_kk=no_kk))
    if acak.random() < 0.2:
        masuk.append(kematian_batal(ayah, "2026-03-10"))
    if acak.random() < 0.2:
        masuk.append(
            pindah(
                [ayah],
                acak.choice(["2026-01-10", "2026-03-10"]),
                datang=False,
                asal=DESA,
                tujuan="33.74.01.1001",
                nomor=f"SKP/{n}",
            )
        )
    if acak.random() < 0.15:
        masuk.append(tarik(tertulis, "2026-03-11", ref=ref))
    elif acak.random() < 0.2:
        masuk.append(cair(tertulis, "2026-03-12", ref=ref))
    return masuk


def _sesudahnya(
    acak: random.Random, n: int, no_kk: str, siapa: tuple[dict, dict, dict]
) -> list[Masukan]:
    """A new family card after the head died; a baby without a number."""
    ayah, ibu, anak = siapa
    masuk = []
    if acak.random() < 0.4:
        baru, sejak = f"33251203260{n:05d}", "2026-03-15"
        masuk.append(penduduk(ibu, baru, 1, dicatat=sejak))
        masuk.append(penduduk(anak, baru, 4, dicatat=sejak))
        masuk.append(penduduk(ayah, no_kk, 1, status="MATI", dicatat=sejak))
    if acak.random() < 0.4:
        bayi = orang(None, f"BAYI {chr(65 + n)}", "2026-02-01", id_=f"xbayi{n}")
        dua = [
            kematian(bayi, "2026-02-05", no_kk=no_kk, ref=f"opensid|bayi|{n}"),
            pengajuan(
                bayi,
                ayah,
                "2026-02-09",
                meninggal="2026-02-05",
                no_kk=no_kk,
                ref=f"esakti|bayi|{n}",
                hubungan="ORANG_TUA",
            ),
        ]
        masuk += dua if acak.random() < 0.7 else dua[1:]
    return masuk


def jalinan(masuk: list[Masukan], acak: random.Random) -> list[Masukan]:
    """Another arrival order that keeps the order inside each source topic."""
    topik: dict[str, list[Masukan]] = defaultdict(list)
    for satu in masuk:
        topik[satu[0]].append(satu)
    antre = [list(reversed(isi)) for isi in topik.values()]
    hasil = []
    while antre:
        ambil = acak.choice(antre)
        hasil.append(ambil.pop())
        if not ambil:
            antre.remove(ambil)
    return hasil


def keadaan(dunia: Dunia, mati: list[str]) -> dict[str, object]:
    hasil = {}
    for siapa in mati:
        klaim = dunia.state("santunan.klaim", "klaim", siapa)
        if klaim is None:
            continue
        pengajuan_ = sorted(
            (p["ref"], p["status"], p["kode"]) for p in klaim["pengajuan"]
        )
        reservasi = klaim["reservasi"]
        hasil[siapa] = (
            klaim["status"],
            klaim["kode"],
            klaim["utama"],
            pengajuan_,
            reservasi and (reservasi["kunci"], reservasi["status"]),
        )
    hasil["kas"] = kas_seimbang(dunia, mati)
    return hasil


def kas_seimbang(dunia: Dunia, mati: list[str]) -> tuple[object, object]:
    """The budget line, which must agree with what the claims believe."""
    kas = dunia.state("santunan.anggaran", "anggaran", kunci(2026))
    assert kas is not None
    semua = set(mati) | {e.key for e in dunia.terbit()}
    klaim = [dunia.state("santunan.klaim", "klaim", s) for s in semua]
    status = [k["reservasi"]["status"] for k in klaim if k and k["reservasi"]]
    assert kas["disisihkan"] == JUTA * status.count("ADA")
    assert kas["dipakai"] == JUTA * status.count("TERPAKAI")
    return kas["disisihkan"], kas["dipakai"]


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
