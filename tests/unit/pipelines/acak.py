"""Small faulty worlds by seed, and other arrival orders of the same events."""

import random
from collections import defaultdict

from tests.unit.pipelines.dunia import (
    DESA,
    JUTA,
    Dunia,
    Masukan,
    anggaran,
    cair,
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
