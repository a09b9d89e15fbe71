"""Notes beside the rows of a workbook: what is added, and what stays byte for byte."""

import re
import tracemalloc
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.chart import BarChart
from python_calamine import CalamineWorkbook

from connectors.excel import beside
from connectors.excel.beside import OddWorkbookError, write_beside

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = "NIK_PANJANG: Kolom <nik> & \x07lain"


def workbook(folder: Path, sheet: str | bytes | None = None) -> Path:
    """Two rows of three columns; the first sheet's part can be given."""
    path = folder / "warga.xlsx"
    book = openpyxl.Workbook()
    for cells in (["nik", "nama", "rt"], ["123", "BUDI", None]):
        book.active.append(cells)  # type: ignore[union-attr]
    book.create_sheet("Lain").append(["tetap"])
    book.save(path)
    if sheet is not None:
        content = sheet.encode() if isinstance(sheet, str) else sheet
        replace(path, {SHEET: content})
    return path


def replace(path: Path, parts: dict[str, bytes]) -> None:
    with ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    with ZipFile(path, "w") as new:
        for name, content in (kept | parts).items():
            new.writestr(name, content)


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def noted(path: Path, notes: dict[int, str]) -> Path:
    target = path.with_name("kembali.xlsx")
    write_beside(path, target, {"Sheet": notes})
    return target


def test_all_other_bytes_stay(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Sheet"]
    sheet.add_chart(BarChart(), "F1")
    sheet.merge_cells("A5:C5")
    sheet.freeze_panes = "A2"
    book.save(path)
    replace(path, {"xl/vbaProject.bin": b"\0macro\xff", "xl/media/a.png": b"\x89PNG"})
    copy = noted(path, {1: "ALASAN DITOLAK", 2: TEXT})
    before, after = parts(path), parts(copy)
    added = re.compile(rb'<c r="D\d" t="inlineStr">.*?</c>')
    assert len(added.findall(after[SHEET])) == 2
    without = after | {SHEET: added.sub(b"", after[SHEET])}
    spans = re.compile(rb' spans="[^"]*"')
    assert spans.sub(b"", without.pop(SHEET)) == spans.sub(b"", before.pop(SHEET))
    assert without == before
    assert "xl/charts/chart1.xml" in after


def test_both_kinds_of_readers_see_it(tmp_path: Path) -> None:
    copy = noted(workbook(tmp_path), {2: TEXT})
    sheet = openpyxl.load_workbook(copy)["Sheet"]
    assert sheet["D2"].value == TEXT.replace("\x07", " ")
    assert sheet["D1"].value is None
    rows = CalamineWorkbook.from_path(copy).get_sheet_by_name("Sheet").to_python()
    assert rows[1] == ["123", "BUDI", "", TEXT.replace("\x07", " ")]


ODD_BUT_GOOD = {
    "prefix": (
        f'{HEAD}<x:worksheet xmlns:x="{SPACE}"><x:sheetData><x:row r="1" spans="1:1">'
        '<x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    ),
    "single quotes": (
        f"<worksheet xmlns='{SPACE}'><sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
        "</sheetData></worksheet>"
    ),
    "empty rows before": (
        f'{HEAD}<worksheet xmlns="{SPACE}"><cols><col min="1" max="9"/></cols>'
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2" ht="9"/>'
        "<row/><row><c r='B4'><v>4</v></c></row></sheetData><rowBreaks/></worksheet>"
    ),
}


@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
@pytest.mark.parametrize("shape", ODD_BUT_GOOD)
def test_other_ways_to_write_a_sheet(
    tmp_path: Path, shape: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_CHUNK", chunk)
    path = workbook(tmp_path, ODD_BUT_GOOD[shape])
    line, cell = (4, "C4") if shape == "empty rows before" else (1, "B1")
    copy = openpyxl.load_workbook(noted(path, {line: TEXT}))
    assert copy["Sheet"][cell].value == TEXT.replace("\x07", " ")
    assert b"spans" not in parts(path.with_name("kembali.xlsx"))[SHEET]


TOO_ODD = {
    "no such row": f'<worksheet xmlns="{SPACE}"><sheetData><row r="1"/></sheetData>'
    "</worksheet>",
    "another encoding": '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"),
    "no free column": f'<worksheet xmlns="{SPACE}"><sheetData><row r="1">'
    '<c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
    "cells without a place": f'<worksheet xmlns="{SPACE}"><sheetData><row><c><v>1</v>'
    "</c></row></sheetData></worksheet>",
}


@pytest.mark.parametrize("shape", TOO_ODD)
def test_what_it_cannot_do_it_says(tmp_path: Path, shape: str) -> None:
    with pytest.raises(OddWorkbookError):
        noted(workbook(tmp_path, TOO_ODD[shape]), {1: TEXT})


def test_no_workbook_and_no_such_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    with pytest.raises(OddWorkbookError, match="KeyError"):
        write_beside(path, tmp_path / "x.xlsx", {"Tidak ada": {1: "a"}})
    path.write_bytes(b"setengah")
    with pytest.raises(OddWorkbookError, match="BadZipFile"):
        noted(path, {1: TEXT})


def test_a_large_one_takes_little_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    for number in range(5_000):
        sheet.append([number, f"NAMA {number}", "DUSUN KRAJAN", 4, 1])
    path = tmp_path / "besar.xlsx"
    book.save(path)
    tracemalloc.start()
    copy = noted(path, {5_000: TEXT})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20
    rows = CalamineWorkbook.from_path(copy).get_sheet_by_index(0).to_python()
    assert rows[-1][-1] == TEXT.replace("\x07", " ")
