"""The twelve cases of `domain.md` §5 F1, a to l, each in several inputs and orders."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.unit.pipelines.dunia import (
    DESA,
    Dunia,
    Masukan,
    akta,
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
    pindah,
    tarik,
)

AYAH = orang("3325120501580001", "SUTRISNO", "1958-01-05")
IBU = orang("3325124107600002", "SITI AMINAH", "1960-07-01", "P")
ANAK = orang("3325120107800002", "ACHMAD BUDI", "1980-07-01")
KK = "3325121204060011"
WARGA = (penduduk(AYAH, KK, 1), penduduk(IBU, KK, 3), penduduk(ANAK, KK, 4))
TRIWULAN_2 = kelayakan(KK, 2, periode="2026-TW2", dari="2026-04-01", sd="2026-06-30")
DASAR = (*WARGA, kelayakan(KK), TRIWULAN_2, anggaran(10))
LAIN = "33.74.01.1001"


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


# f: the death is cancelled


def test_f_after_payment_money_is_expected_back() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
        cair(AYAH, "2026-03-09"),
        kematian_batal(AYAH, "2026-03-20"),
    )
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")
    [batal] = dunia.terbit("SantunanDibatalkan")
    assert batal.operation == "DIBATALKAN"
    assert ("PENGEMBALIAN_DIHARAPKAN", "BPKAD") in dunia.temuan()


def test_f_before_payment_the_money_is_released() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
        kematian_batal(AYAH, "2026-03-20"),
    )
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"]


@pytest.mark.parametrize(
    "masuk",
    urutan(
        kematian(AYAH, "2026-02-28"),
        kematian_batal(AYAH, "2026-03-03"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
    ),
)
def test_f_any_order(masuk: tuple[Masukan, ...]) -> None:
    dunia = Dunia(*DASAR, *masuk)
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")


def test_f_a_form_nobody_used_is_withdrawn() -> None:
    dunia = Dunia(*DASAR, kematian(AYAH, "2026-02-28"))
    dunia.masuk(kematian_batal(AYAH, "2026-03-01"))
    assert dunia.jenis() == ["SantunanDisiapkan", "SantunanDibatalkan"]


def test_f_a_real_death_later_counts_again() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-01-10"),
        kematian_batal(AYAH, "2026-01-20"),
        kematian(AYAH, "2026-03-01", ref="opensid|log|7"),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-03-01"),
    )
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_f_editing_the_old_notice_is_no_new_death() -> None:
    dunia = Dunia(
        *DASAR,
        kematian(AYAH, "2026-02-28"),
        kematian_batal(AYAH, "2026-03-03"),
        kematian(AYAH, "2026-02-28", dicatat="2026-03-09", surat="474.3/001a"),
    )
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")


def test_f_a_cancellation_with_only_a_date_covers_that_day() -> None:
    ref, batal = kematian_batal(AYAH, "2026-02-28")
    assert batal.value is not None
    tengah_malam = batal.value["dicatat_pada"] - 12 * 3_600_000
    tanpa_jam = replace(batal, value={**batal.value, "dicatat_pada": tengah_malam})
    dunia = Dunia(*DASAR, kematian(AYAH, "2026-02-28"), (ref, tanpa_jam))
    assert dunia.status(AYAH) == ("DIBATALKAN", "KEMATIAN_DIBATALKAN")


# g: residence on the day of death


def _klaim_g() -> Masukan:
    return pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28")


@pytest.mark.parametrize("klaim_dulu", [True, False])
@pytest.mark.parametrize(
    ("tgl", "hasil"),
    [
        ("2026-02-27", ("DITOLAK", "BUKAN_PENDUDUK")),
        ("2026-03-01", ("DISETUJUI", None)),
    ],
)
def test_g_moved_out(tgl: str, hasil: tuple[str, str | None], klaim_dulu: bool) -> None:
    keluar = pindah([AYAH, IBU], tgl, datang=False, asal=DESA, tujuan=LAIN)
    dua = (_klaim_g(), keluar) if klaim_dulu else (keluar, _klaim_g())
    assert Dunia(*DASAR, *dua).status(AYAH) == hasil


@pytest.mark.parametrize("klaim_dulu", [True, False])
@pytest.mark.parametrize(
    ("tgl", "hasil"),
    [
        ("2026-02-25", ("DISETUJUI", None)),
        ("2026-02-28", ("DISETUJUI", None)),
        ("2026-03-01", ("DITOLAK", "BUKAN_PENDUDUK")),
    ],
)
def test_g_moved_in(tgl: str, hasil: tuple[str, str | None], klaim_dulu: bool) -> None:
    masuk = pindah([AYAH, IBU], tgl, datang=True, asal=LAIN, tujuan=DESA)
    dua = (_klaim_g(), masuk) if klaim_dulu else (masuk, _klaim_g())
    assert Dunia(*DASAR, *dua).status(AYAH) == hasil


def test_g_moving_inside_the_district_changes_nothing() -> None:
    dalam = pindah(
        [AYAH], "2026-01-10", datang=False, asal=DESA, tujuan=None, klasifikasi="DESA"
    )
    assert Dunia(*DASAR, dalam, _klaim_g()).status(AYAH) == ("DISETUJUI", None)


def test_g_cancelled_move_is_no_move() -> None:
    pergi = {"datang": False, "asal": DESA, "tujuan": LAIN}
    dunia = Dunia(*DASAR, pindah([AYAH], "2026-02-01", **pergi), _klaim_g())
    assert dunia.status(AYAH) == ("DITOLAK", "BUKAN_PENDUDUK")
    dunia.masuk(pindah([AYAH], "2026-02-01", **pergi, operasi="DIBATALKAN"))
    assert dunia.status(AYAH) == ("DISETUJUI", None)


def test_g_registry_status_moved() -> None:
    pergi = penduduk(AYAH, KK, 1, status="PINDAH", sejak="2026-02-01")
    dunia = Dunia(*DASAR, pergi, _klaim_g())
    assert dunia.status(AYAH) == ("DITOLAK", "BUKAN_PENDUDUK")


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
