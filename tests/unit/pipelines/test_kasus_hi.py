"""Cases h, i of `domain.md` §5 F1, each in several inputs and orders."""

from itertools import permutations

import pytest

from tests.unit.pipelines.dunia import (
    Dunia,
    Masukan,
    anggaran,
    kelayakan,
    kematian,
    orang,
    penduduk,
    pengajuan,
    tarik,
)
from tests.unit.pipelines.rumah import (
    AYAH,
    DASAR,
    IBU,
    KK,
    WARGA,
)


def urutan(*masukan: Masukan) -> list[tuple[Masukan, ...]]:
    return list(permutations(masukan))


# h: a baby without a NIK


BAYI = orang(None, "BAYI NY SITI", "2026-02-20", "P", id_="x" + "b" * 25)


@pytest.mark.parametrize(
    "masuk",
    urutan(
        kematian(BAYI, "2026-02-25", no_kk=KK),
        pengajuan(
            BAYI,
            AYAH,
            "2026-03-01",
            meninggal="2026-02-25",
            no_kk=KK,
            hubungan="ORANG_TUA",
        ),
        kelayakan(KK),
    ),
)
@pytest.mark.parametrize("warga_dulu", [True, False])
def test_h_baby_of_a_poor_family_is_paid(
    masuk: tuple[Masukan, ...], warga_dulu: bool
) -> None:
    warga = (*WARGA, anggaran(10))
    dunia = Dunia(*((*warga, *masuk) if warga_dulu else (*masuk, *warga)))
    assert dunia.status(BAYI) == ("DISETUJUI", None)
    akhir = dunia.terbit("SantunanDisetujui")[-1]
    assert akhir.value is not None
    assert (akhir.value["tingkat_cocok"], akhir.value["penerima"]) == (
        4,
        AYAH["subjek_id"],
    )


def test_h_too_old_to_lack_a_nik() -> None:
    besar = orang(None, "DEWI", "2025-06-01", "P", id_="x" + "c" * 25)
    klaim = pengajuan(besar, AYAH, "2026-03-01", meninggal="2026-02-25", no_kk=KK)
    dunia = Dunia(*DASAR, klaim)
    assert dunia.status(besar) == ("DIAJUKAN", "MENUNGGU_DATA_PENDUDUK")


def test_h_mothers_nik_typed_for_the_baby() -> None:
    ketik = {**BAYI, "subjek_id": IBU["subjek_id"], "nik": IBU["nik"]}
    klaim = pengajuan(
        ketik,
        AYAH,
        "2026-03-01",
        meninggal="2026-02-25",
        no_kk=KK,
        hubungan="ORANG_TUA",
    )
    dunia = Dunia(*DASAR, klaim)
    assert dunia.status(IBU) == ("KOSONG", None)
    [akhir] = dunia.terbit("SantunanDisetujui")
    assert akhir.key.startswith("x")
    assert akhir.key != IBU["subjek_id"]
    dunia.masuk(kematian(BAYI, "2026-02-25", no_kk=KK))
    assert len({e.key for e in dunia.terbit("SantunanDisetujui")}) <= 2
    disetujui = [
        k
        for k in {e.key for e in dunia.terbit()}
        if dunia.klaim({"subjek_id": k})["status"] == "DISETUJUI"
    ]
    assert len(disetujui) == 1


# i: no money


@pytest.mark.parametrize("pagu_dulu", [True, False])
def test_i_queue_by_application_date(pagu_dulu: bool) -> None:
    niks = [f"33251205015800{n}1" for n in range(10, 14)]
    mati = [
        orang(nik, f"WARGA {n}", "1950-03-0" + str(n + 1)) for n, nik in enumerate(niks)
    ]
    kks = [f"332512120406{n:04d}" for n in range(4)]
    warga = [penduduk(o, k, 1) for o, k in zip(mati, kks, strict=True)]
    layak = [kelayakan(k) for k in kks]
    tgl = ["2026-03-09", "2026-03-07", "2026-03-08", "2026-03-06"]
    klaim = [
        pengajuan(o, IBU, t, meninggal="2026-03-01", ref=f"esakti|t|{n}")
        for n, (o, t) in enumerate(zip(mati, tgl, strict=True))
    ]
    nol = [anggaran(0)]
    dunia = Dunia(*(nol if pagu_dulu else []), *warga, *layak, *klaim)
    kode = "ANGGARAN_HABIS" if pagu_dulu else "ANGGARAN_BELUM_ADA"
    assert [dunia.status(o) for o in mati] == [("MENUNGGU_ANGGARAN", kode)] * 4
    dunia.masuk(anggaran(2, tahap="PERUBAHAN"))
    assert [dunia.status(o)[0] for o in mati] == [
        "MENUNGGU_ANGGARAN",
        "DISETUJUI",
        "MENUNGGU_ANGGARAN",
        "DISETUJUI",
    ]
    dunia.masuk(anggaran(3, tahap="PERUBAHAN", versi=2))
    assert dunia.status(mati[2])[0] == "DISETUJUI"
    assert dunia.status(mati[0])[0] == "MENUNGGU_ANGGARAN"


def test_i_the_reason_does_not_depend_on_who_came_first() -> None:
    klaim = pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28")
    dunia = Dunia(*WARGA, kelayakan(KK), klaim)
    assert dunia.status(AYAH) == ("MENUNGGU_ANGGARAN", "ANGGARAN_BELUM_ADA")
    dunia.masuk(anggaran(0))
    assert dunia.status(AYAH) == ("MENUNGGU_ANGGARAN", "ANGGARAN_HABIS")
    assert dunia.terbit()[-1].operation == "DIKOREKSI"


def test_i_released_money_goes_to_the_next() -> None:
    lain = orang("3325120501580099", "KASMIDI", "1951-01-05")
    kk2 = "3325121204069999"
    dunia = Dunia(
        *WARGA,
        kelayakan(KK),
        anggaran(1),
        penduduk(lain, kk2, 1),
        kelayakan(kk2),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
        pengajuan(lain, IBU, "2026-03-06", meninggal="2026-02-28", ref="esakti|t|2"),
    )
    assert dunia.status(lain) == ("MENUNGGU_ANGGARAN", "ANGGARAN_HABIS")
    dunia.masuk(tarik(AYAH, "2026-03-10"))
    assert dunia.status(lain) == ("DISETUJUI", None)
    assert dunia.status(AYAH) == ("DIBATALKAN", "PENGAJUAN_DITARIK")
