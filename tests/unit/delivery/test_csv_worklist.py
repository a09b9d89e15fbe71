"""The CSV worklist: whole rows only, each event once, no formulas."""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from bus.connect.sink import Delivery, SinkContext, Written
from bus.errors import RetriableError
from bus.testing.clock import ManualClock
from connectors.csv.sink import SINK_SPEC, CsvWorklist, WorklistConfig, cell
from tests.unit.delivery.stage import WIB

COLUMNS = ("Nomor", "Uraian")


class Office:
    """A folder, and worklists that come and go in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock()

    def worklist(self, columns: tuple[str, ...] = COLUMNS) -> CsvWorklist:
        config = WorklistConfig(folder=self.folder, berkas="temuan")
        context = SinkContext("uji", "inspektorat", columns, self.clock, WIB)
        sink = SINK_SPEC.open(config, context)
        assert isinstance(sink, CsvWorklist)
        sink.check()
        return sink

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.csv"))

    def rows(self) -> list[list[str]]:
        found: list[list[str]] = []
        for path in self.files:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found += list(csv.reader(file, delimiter=";"))[1:]
        return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "inspektorat")


def delivery(number: int, text: Any = "periksa") -> Delivery:
    fields = {"Nomor": f"T{number}", "Uraian": text}
    return Delivery(f"{number:032x}", "TEMUAN", fields, 1_772_409_600_000)


def test_one_file_a_day_with_a_header(office: Office) -> None:
    sink = office.worklist()
    assert sink.write([delivery(1), delivery(2)]) == [Written.NEW, Written.NEW]
    office.clock.advance(86_400)
    sink.write([delivery(3)])
    names = [path.name for path in office.files]
    assert names == ["temuan-2026-03-02.csv", "temuan-2026-03-03.csv"]
    lines = office.files[0].read_bytes().split(b"\r\n")
    header = "Nomor;Uraian;Jenis;Tanggal Kejadian;Diterima;ID Peristiwa"
    assert lines[0] == b"\xef\xbb\xbf" + header.encode()
    assert lines[1].decode() == (
        f"T1;periksa;TEMUAN;2026-03-02;2026-03-02 07:00:00;{1:032x}"
    )


def test_known_events_are_not_repeated_even_by_another_process(office: Office) -> None:
    first, second = office.worklist(), office.worklist()
    first.write([delivery(1), delivery(1)])
    office.clock.advance(86_400)
    assert second.write([delivery(1), delivery(2)]) == ["duplicate", "new"]
    assert first.write([delivery(2), delivery(3)]) == ["duplicate", "new"]
    assert [row[0] for row in office.rows()] == ["T1", "T2", "T3"]


@pytest.mark.parametrize("cut", [1, 2, 5, 30, 40, 60])
def test_torn_line_is_cut_off_and_written_again(office: Office, cut: int) -> None:
    office.worklist().write([delivery(1), delivery(2)])
    path = office.files[0]
    os.truncate(path, path.stat().st_size - cut)
    sink = office.worklist()
    sink.write([delivery(1), delivery(2)])
    assert [row[0] for row in office.rows()] == ["T1", "T2"]
    assert all(len(row) == 6 for row in office.rows())


def test_torn_header_is_written_again(office: Office) -> None:
    sink = office.worklist()
    sink.write([delivery(1)])
    os.truncate(office.files[0], 7)
    office.worklist().write([delivery(1)])
    assert [row[0] for row in office.rows()] == ["T1"]


def test_last_line_without_line_end_is_kept(office: Office) -> None:
    office.worklist().write([delivery(1)])
    path = office.files[0]
    path.write_bytes(path.read_bytes().rstrip())
    office.worklist().write([delivery(1), delivery(2)])
    assert [row[0] for row in office.rows()] == ["T1", "T2"]


def test_file_changed_by_the_office_is_respected(office: Office) -> None:
    sink = office.worklist()
    sink.write([delivery(1), delivery(2)])
    path = office.files[0]
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([lines[0], lines[2], b""]))
    sink.write([delivery(1), delivery(2), delivery(3)])
    assert [row[0] for row in office.rows()] == ["T2", "T3"]


def test_changed_columns_begin_a_new_file(office: Office) -> None:
    office.worklist().write([delivery(1)])
    office.worklist(("Nomor",)).write([delivery(2)])
    names = [path.name for path in office.files]
    assert names == ["temuan-2026-03-02.csv", "temuan-2026-03-02_2.csv"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("=HYPERLINK(1)", "'=HYPERLINK(1)", id="formula"),
        pytest.param("@SUM(1)", "'@SUM(1)", id="at"),
        pytest.param("-1+2", "'-1+2", id="minus"),
        pytest.param("dua\nbaris\r\n", "dua baris", id="one line"),
        pytest.param(None, "", id="null"),
        pytest.param(True, "ya", id="true"),
        pytest.param(["a", "b"], "a, b", id="list"),
        pytest.param("1000000.00", "1000000.00", id="money"),
    ],
)
def test_cells(value: object, expected: str) -> None:
    assert cell(value) == expected


def test_quotes_and_separators_survive(office: Office) -> None:
    text = 'tuan "X"; nyonya'
    office.worklist().write([delivery(1, text)])
    office.worklist().write([delivery(1, text)])
    assert [row[1] for row in office.rows()] == [text]


def test_full_disk_leaves_the_file_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = office.worklist()
    sink.write([delivery(1)])
    before = office.files[0].read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RetriableError, match="No space left"):
        sink.write([delivery(2)])
    monkeypatch.undo()
    assert office.files[0].read_bytes() == before
    assert sink.write([delivery(2)]) == [Written.NEW]
    assert [row[0] for row in office.rows()] == ["T1", "T2"]


def test_folder_that_cannot_be_made_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RetriableError, match="Not a directory"):
        Office(tmp_path / "file" / "below").worklist()
