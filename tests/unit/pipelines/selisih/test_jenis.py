"""Every kind of difference: it is found, weighed, explained, and closed by an event."""

from decimal import Decimal

import pytest

from tests.unit.pipelines.selisih.dunia import (
    AKUN,
    AKUN_LAIN,
    ANGGARAN,
    GIAT,
    JUTA,
    KUNCI,
    RENCANA,
    SKPD,
    Dunia,
    anggaran,
    bayar,
    peta,
    rencana,
)


def satu(dunia: Dunia) -> dict:
    (temuan,) = dunia.terbuka().values()
    return temuan


def test_agreement_is_no_finding() -> None:
    assert (
        Dunia(rencana(100), anggaran(60), anggaran(40, akun=AKUN_LAIN)).temuan() == []
    )


def test_budget_without_plan() -> None:
    dunia = Dunia(anggaran(250))
    temuan = satu(dunia)
    assert temuan["jenis"] == "TANPA_RENCANA"
    assert (temuan["anggaran"], temuan["rencana"]) == (250 * JUTA, None)
    assert temuan["keparahan"] == "PERINGATAN"
    assert temuan["penerima"] == ["BAPPEDA", "BPKAD", "INSPEKTORAT"]
    assert "Rp250.000.000" in temuan["pesan"]
    dunia.masuk(rencana(250))
    assert dunia.kisah() == [("TANPA_RENCANA", "TERBUKA"), ("TANPA_RENCANA", "DITUTUP")]


def test_plan_without_budget() -> None:
    dunia = Dunia(rencana(80))
    assert satu(dunia)["jenis"] == "TANPA_ANGGARAN"
    assert satu(dunia)["keparahan"] == "INFO"
    dunia.masuk(anggaran(80))
    assert dunia.jenis() == []


@pytest.mark.parametrize(
    ("pagu", "jenis", "persen"),
    [(150, "LEBIH_DARI_RENCANA", "50.00"), (75, "KURANG_DARI_RENCANA", "25.00")],
)
def test_budget_differs_from_plan(pagu: float, jenis: str, persen: str) -> None:
    dunia = Dunia(rencana(100), anggaran(pagu))
    temuan = satu(dunia)
    assert temuan["jenis"] == jenis
    assert temuan["selisih"] == abs(pagu - 100) * JUTA
    assert temuan["persen"] == Decimal(persen)
    assert (temuan["tahap_rencana"], temuan["tahap_anggaran"]) == ("RKPD", "MURNI")
    dunia.masuk(anggaran(100, versi=2))
    assert dunia.jenis() == []


def test_tolerance_in_rupiah_and_in_percent() -> None:
    dua = (rencana(100), anggaran(104))
    assert Dunia(*dua, toleransi_rupiah="4000000").temuan() == []
    assert Dunia(*dua, toleransi_rupiah="3999999").jenis() == ["LEBIH_DARI_RENCANA"]
    assert Dunia(*dua, toleransi_persen="4").temuan() == []
    assert Dunia(*dua, toleransi_persen="3.9").jenis() == ["LEBIH_DARI_RENCANA"]


def test_paid_more_than_the_account_holds() -> None:
    dunia = Dunia(rencana(100), anggaran(100), bayar(101))
    temuan = satu(dunia)
    assert temuan["jenis"] == "REALISASI_LEBIH"
    assert temuan["kunci"] == f"{KUNCI}|{AKUN}"
    assert temuan["kode_akun"] == AKUN
    assert temuan["selisih"] == JUTA
    dunia.masuk(anggaran(101, tahap="PERGESERAN", pada="2026-05-01"))
    assert dunia.kisah()[-1] == ("REALISASI_LEBIH", "DITUTUP")


def test_paid_from_an_account_without_budget() -> None:
    dunia = Dunia(rencana(100), anggaran(100), bayar(1, akun=AKUN_LAIN))
    assert satu(dunia)["jenis"] == "REALISASI_LEBIH"
    assert satu(dunia)["anggaran"] is None


def test_paid_more_than_the_cash_plan_so_far() -> None:
    """In May five months are planned; June adds a sixth and closes it."""
    dunia = Dunia(rencana(120), anggaran(120, kas=10), bayar(55))
    temuan = satu(dunia)
    assert temuan["jenis"] == "MELEBIHI_KAS"
    assert (temuan["kas"], temuan["selisih"]) == (50 * JUTA, 5 * JUTA)
    dunia.ganti_hari("2026-05-11")
    assert dunia.jenis() == ["MELEBIHI_KAS"]
    dunia.ganti_hari("2026-06-01")
    assert dunia.kisah() == [("MELEBIHI_KAS", "TERBUKA"), ("MELEBIHI_KAS", "DITUTUP")]


def test_slow_spending_is_judged_after_the_second_quarter() -> None:
    dunia = Dunia(rencana(120), anggaran(120, kas=10), bayar(29.9))
    dunia.ganti_hari("2026-06-30")
    assert dunia.jenis() == []
    dunia.ganti_hari("2026-07-01")
    temuan = satu(dunia)
    assert temuan["jenis"] == "SERAPAN_RENDAH"
    assert (temuan["kas"], temuan["realisasi"]) == (60 * JUTA, Decimal("29900000.00"))
    assert temuan["persen"] == Decimal("49.83")
    dunia.masuk(bayar(0.1, "2"))
    assert dunia.kisah()[-1] == ("SERAPAN_RENDAH", "DITUTUP")


LAMA, AKUN_LAMA = "1.06.01.15.03", "5.2.2.02.36"


def test_old_codes_are_compared_once_they_are_on_the_map() -> None:
    dunia = Dunia(rencana(100), anggaran(100), bayar(60, giat=LAMA, akun=AKUN_LAMA))
    temuan = satu(dunia)
    assert temuan["jenis"] == "KODE_TAK_TERPETAKAN"
    assert temuan["kode_asal"] == [f"KEGIATAN:{LAMA}"]
    assert (temuan["realisasi"], temuan["rencana"]) == (60 * JUTA, None)
    dunia.masuk(peta("KEGIATAN", LAMA, GIAT))
    assert [v["kode_asal"] for v in dunia.terbuka().values()] == [
        [f"REKENING:{AKUN_LAMA}"]
    ]
    dunia.masuk(peta("REKENING", AKUN_LAMA, AKUN))
    assert dunia.jenis() == []
    dunia.masuk(bayar(41, "2"))
    assert satu(dunia)["realisasi"] == 101 * JUTA


def test_a_map_entry_that_is_taken_back() -> None:
    entri = ("KEGIATAN", LAMA, GIAT)
    dunia = Dunia(peta(*entri), rencana(100, giat=LAMA), anggaran(100))
    assert dunia.jenis() == []
    dunia.masuk(peta(*entri, operasi="DIBATALKAN"))
    assert dunia.jenis() == ["KODE_TAK_TERPETAKAN", "TANPA_RENCANA"]


SKPD_LAMA = "2.20.0.00.0.00.01.0000"


def test_plan_and_budget_under_different_offices() -> None:
    dunia = Dunia(
        peta("SKPD", SKPD_LAMA, SKPD, dari="2026-07-01"),
        rencana(100, skpd=SKPD_LAMA),
        anggaran(100),
    )
    temuan = satu(dunia)
    assert temuan["jenis"] == "SKPD_BERUBAH"
    assert temuan["kode_asal"] == [SKPD_LAMA]
    assert temuan["keparahan"] == "INFO"
    dunia.masuk(
        rencana(100, skpd=SKPD_LAMA, operasi="DIBATALKAN"), rencana(100), tunggu=TUNDA
    )
    assert dunia.kisah()[-1] == ("SKPD_BERUBAH", "DITUTUP")


TUNDA = 700_000


@pytest.mark.parametrize(
    ("juta", "prioritas", "keparahan"),
    [
        (99, (), "INFO"),
        (100, (), "PERINGATAN"),
        (999, (), "PERINGATAN"),
        (1000, (), "BERAT"),
        (99, ("1.06.04",), "PERINGATAN"),
        (100, ("1.06.04",), "BERAT"),
        (100, ("1.06.0",), "PERINGATAN"),
    ],
)
def test_weight_by_rupiah_and_priority(
    juta: float, prioritas: tuple[str, ...], keparahan: str
) -> None:
    temuan = satu(Dunia(anggaran(juta), program_prioritas=prioritas))
    assert temuan["keparahan"] == keparahan
    assert temuan["prioritas"] == (prioritas == ("1.06.04",))
    assert ("PUSAT_KENDALI" in temuan["penerima"]) == (keparahan == "BERAT")


def test_a_finding_names_the_rules_and_what_it_rests_on() -> None:
    masuk = (rencana(100), anggaran(90), anggaran(60, akun=AKUN_LAIN))
    temuan = satu(Dunia(*masuk))
    assert temuan["aturan_versi"] == "uji-f4"
    assert set(temuan["dasar"]) == {event.id for _, event in masuk}


def test_what_closes_a_finding_is_named_too() -> None:
    dunia = Dunia(anggaran(100))
    ref, event = rencana(100)
    assert ref == RENCANA
    dunia.masuk((ref, event))
    assert dunia.temuan()[-1]["dasar"] == [event.id]


def test_nothing_is_said_twice() -> None:
    dunia = Dunia(anggaran(100))
    dunia.masuk(anggaran(100), bayar(1), bayar(2, "2"))
    assert dunia.kisah() == [("TANPA_RENCANA", "TERBUKA")]


def test_events_carry_their_operation() -> None:
    dunia = Dunia(anggaran(100))
    dunia.masuk(anggaran(120, versi=2))
    dunia.masuk(rencana(120))
    operasi = [e.operation for e in dunia.read("keuangan.selisih.state.v1")]
    assert operasi == ["DIBUAT", "DIKOREKSI", "DIBATALKAN"]
    assert ANGGARAN.startswith("keuangan")
