"""Views of the dashboard: newest event counts, what is taken back does not."""

from decimal import Decimal

from bus.connect.views.differences import DifferencesFold
from bus.connect.views.escalations import EscalationsFold
from bus.connect.views.reports import ReportsFold
from bus.connect.views.view import fold
from bus.record import DIBATALKAN, DIBUAT, REDRIVE, Record

FINDING = "SelisihAnggaranDitemukan"
STATUS = "LaporanStatusDimutakhirkan"


def finding(name: str, status: str, rupiah: int, weight: str = "INFO") -> dict:
    return {
        "temuan_id": name,
        "jenis": "TANPA_RENCANA",
        "keparahan": weight,
        "status": status,
        "selisih": Decimal(rupiah),
    }


def test_a_finding_counts_where_its_newest_event_leaves_it():
    view = DifferencesFold()
    for value in (
        finding("a", "TERBUKA", 5),
        finding("b", "TERBUKA", -7, "BERAT"),
        finding("a", "TERBUKA", 9, "BERAT"),
        finding("b", "DITUTUP", 0, "BERAT"),
    ):
        view.add(FINDING, value, DIBUAT)
    numbers, rupiah = view.totals()
    assert numbers == {
        ("TANPA_RENCANA", "BERAT", "TERBUKA"): 1,
        ("TANPA_RENCANA", "BERAT", "DITUTUP"): 1,
    }
    assert rupiah["TANPA_RENCANA", "BERAT", "TERBUKA"] == 9


def test_only_open_reports_are_overdue():
    view = ReportsFold()
    for name, state, level in (
        ("a", "DIDISPOSISI", 0),
        ("a", "DIDISPOSISI", 2),
        ("b", "SELESAI", 3),
        ("c", "MENUNGGU_PELAPOR", 1),
    ):
        view.add(
            STATUS, {"laporan_id": name, "status": state, "tingkat": level}, DIBUAT
        )
    states, late = view.totals()
    assert states == {"DIDISPOSISI": 1, "SELESAI": 1, "MENUNGGU_PELAPOR": 1}
    assert late == {2: 1, 1: 1}


def test_an_escalation_that_was_taken_back_is_gone():
    view = EscalationsFold()
    value = {"laporan_id": "a", "jam": "JAWABAN", "percobaan": 1}
    view.add("SlaTerancam", value, DIBUAT)
    view.add("SlaTerlampaui", value | {"level": 1}, DIBUAT)
    view.add("SlaTerlampaui", value | {"level": 1}, DIBUAT)
    assert view.totals() == {0: 1, 1: 1}
    view.add("SlaTerlampaui", value | {"level": 1}, DIBATALKAN)
    assert view.totals() == {0: 1}


def test_other_types_tombstones_and_records_sent_again_do_not_count():
    class Decoder:
        def decode(self, data: bytes) -> tuple[str, dict]:
            return STATUS, {"laporan_id": data.decode(), "status": "X", "tingkat": 0}

    def record(value: bytes | None, *extra: tuple[str, bytes], kind: str = STATUS):
        headers = [("ce_type", kind.encode()), *extra]
        return Record("t", 0, 0, 0, b"k", value, headers)

    view = ReportsFold()
    again = record(b"c", (REDRIVE, b"x"))
    fold(view, Decoder(), [record(b"a"), record(None), record(b"b", kind="Y"), again])
    assert view.totals()[0] == {"X": 1}
