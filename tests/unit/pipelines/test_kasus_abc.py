"""Cases a, b, c of `domain.md` §5 F1, each in several inputs and orders."""

from itertools import permutations

import pytest

from tests.unit.pipelines.dunia import (
    Dunia,
    Masukan,
    anggaran,
    hari,
    kelayakan,
    kematian,
    pengajuan,
    tarik,
)
from tests.unit.pipelines.rumah import (
    ANAK,
    AYAH,
    DASAR,
    IBU,
    KK,
    WARGA,
)


def urutan(*masukan: Masukan) -> list[tuple[Masukan, ...]]:
    return list(permutations(masukan))


# a: the 60th day


@pytest.mark.parametrize(
    ("mati", "ajukan", "hasil"),
    [
        ("2026-03-01", "2026-04-30", ("DISETUJUI", None)),
        ("2026-03-01", "2026-05-01", ("DITOLAK", "LEWAT_BATAS")),
        ("2026-02-28", "2026-04-29", ("DISETUJUI", None)),
        ("2026-02-28", "2026-04-30", ("DITOLAK", "LEWAT_BATAS")),
        ("2026-03-01", "2026-03-01", ("DISETUJUI", None)),
    ],
)
@pytest.mark.parametrize("laporan_dulu", [True, False])
def test_a_sixty_days(
    mati: str, ajukan: str, hasil: tuple[str, str | None], laporan_dulu: bool
) -> None:
    dua = [kematian(AYAH, mati), pengajuan(AYAH, IBU, ajukan, meninggal=mati)]
    dunia = Dunia(*DASAR, *(dua if laporan_dulu else reversed(dua)))
    assert dunia.status(AYAH) == hasil


def test_a_limit_is_configuration() -> None:
    klaim = pengajuan(AYAH, IBU, "2026-03-20", meninggal="2026-03-01")
    assert Dunia(*DASAR, klaim, batas_hari=19).status(AYAH)[0] == "DISETUJUI"
    dunia = Dunia(*DASAR, klaim, batas_hari=18)
    assert dunia.status(AYAH) == ("DITOLAK", "LEWAT_BATAS")
    [tolak] = dunia.terbit("SantunanDitolak")
    assert tolak.value is not None
    assert "18 hari" in tolak.value["alasan"]


# b: offline village


@pytest.mark.parametrize("tiba", ["2026-05-15", "2026-06-20"])
def test_b_application_date_counts_not_arrival(tiba: str) -> None:
    dunia = Dunia(*DASAR)
    dunia.tick(hari(tiba))
    dunia.masuk(
        pengajuan(AYAH, IBU, "2026-04-28", meninggal="2026-03-01", dicatat=tiba)
    )
    assert dunia.status(AYAH) == ("DISETUJUI", None)


# c: the same death more than once


def test_c_village_and_hospital() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28", ref="opensid|log|1", sumber="DESA"),
        kematian(AYAH, "2026-02-28", ref="khanza|mati|9", sumber="RS"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
    )
    assert dunia.jenis() == [
        "SantunanDisiapkan",
        "SantunanDiverifikasi",
        "SantunanDisetujui",
    ]


@pytest.mark.parametrize("terbalik", [False, True])
def test_c_two_heirs_second_is_a_duplicate(terbalik: bool) -> None:
    dua = [
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", ref="esakti|t|1"),
        pengajuan(
            AYAH,
            ANAK,
            "2026-03-08",
            meninggal="2026-02-28",
            ref="esakti|t|2",
            hubungan="ANAK",
            desa="33.25.12.2004",
        ),
    ]
    dunia = Dunia(*WARGA, kelayakan(KK), *(reversed(dua) if terbalik else dua))
    dunia.masuk(anggaran(10))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    klaim = dunia.klaim(AYAH)
    assert klaim["utama"] == "esakti|t|1"
    status = {p["ref"]: (p["status"], p["kode"]) for p in klaim["pengajuan"]}
    assert status["esakti|t|2"] == ("DITOLAK", "DUPLIKAT")
    tolak = dunia.terbit("SantunanDitolak")[-1]
    assert tolak.value is not None
    assert tolak.value["no_reg"] == "ES/2"
    assert len(tolak.value["dasar"]) == 2
    assert ("PENGAJUAN_GANDA", "DINSOS") in dunia.temuan()
    assert {e.key for e in dunia.terbit()} == {AYAH["subjek_id"]}


def test_c_officer_picks_the_other_heir_by_cancelling_the_first() -> None:
    satu = pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", ref="esakti|t|1")
    dua = pengajuan(AYAH, ANAK, "2026-03-08", meninggal="2026-02-28", ref="esakti|t|2")
    dunia = Dunia(*DASAR, satu, dua)
    dunia.masuk(tarik(AYAH, "2026-03-10", ref="esakti|t|1"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert dunia.klaim(AYAH)["utama"] == "esakti|t|2"
    akhir = dunia.terbit("SantunanDisetujui")[-1]
    assert akhir.value is not None
    assert akhir.value["penerima"] == ANAK["subjek_id"]
    assert akhir.operation == "DIKOREKSI"
    assert dunia.reservasi() == ["AnggaranDireservasi"]
