"""Files that are half there, and lines that are no rows."""

import os
from pathlib import Path

import openpyxl

from bus.testing.clock import ManualClock
from tests.unit.connectors.test_files import HEADER, LATER, line, send, start


def test_half_a_workbook_is_waited_for_and_holds_up_nobody(tmp_path: Path) -> None:
    clock = ManualClock(LATER)
    run = start(tmp_path, "excel", "settle_seconds: 2", clock)
    book = openpyxl.Workbook()
    for cells in (HEADER.split(";"), line(1).split(";")):
        book.active.append(cells)  # type: ignore[union-attr]
    whole = tmp_path / "whole.xlsx"
    book.save(whole)
    data = whole.read_bytes()
    half = send(tmp_path, "a.xlsx", data[: len(data) // 2])
    written = LATER / 1000 - 5
    os.utime(half, (written, written))
    for _ in range(3):
        assert not run.catch_up()
        assert not run.codes
    other = send(tmp_path, "b.xlsx", data)
    os.utime(other, (written, written))
    assert len(run.catch_up()) == 1
    half.write_bytes(data + b"\0")
    os.utime(half, (written, written))
    run.catch_up()
    assert not run.codes, "its other half has come"
    send(tmp_path, "c.xlsx", data[: len(data) // 3])
    os.utime(tmp_path / "masuk/c.xlsx", (written, written))
    clock.advance(26)
    run.catch_up()
    assert run.codes == ["BERKAS_TAK_TERBACA"], "31 s: nobody is writing it any more"


def test_lines_that_name_nobody_are_told_as_such(tmp_path: Path) -> None:
    run = start(tmp_path)
    total, note = "; ;JUMLAH;;;;", "; ;Batang, 2 Maret;;;;"
    send(tmp_path, "a.csv", f"{HEADER}\n{total}\n{line(1)}\n{note}\n{total}\n")
    assert len(run.catch_up()) == 1
    assert run.codes == ["REF_KOSONG", "REF_KOSONG"]
    assert len(run.catch_up()) == 0
    assert len(run.codes) == 2, "each is told once"
