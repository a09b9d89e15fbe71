"""What waits, what rejects, and what happens when the missing data come late."""

import pytest

from tests.unit.pipelines.dunia import (
    Dunia,
    anggaran,
    cair,
    hari,
    kelayakan,
    kematian,
    orang,
    penduduk,
    pengajuan,
    tarik,
)

AYAH = orang("3325120501580001", "SUTRISNO", "1958-01-05")
IBU = orang("3325124107600002", "SITI AMINAH", "1960-07-01", "P")
KK = "3325121204060011"
WARGA = (penduduk(AYAH, KK, 1), penduduk(IBU, KK, 3))
KLAIM = pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
HARI = hari("2026-03-05")


def test_poverty_file_not_read_yet_is_no_reason_to_reject() -> None:
    dunia = Dunia(*WARGA, anggaran(5), KLAIM)
    assert dunia.status(AYAH) == ("DIAJUKAN", "MENUNGGU_DATA_KEMISKINAN")
    assert dunia.terbit() == []
    dunia.masuk(kelayakan(KK))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_person_not_read_yet_waits() -> None:
    dunia = Dunia(anggaran(5), KLAIM, kelayakan(KK))
    assert dunia.status(AYAH) == ("DIAJUKAN", "MENUNGGU_DATA_PENDUDUK")
    dunia.masuk(*WARGA)
    assert dunia.status(AYAH) == ("DISETUJUI", None)


@pytest.mark.parametrize(
    ("ada", "kode"),
    [(True, "TIDAK_MISKIN"), (False, "BUKAN_PENDUDUK")],
)
def test_waiting_ends_and_late_data_still_correct_it(ada: bool, kode: str) -> None:
    dunia = Dunia(anggaran(5), *(WARGA if ada else ()))
    dunia.tick(HARI)
    dunia.masuk(KLAIM)
    for n in range(1, 7):
        dunia.tick(HARI + n)
        assert dunia.status(AYAH)[0] == "DIAJUKAN"
    dunia.tick(HARI + 7)
    assert dunia.status(AYAH) == ("DITOLAK", kode)
    dunia.masuk(*WARGA, kelayakan(KK))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert dunia.terbit("SantunanDisetujui")[-1].operation == "DIKOREKSI"


def test_waiting_starts_with_the_first_tick_not_with_the_claims_age() -> None:
    dunia = Dunia(*WARGA, anggaran(5), KLAIM)
    dunia.tick(HARI + 300)
    assert dunia.status(AYAH)[0] == "DIAJUKAN"
    dunia.tick(HARI + 306)
    assert dunia.status(AYAH)[0] == "DIAJUKAN"
    dunia.tick(HARI + 307)
    assert dunia.status(AYAH) == ("DITOLAK", "TIDAK_MISKIN")


def test_old_ticks_are_ignored() -> None:
    dunia = Dunia(*WARGA, anggaran(5))
    dunia.tick(HARI)
    dunia.masuk(KLAIM)
    for _ in range(3):
        dunia.tick(HARI)
        dunia.tick(HARI - 100)
    assert dunia.klaim(AYAH)["menunggu_sejak"] == HARI
    assert dunia.status(AYAH)[0] == "DIAJUKAN"


def test_known_not_poor_is_rejected_at_once() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK, 7), anggaran(5), KLAIM)
    assert dunia.status(AYAH) == ("DITOLAK", "TIDAK_MISKIN")


def test_period_of_the_day_of_death_counts() -> None:
    kini = kelayakan(KK, 1, periode="2026-TW2", dari="2026-04-01", sd="2026-06-30")
    dunia = Dunia(*WARGA, kelayakan(KK, 7), kini, anggaran(5), KLAIM)
    assert dunia.status(AYAH) == ("DITOLAK", "TIDAK_MISKIN")


def test_letter_of_poverty_needs_no_register() -> None:
    sktm = pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", sktm=True)
    dunia = Dunia(*WARGA, anggaran(5), sktm)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    [setuju] = dunia.terbit("SantunanDisetujui")
    assert setuju.value is not None
    assert setuju.value["mutu"] == ["SKTM"]


def test_letter_of_poverty_needs_a_photo_of_the_house() -> None:
    waktu = {"meninggal": "2026-02-28", "sktm": True}
    polos = pengajuan(AYAH, IBU, "2026-03-05", **waktu, foto=False)
    dunia = Dunia(*WARGA, kelayakan(KK, 7), anggaran(5), polos)
    assert dunia.status(AYAH) == ("DITOLAK", "FOTO_RUMAH_TIDAK_ADA")
    lengkap = pengajuan(AYAH, IBU, "2026-03-05", **waktu, operasi="DIKOREKSI")
    dunia.masuk(lengkap)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    longgar = Dunia(*WARGA, anggaran(5), polos, sktm_berfoto=False)
    assert longgar.status(AYAH) == ("DISETUJUI", None)


def test_a_letter_without_photo_waits_for_the_register_first() -> None:
    waktu = {"meninggal": "2026-02-28", "sktm": True}
    polos = pengajuan(AYAH, IBU, "2026-03-05", **waktu, foto=False)
    dunia = Dunia(*WARGA, anggaran(5), polos)
    assert dunia.status(AYAH) == ("DIAJUKAN", "MENUNGGU_DATA_KEMISKINAN")
    dunia.masuk(kelayakan(KK))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


@pytest.mark.parametrize(("desil", "program"), [(None, ["PKH"]), (4, [])])
def test_poor_by_programme_or_decile(desil: int | None, program: list[str]) -> None:
    layak = kelayakan(KK, desil, program=program)
    assert Dunia(*WARGA, layak, anggaran(5), KLAIM).status(AYAH)[0] == "DISETUJUI"


def test_letter_from_the_notice_serves_the_claim() -> None:
    tanpa = pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", surat=None)
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5), tanpa)
    assert dunia.status(AYAH) == ("DITOLAK", "SURAT_TIDAK_ADA")
    dunia.masuk(kematian(AYAH, "2026-02-28"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_certificate_as_the_rules_say() -> None:
    dasar = (*WARGA, kelayakan(KK), anggaran(5), KLAIM)
    wajib = Dunia(*dasar, syarat_akta="WAJIB")
    assert wajib.status(AYAH) == ("DITOLAK", "AKTA_TIDAK_ADA")
    menyusul = Dunia(*dasar, syarat_akta="MENYUSUL")
    [setuju] = menyusul.terbit("SantunanDisetujui")
    assert setuju.value is not None
    assert setuju.value["mutu"] == ["AKTA_MENYUSUL"]


def test_date_from_the_notice_if_the_form_has_none() -> None:
    tanpa = pengajuan(AYAH, IBU, "2026-03-05", meninggal=None)
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5), tanpa)
    assert dunia.status(AYAH) == ("DIAJUKAN", "MENUNGGU_TANGGAL")
    dunia.masuk(kematian(AYAH, "2026-02-28"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_unused_reservation_ends_and_a_new_form_reopens() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5))
    dunia.tick(HARI)
    dunia.masuk(KLAIM)
    dunia.tick(HARI + 30)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    dunia.tick(HARI + 31)
    assert dunia.status(AYAH) == ("DIKEMBALIKAN", "RESERVASI_KEDALUWARSA")
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"]
    ulang = pengajuan(
        AYAH, IBU, "2026-03-05", meninggal="2026-02-28", surat="474.3/002"
    )
    dunia.masuk(ulang)
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_reservations_of_the_first_load_run_from_the_first_tick() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5), KLAIM)
    dunia.tick(HARI + 200)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    dunia.tick(HARI + 231)
    assert dunia.status(AYAH) == ("DIKEMBALIKAN", "RESERVASI_KEDALUWARSA")


def test_paid_after_the_reservation_ended_is_paid() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5))
    dunia.tick(HARI)
    dunia.masuk(KLAIM)
    dunia.tick(HARI + 31)
    dunia.masuk(cair(AYAH, "2026-04-06"))
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert dunia.reservasi()[-1] == "ReservasiDipakai"


def test_paid_row_of_the_past_has_no_findings() -> None:
    dunia = Dunia(anggaran(5), cair(AYAH, "2026-01-20"))
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert dunia.temuan() == []
    [pakai] = dunia.read("keuangan.reservasi.fact.v1")
    assert pakai.value is not None
    assert pakai.value["mutu"] == ["TANPA_RESERVASI"]
    assert str(pakai.value["sisa"]) == "4000000.00"


def test_paid_against_the_rules_is_reported() -> None:
    dunia = Dunia(
        *WARGA, kelayakan(KK, 9), anggaran(5), KLAIM, cair(AYAH, "2026-03-06")
    )
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert dunia.temuan() == [("PENCAIRAN_TANPA_PERSETUJUAN", "INSPEKTORAT")]


def test_withdrawn_at_the_source_is_not_announced_twice() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5), KLAIM, tarik(AYAH, "2026-03-06"))
    assert dunia.status(AYAH) == ("DIBATALKAN", "PENGAJUAN_DITARIK")
    assert "SantunanDibatalkan" not in dunia.jenis()
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"]


def test_deleted_row_withdraws_the_claim() -> None:
    hapus = pengajuan(
        AYAH, IBU, "2026-03-05", meninggal="2026-02-28", operasi="DIBATALKAN"
    )
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(5), KLAIM, hapus)
    assert dunia.status(AYAH) == ("DIBATALKAN", "PENGAJUAN_DITARIK")
    dunia.masuk(KLAIM)
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_no_budget_line_for_the_year_is_a_finding() -> None:
    klaim = pengajuan(AYAH, IBU, "2029-03-05", meninggal="2029-02-28", sktm=True)
    dunia = Dunia(*WARGA, klaim)
    assert dunia.status(AYAH) == ("MENUNGGU_ANGGARAN", "ANGGARAN_BELUM_DIATUR")
    assert dunia.temuan() == [("ANGGARAN_BELUM_DIATUR", "BPKAD")]


def test_smaller_ceiling_takes_nothing_back_but_is_reported() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(1), KLAIM)
    dunia.masuk(anggaran(0, tahap="EFISIENSI"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert dunia.temuan() == [("PAGU_TERLAMPAUI", "BPKAD")]


def test_older_version_of_a_ceiling_is_ignored() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(3, versi=2), anggaran(0), KLAIM)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
