"""Cases d, e of `domain.md` §5 F1, each in several inputs and orders."""

from itertools import permutations

import pytest

from bus.record import Value
from tests.unit.pipelines.dunia import (
    DESA,
    Dunia,
    Masukan,
    akta,
    cair,
    hari,
    kematian,
    orang,
    pengajuan,
)
from tests.unit.pipelines.rumah import (
    ANAK,
    AYAH,
    DASAR,
    IBU,
    KK,
)


def urutan(*masukan: Masukan) -> list[tuple[Masukan, ...]]:
    return list(permutations(masukan))


# d, identity of the deceased


SALAH = orang("3325120501580007", "SUTRISNO", "1958-01-05")


@pytest.mark.parametrize("warga_dulu", [True, False])
def test_d_one_digit_off_is_held_and_the_village_asked(warga_dulu: bool) -> None:
    klaim = pengajuan(SALAH, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
    masuk = (*DASAR, klaim) if warga_dulu else (klaim, *DASAR)
    dunia = Dunia(*masuk)
    assert dunia.status(AYAH) == ("DIAJUKAN", "IDENTITAS_MUNGKIN")
    assert dunia.temuan() == [("IDENTITAS_MUNGKIN", f"DESA:{DESA}")]
    assert dunia.jenis() == []
    assert dunia.reservasi() == []


def test_d_corrected_nik_joins_the_same_claim() -> None:
    klaim = pengajuan(SALAH, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
    dunia = Dunia(*DASAR, klaim)
    dunia.masuk(
        pengajuan(
            AYAH,
            IBU,
            "2026-03-05",
            meninggal="2026-02-28",
            no_kk=KK,
            operasi="DIKOREKSI",
        )
    )
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert len(dunia.klaim(AYAH)["pengajuan"]) == 1


def test_d_same_nik_other_birth_date_field_is_level_two() -> None:
    beda = orang(AYAH["nik"], "SUTRISNO", "1958-01-06")
    dunia = Dunia(*DASAR, pengajuan(beda, IBU, "2026-03-05", meninggal="2026-02-28"))
    assert dunia.status(AYAH) == ("DIAJUKAN", "IDENTITAS_MUNGKIN")


@pytest.mark.parametrize("warga_dulu", [True, False])
def test_d_without_nik_goes_to_people_and_never_pays(warga_dulu: bool) -> None:
    tanpa = orang(None, "H. SUTRISNO", "1958-01-05", id_="x" + "a" * 25)
    klaim = pengajuan(tanpa, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
    dunia = Dunia(*((*DASAR, klaim) if warga_dulu else (klaim, *DASAR)))
    assert dunia.status(AYAH) == ("DIAJUKAN", "IDENTITAS_LEMAH")
    assert ("IDENTITAS_LEMAH", "DINSOS") in dunia.temuan()
    assert dunia.jenis() == []


def test_d_payment_typed_under_the_wrong_nik_finds_the_claim() -> None:
    klaim = pengajuan(SALAH, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
    dunia = Dunia(*DASAR, klaim, cair(SALAH, "2026-03-09"))
    assert dunia.status(AYAH) == ("DICAIRKAN", None)


def test_d_nik_of_somebody_else_is_nobodys_claim() -> None:
    asing = orang(ANAK["nik"], "PONIRAH", "1931-02-03", "P")
    klaim = pengajuan(asing, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
    dunia = Dunia(*DASAR, klaim)
    assert dunia.status(ANAK) == ("DIAJUKAN", "MENUNGGU_DATA_PENDUDUK")
    for geser in (0, 7):
        dunia.tick(hari("2026-03-10") + geser)
    assert dunia.status(ANAK) == ("DITOLAK", "IDENTITAS_TIDAK_COCOK")


# e: the date of death is corrected


def _koreksi() -> tuple[Masukan, Masukan, Masukan]:
    lapor = kematian(AYAH, "2026-03-01")
    klaim = pengajuan(AYAH, IBU, "2026-04-25", meninggal="2026-03-01")
    koreksi = kematian(AYAH, "2026-02-19", dicatat="2026-05-01", operasi="DIKOREKSI")
    return lapor, klaim, koreksi


def test_e_before_payment_the_claim_is_decided_again() -> None:
    lapor, klaim, koreksi = _koreksi()
    dunia = Dunia(*DASAR, lapor, klaim)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    dunia.masuk(koreksi)
    assert dunia.status(AYAH) == ("DITOLAK", "LEWAT_BATAS")
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"]


def test_e_after_payment_it_is_a_case_for_the_inspectorate() -> None:
    lapor, klaim, koreksi = _koreksi()
    dunia = Dunia(*DASAR, lapor, klaim, cair(AYAH, "2026-04-28"), koreksi)
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert dunia.temuan() == [("LEWAT_SETELAH_KOREKSI", "INSPEKTORAT")]
    assert "SantunanDitolak" not in dunia.jenis()


def test_e_certificate_outranks_the_village() -> None:
    klaim = pengajuan(AYAH, IBU, "2026-04-25", meninggal="2026-03-01")
    dunia = Dunia(*DASAR, klaim, akta(AYAH, "2026-02-19", "2026-05-10"))
    assert dunia.status(AYAH) == ("DITOLAK", "LEWAT_BATAS")


def test_e_corrected_back_is_approved_again_as_a_correction() -> None:
    lapor, klaim, koreksi = _koreksi()
    balik = kematian(AYAH, "2026-03-02", dicatat="2026-05-03", operasi="DIKOREKSI")
    dunia = Dunia(*DASAR, lapor, klaim, koreksi, balik)
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    assert dunia.terbit()[-1].operation == "DIKOREKSI"


@pytest.mark.parametrize(
    "tertulis",
    [SALAH, orang(None, "H. SUTRISNO", "1958-01-05", id_="x" + "a" * 25)],
)
def test_d_paid_without_a_sure_identity_is_reported(tertulis: Value) -> None:
    klaim = pengajuan(tertulis, IBU, "2026-03-05", meninggal="2026-02-28", no_kk=KK)
    dunia = Dunia(*DASAR, klaim, cair(tertulis, "2026-03-09"))
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert ("PENCAIRAN_TANPA_PERSETUJUAN", "INSPEKTORAT") in dunia.temuan()
