"""Ways of counting days, zones, and holidays that are decreed late."""

from tests.unit.pipelines.aduan.dunia import Dunia
from tests.unit.pipelines.aduan.kabar import jawab, lapor, libur, waktu


def test_profile_of_three_calendar_days() -> None:
    dunia = Dunia(jawaban_hari=3, hitungan="KALENDER")
    dunia.pada(lapor("A", "2026-03-06 20:15"))
    dunia.sampai("2026-03-09 20:14")
    assert dunia.tingkat("A") == []
    dunia.sampai("2026-03-11 20:15")
    assert [t[2] for t in dunia.tingkat("A")] == [
        "2026-03-09 20:15",
        "2026-03-10 20:15",
        "2026-03-11 20:15",
    ]


def test_the_tenants_zone_decides_when_the_office_is_open() -> None:
    dunia = Dunia(zona="Asia/Makassar", jawaban_hari=1)
    dunia.pada(lapor("A", "2026-03-06 15:30"))  # 16:30 WITA on Friday
    # Monday 07:30 to 16:00 WITA, an hour ahead of WIB.
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-09 15:00"


def test_holidays_move_the_limit() -> None:
    dunia = Dunia(
        *(libur(f"2026-03-{h}", "2026-01-02 08:00") for h in (19, 20, 23, 24))
    )
    dunia.pada(lapor("A", "2026-03-17 10:00"))
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-30 10:00"


def test_a_late_decree_moves_running_clocks() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", "2026-03-17 10:00"))
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-24 10:00"
    dunia.pada(libur("2026-03-20", "2026-03-18 14:00"))
    dunia.pada(libur("2026-03-23", "2026-03-18 14:00"))
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-26 10:00"
    dunia.sampai("2026-03-26 09:59")
    assert dunia.tingkat("A") == []
    dunia.sampai("2026-03-26 10:00")
    assert dunia.tingkat("A") == [(1, "DIBUAT", "2026-03-26 10:00")]


def test_a_decree_after_the_breach_takes_it_back_and_counts_on() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", "2026-03-17 10:00"))
    dunia.sampai("2026-03-25 11:00")
    assert dunia.status("A")["tingkat"] == 2
    dunia.pada(libur("2026-03-24", "2026-03-25 11:30"))
    assert dunia.tingkat("A") == [
        (1, "DIBUAT", "2026-03-24 10:00"),
        (2, "DIBUAT", "2026-03-25 10:00"),
        (2, "DIBATALKAN", "2026-03-25 10:00"),
        (1, "DIKOREKSI", "2026-03-25 10:00"),
    ]
    dunia.sampai("2026-03-26 10:00")
    assert dunia.tingkat("A")[-1] == (2, "DIBUAT", "2026-03-26 10:00")
    # The decree is withdrawn again.
    dunia.pada(libur("2026-03-24", "2026-03-26 11:00", operasi="DIBATALKAN"))
    dunia.sampai("2026-03-26 11:01")
    assert dunia.status("A")["tingkat"] == 3


def test_a_decree_also_concerns_reports_closed_not_long_ago() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", "2026-03-17 10:00"), jawab("A", "2026-03-24 15:00"))
    assert dunia.status("A")["tingkat"] == 1
    dunia.pada(libur("2026-03-24", "2026-03-27 08:00"))
    assert dunia.status("A")["tingkat"] == 0
    dunia.sampai("2026-06-01 08:00")
    dunia.pada(libur("2026-03-24", "2026-06-01 09:00", operasi="DIBATALKAN"))
    assert dunia.status("A")["tingkat"] == 0
