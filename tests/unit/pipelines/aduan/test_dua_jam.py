"""The two clocks, to the minute: limits, levels, pauses, returns, reopening."""

import pytest

from tests.unit.pipelines.aduan.dunia import Dunia
from tests.unit.pipelines.aduan.kabar import (
    BPBD,
    DPU,
    KOMINFO,
    buka,
    jawab,
    kembali,
    lapor,
    lengkap,
    ms,
    tunggu,
    verifikasi,
    waktu,
)

SENIN = "2026-03-02 10:00"


def test_routed_at_once_and_answered_in_time() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), jawab("A", "2026-03-04 15:00"))
    dunia.sampai("2026-04-01 08:00")
    assert dunia.disposisi("A") == [(DPU, 1)]
    assert dunia.keadaan("A") == "SELESAI"
    assert dunia.sla("A") == []
    [disposisi] = dunia.terbit("LaporanDidisposisi", "A")
    # Five working days from Monday 10:00.
    assert waktu(disposisi["batas"]) == "2026-03-09 10:00"
    [selesai] = dunia.terbit("LaporanSelesai", "A")
    assert selesai["jawaban"] == "Lubang sudah ditambal petugas"
    assert selesai["kode_skpd"] == DPU


def test_warning_and_three_levels_to_the_minute() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN))
    for sebelum, sesudah, banyak in (
        ("2026-03-08 09:59", "2026-03-08 10:00", 1),  # 24 h before the limit
        ("2026-03-09 09:59", "2026-03-09 10:00", 2),  # the limit: head of the office
        ("2026-03-10 09:59", "2026-03-10 10:00", 3),  # a working day more: Sekda
        ("2026-03-11 09:59", "2026-03-11 10:00", 4),  # two: the regent
    ):
        dunia.sampai(sebelum)
        assert len(dunia.sla("A")) == banyak - 1
        dunia.sampai(sesudah)
        assert len(dunia.sla("A")) == banyak
    dunia.sampai("2026-05-01 10:00")
    assert dunia.sla("A") == [
        ("JAWABAN", "TERANCAM", 0, "2026-03-09 10:00", "DIBUAT"),
        ("JAWABAN", "TERLAMPAUI", 1, "2026-03-09 10:00", "DIBUAT"),
        ("JAWABAN", "TERLAMPAUI", 2, "2026-03-10 10:00", "DIBUAT"),
        ("JAWABAN", "TERLAMPAUI", 3, "2026-03-11 10:00", "DIBUAT"),
    ]
    penerima = [v.value["penerima"] for v in dunia.read("aduan.sla.fact.v1")[1:]]
    assert penerima == ["KEPALA_OPD", "SEKDA", "KEPALA_DAERAH"]
    assert dunia.status("A")["tingkat"] == 3


@pytest.mark.parametrize(
    ("jawaban", "tingkat"),
    [("2026-03-09 10:00", 0), ("2026-03-09 10:01", 1)],
)
def test_an_answer_at_the_limit_is_in_time(jawaban: str, tingkat: int) -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), jawab("A", jawaban))
    assert dunia.status("A")["tingkat"] == tingkat
    assert dunia.keadaan("A") == "SELESAI"


def test_an_answer_in_time_that_arrives_late_takes_the_breach_back() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN))
    dunia.sampai("2026-03-09 12:00")
    assert dunia.status("A")["tingkat"] == 1
    dunia.masuk(jawab("A", "2026-03-09 09:00"))
    assert dunia.tingkat("A") == [
        (1, "DIBUAT", "2026-03-09 10:00"),
        (1, "DIBATALKAN", "2026-03-09 10:00"),
    ]
    assert dunia.status("A")["tingkat"] == 0


def test_without_a_route_the_verification_clock_runs_for_the_complaints_team() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN, "LAIN-LAIN"))
    assert dunia.keadaan("A") == "MENUNGGU_VERIFIKASI"
    assert waktu(dunia.status("A")["batas_verifikasi"]) == "2026-03-05 10:00"
    dunia.sampai("2026-03-05 09:59")
    assert [s[1] for s in dunia.sla("A")] == ["TERANCAM"]
    dunia.pada(verifikasi("A", "2026-03-05 13:00", DPU))
    assert [s[:3] for s in dunia.sla("A")] == [
        ("VERIFIKASI", "TERANCAM", 0),
        ("VERIFIKASI", "TERLAMPAUI", 1),
    ]
    assert all(e.value["kode_skpd"] == KOMINFO for e in dunia.read("aduan.sla.fact.v1"))
    # The answer clock begins when the office can see it: Thursday 13:00.
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-12 13:00"


def test_a_return_does_not_restart_the_citizens_clock() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), kembali("A", "2026-03-05 09:00"))
    assert dunia.keadaan("A") == "DIKEMBALIKAN"
    assert dunia.status("A")["kode_skpd"] == KOMINFO
    dunia.pada(verifikasi("A", "2026-03-06 09:00", BPBD))
    assert dunia.disposisi("A") == [(DPU, 1), (BPBD, 1)]
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-09 10:00"
    dunia.sampai("2026-03-09 10:00")
    [_, lampau] = dunia.read("aduan.sla.fact.v1")
    assert lampau.value["kode_skpd"] == BPBD
    assert dunia.status("A")["dikembalikan"] == 1


def test_a_returned_report_is_not_routed_to_the_same_office_again() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), kembali("A", "2026-03-02 11:00"))
    dunia.sampai("2026-03-08 10:00")
    assert dunia.disposisi("A") == [(DPU, 1)]


def test_waiting_for_the_citizen_stops_only_the_offices_clock() -> None:
    dunia = Dunia()
    # Two working days used on Wednesday 10:00; waits until Friday 10:00.
    dunia.pada(lapor("A", SENIN), tunggu("A", "2026-03-04 10:00"))
    assert dunia.keadaan("A") == "MENUNGGU_PELAPOR"
    assert dunia.status("A")["jam_jawaban"] == "JEDA"
    assert dunia.status("A")["batas_jawaban"] is None
    dunia.pada(lengkap("A", "2026-03-06 10:00"))
    assert dunia.keadaan("A") == "DIPROSES"
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-11 10:00"
    dunia.sampai("2026-03-11 09:59")
    assert dunia.tingkat("A") == []
    dunia.sampai("2026-03-11 10:00")
    assert dunia.status("A")["tingkat"] == 1


def test_waiting_ends_by_itself_after_ten_days_in_all() -> None:
    dunia = Dunia()
    dunia.pada(
        lapor("A", SENIN),
        tunggu("A", "2026-03-03 10:00"),
        lengkap("A", "2026-03-07 10:00"),  # four days waited
        tunggu("A", "2026-03-09 10:00"),  # six are left: Sunday the 15th, 10:00
    )
    dunia.sampai("2026-03-15 09:59")
    assert dunia.keadaan("A") == "MENUNGGU_PELAPOR"
    dunia.sampai("2026-03-15 10:00")
    assert dunia.keadaan("A") == "DIPROSES"
    # Used: Monday to Tuesday 10:00 one day; Monday 9th 07:30-10:00. Left: 4 days less
    # 2.5 hours, from Monday 16th 07:30.
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-19 13:30"
    dunia.pada(tunggu("A", "2026-03-16 09:00"))
    assert dunia.keadaan("A") == "DIPROSES"


def test_waiting_does_not_stop_the_verification_clock() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN, None), tunggu("A", "2026-03-03 10:00"))
    assert dunia.keadaan("A") == "MENUNGGU_VERIFIKASI"
    dunia.sampai("2026-03-05 10:00")
    assert dunia.status("A")["tingkat"] == 1


def test_reopened_is_a_new_attempt_with_its_own_clock() -> None:
    dunia = Dunia()
    dunia.pada(
        lapor("A", SENIN),
        jawab("A", "2026-03-03 10:00"),
        buka("A", "2026-03-10 08:00"),
    )
    assert dunia.disposisi("A") == [(DPU, 1), (DPU, 2)]
    assert dunia.status("A")["percobaan"] == 2
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-17 08:00"
    dunia.pada(jawab("A", "2026-03-11 08:00"), buka("A", "2026-03-12 08:00"))
    assert dunia.status("A")["percobaan"] == 3
    assert [v["percobaan"] for v in dunia.terbit("LaporanSelesai", "A")] == [1, 2]
    assert dunia.sla("A") == []


@pytest.mark.parametrize(
    ("isi", "alasan"),
    [
        ({"teks": "ok"}, "TANPA_TEKS"),
        ({"bukti": ()}, "TANPA_BUKTI"),
        ({"bukti": ("logo.png",)}, "BUKTI_TIDAK_SAH"),
    ],
)
def test_an_answer_counts_only_with_text_and_evidence(isi: dict, alasan: str) -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), jawab("A", "2026-03-03 10:00", **isi))
    assert dunia.keadaan("A") == "DIPROSES"
    assert [v["alasan_kode"] for v in dunia.terbit("JawabanBelumSah")] == [alasan]
    dunia.sampai("2026-03-09 10:00")
    assert dunia.status("A")["tingkat"] == 1


def test_progress_is_no_answer() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), jawab("A", "2026-03-03 10:00", tahap="PROSES"))
    assert dunia.keadaan("A") == "DIPROSES"
    assert dunia.terbit("JawabanBelumSah") == []


def test_a_report_recorded_offline_counts_from_its_own_day() -> None:
    dunia = Dunia()
    dunia.sampai("2026-03-16 07:00")
    dunia.masuk(lapor("A", SENIN))
    assert dunia.sla("A") == []
    dunia.sampai("2026-03-16 07:00:10")
    # The citizen has waited since Monday 2nd; the office sees it from today on.
    assert [s[0:3] for s in dunia.sla("A")][:2] == [
        ("VERIFIKASI", "TERANCAM", 0),
        ("VERIFIKASI", "TERLAMPAUI", 1),
    ]
    assert waktu(dunia.status("A")["batas_jawaban"]) == "2026-03-20 16:00"


def test_a_late_story_in_several_parts_raises_no_false_alarm() -> None:
    dunia = Dunia()
    dunia.sampai("2026-03-16 07:00")
    dunia.masuk(lapor("A", SENIN))
    dunia.sampai("2026-03-16 07:00:05")
    dunia.masuk(
        jawab("A", "2026-03-04 10:00"), verifikasi("A", "2026-03-03 08:00", DPU)
    )
    dunia.sampai("2026-03-17 07:00")
    assert dunia.sla("A") == []
    assert dunia.keadaan("A") == "SELESAI"


def test_withdrawn_at_the_source() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN))
    dunia.sampai("2026-03-03 10:00")
    dunia.masuk(lapor("A", SENIN, operasi="DIBATALKAN"))
    dunia.sampai("2026-04-01 10:00")
    assert dunia.keadaan("A") == "DIBATALKAN"
    assert dunia.sla("A") == []


def test_a_deleted_answer_opens_the_report_again() -> None:
    dunia = Dunia()
    dunia.pada(lapor("A", SENIN), jawab("A", "2026-03-03 10:00"))
    dunia.masuk(jawab("A", "2026-03-03 10:00", operasi="DIBATALKAN"))
    assert dunia.keadaan("A") == "DIDISPOSISI"
    semua = [
        e.operation
        for e in dunia.read("aduan.laporan.fact.v1")
        if e.type == "LaporanSelesai"
    ]
    assert semua == ["DIBUAT", "DIBATALKAN"]
    assert ms(SENIN) == dunia.status("A")["diterima"]
