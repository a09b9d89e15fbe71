"""The edge cases of `domain.md` §5 F4, each as it happens in an office."""

import pytest

from tests.unit.pipelines.selisih.dunia import (
    AKUN,
    AKUN_LAIN,
    GIAT,
    JUTA,
    KUNCI,
    SKPD,
    TAHAN,
    TENANG,
    Dunia,
    anggaran,
    bayar,
    peta,
    rencana,
)


def test_a_shift_between_accounts_changes_no_total() -> None:
    dunia = Dunia(rencana(100), anggaran(60), anggaran(40, akun=AKUN_LAIN))
    geser = {"tahap": "PERGESERAN", "pada": "2026-04-01"}
    dunia.masuk(anggaran(50, **geser), anggaran(50, akun=AKUN_LAIN, **geser))
    assert dunia.temuan() == []
    dunia.masuk(bayar(55))
    assert dunia.jenis() == ["REALISASI_LEBIH"], "but it changes what may be spent"


def test_a_shift_between_sub_activities_is_not_compared_with_the_plan() -> None:
    lain = "1.06.04.2.01.0004"
    dunia = Dunia(rencana(100), anggaran(100), rencana(50, giat=lain))
    dunia.masuk(anggaran(50, giat=lain))
    geser = {"tahap": "PERGESERAN", "pada": "2026-04-01"}
    dunia.masuk(anggaran(80, **geser), anggaran(70, giat=lain, **geser))
    assert dunia.jenis() == []


def test_a_mirror_that_keeps_only_the_shifted_line() -> None:
    """The same source row, now PERGESERAN, still says what it was before."""
    baris = {"sumber": "sipd|rka|17"}
    dunia = Dunia(rencana(100), anggaran(100, **baris))
    geser = anggaran(80, tahap="PERGESERAN", murni=100, pada="2026-04-01", **baris)
    dunia.masuk(geser)
    assert dunia.temuan() == []
    dunia.masuk(bayar(90))
    assert dunia.jenis() == ["REALISASI_LEBIH"]


def test_a_cut_is_not_compared_with_the_plan_either() -> None:
    potong = anggaran(70, tahap="EFISIENSI", pada="2026-03-01")
    assert Dunia(rencana(100), anggaran(100), potong).temuan() == []


def test_petty_cash_is_no_spending_but_what_accounts_for_it_is() -> None:
    dunia = Dunia(rencana(10), anggaran(10))
    uang_muka = {"giat": "-", "akun": "1.1.01.03.01.0001"}
    dunia.masuk(bayar(150, "1", jenis="UP", **uang_muka))
    dunia.masuk(bayar(50, "2", jenis="TU"))
    assert dunia.temuan() == []
    dunia.masuk(bayar(6, "3", jenis="GU"), bayar(5, "4", jenis="TU_NIHIL"))
    (temuan,) = dunia.terbuka().values()
    assert (temuan["jenis"], temuan["realisasi"]) == ("REALISASI_LEBIH", 11 * JUTA)


def test_a_returned_transfer_is_negative() -> None:
    dunia = Dunia(rencana(10), anggaran(10), bayar(8), bayar(8, "2"))
    assert dunia.jenis() == ["REALISASI_LEBIH"]
    dunia.masuk(bayar(-8, "3", jenis="PENGEMBALIAN"))
    assert dunia.jenis() == []


GAJI = "1.06.01.2.02.0001"
AKUN_GAJI = "5.1.01.01.01.0001"


def test_payroll_without_sub_activity_belongs_to_the_payroll_activity() -> None:
    satu = {"giat": GAJI, "akun": AKUN_GAJI}
    dunia = Dunia(rencana(120, giat=GAJI), anggaran(120, **satu))
    dunia.masuk(bayar(130, jenis="GAJI", giat="-", akun=AKUN_GAJI))
    assert list(dunia.terbuka()) == [
        ("REALISASI_LEBIH", f"2026|{SKPD}|{GAJI}|{AKUN_GAJI}")
    ]


def test_returned_payroll_names_no_sub_activity_either() -> None:
    satu = {"giat": GAJI, "akun": AKUN_GAJI}
    dunia = Dunia(rencana(120, giat=GAJI), anggaran(120, **satu))
    dunia.masuk(bayar(130, jenis="GAJI", giat="-", akun=AKUN_GAJI))
    dunia.masuk(bayar(-10, "2", jenis="PENGEMBALIAN", giat="-", akun=AKUN_GAJI))
    assert dunia.jenis() == []


def test_a_direct_payment_without_sub_activity_is_shown_to_people() -> None:
    dunia = Dunia(bayar(3, giat="-"))
    (temuan,) = dunia.terbuka().values()
    assert temuan["jenis"] == "KODE_TAK_TERPETAKAN"
    assert temuan["kunci"] == f"2026|{SKPD}|-"


def test_own_field_programmes_get_the_field_of_the_office() -> None:
    dunia = Dunia(rencana(10, giat="X.XX.01.2.02.0001"), anggaran(10, giat=GAJI))
    assert dunia.temuan() == []


@pytest.mark.parametrize(("rp", "jenis"), [(999, []), (1000, ["LEBIH_DARI_RENCANA"])])
def test_ceilings_are_rounded_to_thousands(rp: int, jenis: list[str]) -> None:
    assert Dunia(rencana(100), anggaran(100 + rp / 1_000_000)).jenis() == jenis


LAMA = "2.20.0.00.0.00.01.0000"
GABUNG = peta("SKPD", LAMA, SKPD, dari="2026-07-01")


def test_an_office_merged_in_the_middle_of_the_year() -> None:
    """Plan and first half under the old code, changed budget under the new one."""
    dunia = Dunia(
        GABUNG,
        rencana(100, skpd=LAMA),
        anggaran(100, skpd=LAMA),
        bayar(40, skpd=LAMA),
    )
    assert dunia.temuan() == []
    ubah = {"tahap": "PERUBAHAN", "pada": "2026-09-01"}
    dunia.masuk(anggaran(100, **ubah), bayar(50, "2", tgl="2026-09-05"))
    assert dunia.jenis() == ["SKPD_BERUBAH"]
    dunia.masuk(rencana(100, tahap="PERUBAHAN", pada="2026-08-15"))
    assert dunia.jenis() == []
    dunia.masuk(bayar(11, "3"))
    (temuan,) = dunia.terbuka().values()
    assert (temuan["jenis"], temuan["realisasi"]) == ("REALISASI_LEBIH", 101 * JUTA)


def test_an_office_that_takes_another_in_keeps_its_own_line() -> None:
    dunia = Dunia(GABUNG, rencana(30), anggaran(30))
    dunia.masuk(rencana(20, skpd=LAMA), anggaran(20, skpd=LAMA), bayar(45))
    assert dunia.temuan() == []


def test_a_merger_that_is_told_late() -> None:
    dunia = Dunia(rencana(100, skpd=LAMA), anggaran(100))
    assert dunia.jenis() == ["TANPA_ANGGARAN", "TANPA_RENCANA"]
    dunia.masuk(GABUNG)
    assert dunia.jenis() == ["SKPD_BERUBAH"]


def test_last_year_is_not_touched_by_this_years_merger() -> None:
    lalu = {"skpd": LAMA, "tahun": 2025}
    dunia = Dunia(GABUNG, rencana(9, **lalu), anggaran(8, **lalu))
    assert list(dunia.terbuka()) == [("KURANG_DARI_RENCANA", f"2025|{LAMA}|{GIAT}")]


def test_the_december_flood_is_still_judged() -> None:
    """Rows come without a pause; after the longest wait they are judged anyway."""
    dunia = Dunia(rencana(100), anggaran(100), tunda_terlama_detik=20)
    for nomor in range(40):
        dunia.masuk(bayar(3, str(nomor), tgl="2026-12-20"), tunggu=1_000)
    assert dunia.jenis() == ["REALISASI_LEBIH"]
    terbit = len(dunia.temuan())
    assert 1 <= terbit <= 4, "not once for each payment"
    dunia.advance(30_000)
    assert next(iter(dunia.terbuka().values()))["realisasi"] == 120 * JUTA


def test_a_cancelled_plan_whose_budget_is_kept() -> None:
    dunia = Dunia(rencana(100), anggaran(100))
    dunia.masuk(rencana(100, status="DIBATALKAN", pada="2026-03-01"))
    assert dunia.jenis() == ["TANPA_RENCANA"]


def test_cancelled_in_the_change_plan_the_first_plan_does_not_come_back() -> None:
    ubah = {"tahap": "PERUBAHAN", "pada": "2026-09-01"}
    dunia = Dunia(rencana(100), anggaran(100))
    dunia.masuk(rencana(100, status="DIBATALKAN", **ubah), anggaran(100, **ubah))
    assert dunia.jenis() == ["TANPA_RENCANA"]


def test_next_years_plan_arrives_while_this_year_runs() -> None:
    depan = KUNCI.replace("2026", "2027")
    dunia = Dunia(rencana(100), anggaran(100), rencana(70, tahun=2027))
    assert dunia.temuan() == []
    dunia.ganti_hari("2026-12-31")
    assert dunia.jenis() == []
    dunia.ganti_hari("2027-01-01")
    assert list(dunia.terbuka()) == [("TANPA_ANGGARAN", depan)]


def test_the_latest_version_of_a_stage_wins_whatever_comes_last() -> None:
    dunia = Dunia(rencana(90, versi=3), rencana(70, versi=1), rencana(80, versi=2))
    dunia.masuk(anggaran(90))
    assert dunia.jenis() == []


def test_a_version_that_is_withdrawn_gives_way_to_the_one_before() -> None:
    dunia = Dunia(rencana(90), rencana(95, versi=2), anggaran(90))
    assert dunia.jenis() == ["KURANG_DARI_RENCANA"]
    dunia.masuk(rencana(95, versi=2, operasi="DIBATALKAN"), tunggu=TAHAN + 10_000)
    assert dunia.jenis() == []


def test_change_plan_meets_change_budget() -> None:
    dunia = Dunia(rencana(100), anggaran(100))
    dunia.masuk(rencana(130, tahap="PERUBAHAN", pada="2026-07-15"))
    assert dunia.jenis() == [], "the change plan waits for the change budget"
    dunia.masuk(anggaran(130, tahap="PERUBAHAN", pada="2026-09-15"))
    assert dunia.jenis() == []


def test_a_changed_budget_with_the_first_plan_only_says_so() -> None:
    dunia = Dunia(rencana(100), anggaran(140, tahap="PERUBAHAN"))
    (temuan,) = dunia.terbuka().values()
    assert temuan["mutu"] == ["TAHAP_BERBEDA"]
    assert (temuan["tahap_rencana"], temuan["tahap_anggaran"]) == ("RKPD", "PERUBAHAN")


def test_nothing_that_hangs_on_time_before_a_day_is_known() -> None:
    dunia = Dunia(rencana(120), hari_ini=None)
    assert dunia.temuan() == []
    dunia.ganti_hari("2026-05-10")
    assert dunia.jenis() == ["TANPA_ANGGARAN"]


def test_a_corrected_payment_replaces_itself() -> None:
    dunia = Dunia(rencana(10), anggaran(10), bayar(11))
    assert dunia.jenis() == ["REALISASI_LEBIH"]
    dunia.masuk(bayar(1.1, operasi="DIKOREKSI"))
    assert dunia.jenis() == []


def test_a_map_over_two_steps_and_a_map_in_a_circle() -> None:
    a, b = "1.06.01.15.03", "1.06.01.15.04"
    dunia = Dunia(peta("KEGIATAN", a, b), peta("KEGIATAN", b, GIAT), rencana(1, giat=a))
    assert list(dunia.terbuka()) == [("TANPA_ANGGARAN", KUNCI)]
    dunia.masuk(peta("KEGIATAN", b, a))
    assert dunia.jenis() == ["KODE_TAK_TERPETAKAN"]


def test_a_map_that_holds_from_next_year() -> None:
    baru = "1.06.04.2.01.0099"
    entri = peta("KEGIATAN", GIAT, baru, dari="2027-01-01")
    dunia = Dunia(entri, rencana(5), rencana(5, tahun=2027), anggaran(5))
    assert dunia.jenis() == []
    dunia.ganti_hari("2027-01-01")
    assert list(dunia.terbuka()) == [("TANPA_ANGGARAN", f"2027|{SKPD}|{baru}")]


def test_waiting_is_at_most_two_quiet_times() -> None:
    dunia = Dunia()
    dunia.masuk(rencana(5), tunggu=TENANG - 1)
    assert dunia.temuan() == []
    dunia.advance(TENANG + 1)
    assert dunia.jenis() == ["TANPA_ANGGARAN"]
    assert AKUN in anggaran(1)[1].key
