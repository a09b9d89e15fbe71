"""A re-scrape sets all rows inactive for minutes: nothing is told meanwhile."""

from tests.unit.pipelines.selisih.dunia import (
    AKUN_LAIN,
    TAHAN,
    TANDA,
    Dunia,
    anggaran,
    bayar,
    rencana,
    tanda,
)


def tarik() -> tuple:
    """Both lines of the budget set inactive."""
    return (
        anggaran(60, operasi="DIBATALKAN"),
        anggaran(40, akun=AKUN_LAIN, operasi="DIBATALKAN"),
    )


def pasang(jam: int) -> tuple:
    """Both lines again, read anew: other ids."""
    pada = f"2026-05-{jam:02d}"
    return anggaran(60, pada=pada), anggaran(40, akun=AKUN_LAIN, pada=pada)


AWAL = (rencana(100), anggaran(60), anggaran(40, akun=AKUN_LAIN), bayar(50))


def test_a_rescrape_between_marks_makes_no_finding() -> None:
    dunia = Dunia(*AWAL)
    dunia.masuk(tanda("Dimulai"), *tarik(), tunggu=300_000)
    dunia.masuk(pasang(11)[0], tunggu=60_000)
    dunia.masuk(pasang(11)[1], tanda("Selesai"), tunggu=TANDA + 5_000)
    assert dunia.temuan() == []
    dunia.masuk(bayar(51, "2"))
    assert dunia.jenis() == ["REALISASI_LEBIH"], "and it is judged again afterwards"


def test_a_rescrape_without_marks_waits_for_its_rows() -> None:
    dunia = Dunia(*AWAL)
    dunia.masuk(*tarik(), tunggu=TAHAN - 60_000)
    assert dunia.temuan() == []
    dunia.masuk(*pasang(11), tunggu=2 * TAHAN)
    assert dunia.temuan() == []


def test_a_line_that_does_not_come_again_is_a_finding_after_the_end_mark() -> None:
    dunia = Dunia(*AWAL)
    dunia.masuk(tanda("Dimulai"), *tarik(), tunggu=60_000)
    dunia.masuk(pasang(11)[1], tanda("Selesai"), tunggu=TANDA - 5_000)
    assert dunia.temuan() == [], "the last rows may still be on their way"
    dunia.advance(10_000)
    assert dunia.jenis() == ["KURANG_DARI_RENCANA", "REALISASI_LEBIH"]


def test_the_end_mark_overtakes_the_rows() -> None:
    dunia = Dunia(*AWAL)
    dunia.masuk(tanda("Dimulai"), tanda("Selesai"), tunggu=1_000)
    dunia.masuk(*tarik(), tunggu=10_000)
    dunia.masuk(*pasang(11), tunggu=2 * TAHAN)
    assert dunia.temuan() == []


def test_withdrawn_for_good_without_marks() -> None:
    dunia = Dunia(*AWAL)
    dunia.masuk(*tarik(), tunggu=TAHAN + 10_000)
    assert dunia.jenis() == ["REALISASI_LEBIH", "TANPA_ANGGARAN"]


def test_a_scrape_of_one_office_holds_no_other() -> None:
    lain = "2.15.0.00.0.00.01.0000"
    dunia = Dunia(*AWAL)
    dunia.masuk(
        tanda("Dimulai"), *tarik(), rencana(5, skpd=lain, giat="2.15.02.2.01.0001")
    )
    assert dunia.jenis() == ["TANPA_ANGGARAN"]


def test_a_scrape_of_all_offices_holds_all() -> None:
    lain = "2.15.0.00.0.00.01.0000"
    dunia = Dunia(tanda("Dimulai", skpd="SEMUA"))
    dunia.masuk(rencana(5, skpd=lain, giat="2.15.02.2.01.0001"))
    assert dunia.temuan() == []
    dunia.masuk(tanda("Selesai", skpd="SEMUA"), tunggu=TANDA + 5_000)
    assert dunia.jenis() == ["TANPA_ANGGARAN"]
