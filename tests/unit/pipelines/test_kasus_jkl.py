"""Cases j, k, l of `domain.md` §5 F1, each in several inputs and orders."""

from itertools import permutations

import pytest

from tests.unit.pipelines.dunia import (
    DESA,
    Dunia,
    Masukan,
    anggaran,
    cair,
    hari,
    kelayakan,
    kematian,
    kematian_batal,
    kk,
    kunci,
    orang,
    penduduk,
    pengajuan,
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


# j: over the year's end


DESEMBER = kelayakan(KK, 2, periode="2025-TW4", dari="2025-10-01", sd="2025-12-31")


def _j_sesudah_hari() -> Dunia:
    dunia = Dunia(*WARGA, anggaran(5, tahun=2025), anggaran(5))
    dunia.tick(hari("2025-12-28"))
    dunia.masuk(pengajuan(AYAH, IBU, "2025-12-28", meninggal="2025-12-20"))
    dunia.tick(hari("2026-01-03"))
    dunia.masuk(DESEMBER)
    return dunia


def _j_sesudah_data() -> Dunia:
    terlambat = kelayakan(
        KK,
        2,
        periode="2025-TW4",
        dari="2025-10-01",
        sd="2025-12-31",
        dicatat="2026-01-03",
    )
    klaim = pengajuan(AYAH, IBU, "2025-12-28", meninggal="2025-12-20")
    return Dunia(*WARGA, anggaran(5, tahun=2025), anggaran(5), klaim, terlambat)


@pytest.mark.parametrize("buat", [_j_sesudah_hari, _j_sesudah_data])
def test_j_verified_next_year_uses_the_new_budget(buat: object) -> None:
    dunia = buat()  # type: ignore[operator]
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    [setuju] = dunia.terbit("SantunanDisetujui")
    assert setuju.value["kunci_anggaran"] == kunci(2026)
    assert (setuju.value["tahun_pengajuan"], setuju.value["tahun"]) == (2025, 2026)


def test_j_verified_the_same_year_uses_the_old_one() -> None:
    klaim = pengajuan(AYAH, IBU, "2025-12-28", meninggal="2025-12-20")
    awal = kelayakan(
        KK,
        2,
        periode="2025-TW4",
        dari="2025-10-01",
        sd="2025-12-31",
        dicatat="2025-10-01",
    )
    dunia = Dunia(*WARGA, anggaran(5, tahun=2025), anggaran(5), awal, klaim)
    [setuju] = dunia.terbit("SantunanDisetujui")
    assert setuju.value is not None
    assert setuju.value["tahun"] == 2025


def test_j_a_queue_of_last_year_moves_on() -> None:
    klaim = pengajuan(AYAH, IBU, "2025-12-28", meninggal="2025-12-20")
    dunia = Dunia(*WARGA, anggaran(0, tahun=2025), anggaran(5), klaim)
    dunia.masuk(
        kelayakan(
            KK,
            2,
            periode="2025-TW4",
            dari="2025-10-01",
            sd="2025-12-31",
            dicatat="2025-10-01",
        )
    )
    assert dunia.status(AYAH) == ("MENUNGGU_ANGGARAN", "ANGGARAN_HABIS")
    dunia.tick(hari("2026-01-01"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def _j_disetujui_desember() -> Dunia:
    awal = kelayakan(
        KK,
        2,
        periode="2025-TW4",
        dari="2025-10-01",
        sd="2025-12-31",
        dicatat="2025-10-01",
    )
    dunia = Dunia(*WARGA, anggaran(5, tahun=2025), anggaran(5), awal)
    dunia.tick(hari("2025-12-28"))
    dunia.masuk(pengajuan(AYAH, IBU, "2025-12-28", meninggal="2025-12-20"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    return dunia


def _j_sisa(dunia: Dunia) -> dict[int, str]:
    baris = dunia.read("keuangan.reservasi.fact.v1")
    sisa = {int(e.key[:4]): str(e.value["sisa"]) for e in baris if e.value}
    return {tahun: rupiah.partition(".")[0] for tahun, rupiah in sisa.items()}


def test_j_approved_but_unpaid_at_the_years_end_asks_the_new_budget() -> None:
    dunia = _j_disetujui_desember()
    dunia.tick(hari("2026-01-01"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    setuju = dunia.terbit("SantunanDisetujui")[-1]
    assert setuju.value is not None
    assert (setuju.value["tahun"], setuju.operation) == (2026, "DIKOREKSI")
    dunia.masuk(cair(AYAH, "2026-01-05"))
    assert _j_sisa(dunia) == {2025: "5000000", 2026: "4000000"}


def test_j_paid_in_december_but_typed_in_january_is_spent_in_december() -> None:
    dunia = _j_disetujui_desember()
    dunia.tick(hari("2026-01-01"))
    dunia.masuk(cair(AYAH, "2025-12-30"))
    assert _j_sisa(dunia) == {2025: "4000000", 2026: "5000000"}


# k: the heir dies before payment


def _klaim_k() -> Masukan:
    return pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28")


@pytest.mark.parametrize("urut", [(0, 1), (1, 0)])
def test_k_next_heir(urut: tuple[int, int]) -> None:
    dua = [_klaim_k(), kematian(IBU, "2026-03-08", ref="opensid|log|2")]
    dunia = Dunia(*DASAR, kematian(AYAH, "2026-02-28"), *(dua[i] for i in urut))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    setuju = dunia.terbit("SantunanDisetujui")[-1]
    assert setuju.value is not None
    assert setuju.value["penerima"] == ANAK["subjek_id"]
    assert "AHLI_WARIS_BERIKUTNYA" in setuju.value["mutu"]
    verifikasi = dunia.terbit("SantunanDiverifikasi")[-1]
    assert verifikasi.value is not None
    assert verifikasi.value["penerima"] == ANAK["subjek_id"]
    assert dunia.reservasi() == ["AnggaranDireservasi"]
    siap = {e.key for e in dunia.terbit("SantunanDisiapkan")}
    assert IBU["subjek_id"] in siap


def test_k_own_claim_for_the_heir() -> None:
    dunia = Dunia(
        *DASAR,
        _klaim_k(),
        kematian(IBU, "2026-03-08", ref="opensid|log|2"),
        pengajuan(IBU, ANAK, "2026-03-12", meninggal="2026-03-08", ref="esakti|t|2"),
    )
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert dunia.status(IBU) == ("DISETUJUI", None)
    assert len(dunia.reservasi()) == 2


def test_k_heir_outside_the_family_card() -> None:
    adik = orang("3325120501650005", "SUPARMAN", "1965-01-05")
    klaim = pengajuan(
        AYAH, adik, "2026-03-05", meninggal="2026-02-28", hubungan="SAUDARA"
    )
    dunia = Dunia(*DASAR, penduduk(adik, "3325121204068888", 1), klaim)
    assert dunia.status(AYAH)[0] == "DISETUJUI"
    dunia.masuk(kematian(adik, "2026-03-07", ref="opensid|log|3"))
    setuju = dunia.terbit("SantunanDisetujui")[-1]
    assert setuju.value is not None
    assert setuju.value["penerima"] == IBU["subjek_id"]
    dunia.masuk(kematian_batal(adik, "2026-03-09"))
    setuju = dunia.terbit("SantunanDisetujui")[-1]
    assert setuju.value is not None
    assert setuju.value["penerima"] == adik["subjek_id"]


def test_k_nobody_left_returns_the_claim() -> None:
    sendiri = (penduduk(AYAH, KK, 1), penduduk(IBU, KK, 3))
    dunia = Dunia(*sendiri, kelayakan(KK), anggaran(1), _klaim_k())
    dunia.masuk(kematian(IBU, "2026-03-08", ref="opensid|log|2"))
    assert dunia.status(AYAH) == ("DIKEMBALIKAN", "AHLI_WARIS_MENINGGAL")
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"]


def test_k_after_payment_nothing_changes() -> None:
    dunia = Dunia(*DASAR, _klaim_k(), cair(AYAH, "2026-03-07"))
    banyak = len(dunia.terbit())
    dunia.masuk(kematian(IBU, "2026-03-08", ref="opensid|log|2"))
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert [e.key for e in dunia.terbit()[banyak:]] != [AYAH["subjek_id"]]


# l: impossible dates


@pytest.mark.parametrize(
    ("meninggal", "ajukan"),
    [
        ("2026-03-06", "2026-03-05"),
        ("2062-02-28", "2026-03-05"),
        ("1957-12-31", "2026-03-05"),
    ],
)
@pytest.mark.parametrize("laporan", [True, False])
def test_l_claim_before_death(meninggal: str, ajukan: str, laporan: bool) -> None:
    masuk = [pengajuan(AYAH, IBU, ajukan, meninggal=meninggal)]
    if laporan:
        masuk.insert(0, kematian(AYAH, "2026-02-28"))
    dunia = Dunia(*DASAR, *masuk)
    assert dunia.status(AYAH) == ("DITOLAK", "TANGGAL_TIDAK_SAH")


def test_l_corrected_date_is_decided_again() -> None:
    dunia = Dunia(*DASAR, pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-03-06"))
    dunia.masuk(
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-26", operasi="DIKOREKSI")
    )
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert dunia.terbit()[-1].operation == "DIKOREKSI"
    assert kk(KK) == dunia.klaim(AYAH)["perkara"]["kk_id"]


def _l_laporan_tahun_2062() -> Dunia:
    dunia = Dunia(*DASAR)
    dunia.tick(hari("2026-03-01"))
    dunia.masuk(kematian(AYAH, "2062-02-28", dicatat="2026-03-01"))
    return dunia


def test_l_a_notice_of_a_day_to_come_makes_no_form_and_asks_the_village() -> None:
    dunia = _l_laporan_tahun_2062()
    assert dunia.jenis() == []
    assert dunia.temuan() == [("TANGGAL_DI_DEPAN", f"DESA:{DESA}")]
    dunia.masuk(kematian(AYAH, "2026-02-28", dicatat="2026-03-02"))
    assert dunia.jenis() == ["SantunanDisiapkan"]


def test_l_the_form_is_right_and_the_notice_slipped() -> None:
    dunia = _l_laporan_tahun_2062()
    dunia.masuk(pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
