"""Sheets as people lay them out: headings over rows, blocks, blanks, several sheets."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bus.errors import ConfigError
from bus.testing.clock import ManualClock
from connectors._tabular.header import guess_heading, is_numbering, joined_names
from tests.conformance.workshop import NO_KK, PEOPLE, Run, connector_from, nik

FILE = """
connector: uji
app: uji
kind: {kind}
objek: warga
source: {{folder: '{folder}', {more}}}
"""
HEADER = ["id", "nik", "nama", "no_kk", "desa", "rt", "status"]
LATER = 4_000_000_000_000
MEMBERS = ["id", "nik", "nama", "desa", "rt", "status"]


def row(number: int, **other: Any) -> dict[str, Any]:
    filled = [str(number), nik(number), "BUDI", NO_KK, "3325012001", "004", "1"]
    return dict(zip(HEADER, filled, strict=True)) | other


def start(folder: Path, kind: str, more: str) -> Run:
    (folder / "masuk").mkdir(exist_ok=True)
    text = FILE.format(kind=kind, folder=folder / "masuk", more=more) + PEOPLE
    return Run(connector_from(folder, text), ManualClock(LATER))


def book(folder: Path, sheets: dict[str, list[list[Any]]], name: str = "a") -> None:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for cells in rows:
            sheet.append(cells)
    made.save(folder / "masuk" / f"{name}.xlsx")


def test_two_rows_of_headings_and_their_numbers(tmp_path: Path) -> None:
    run = start(tmp_path, "excel", "judul_baris: 2")
    lower = [None, None, None, None, None, "rt", "status"]
    names = ["id", "nik", "nama", "no_kk", "desa"]
    assert joined_names([[*names, "wilayah", None], lower])[5:] == (
        "wilayah rt",
        "wilayah status",
    )
    below = [[1, 2, 3, 4, 5, 6, 7], list(row(1).values()), list(row(2).values())]
    lines = [["BUKU INDUK"], [None] * 7, HEADER, *below]
    book(tmp_path, {"Sheet1": lines})
    assert len(run.catch_up()) == 2
    assert run.codes == []


def test_a_block_heading_fills_the_rows_below(tmp_path: Path) -> None:
    run = start(tmp_path, "excel", 'blok: {no_kk: "No KK: *([0-9]+)"}')
    members = [[row(n)[name] for name in MEMBERS] for n in range(1, 5)]
    lines = [
        MEMBERS,
        ["Keluarga pertama", f"No KK: {NO_KK}"],
        *members[:2],
        [],
        ["Keluarga kedua", "No KK: 3325011204069077"],
        *members[2:],
    ]
    book(tmp_path, {"Sheet1": lines})
    made = run.catch_up()
    families = [each.value["kk_id"] for each in made]
    assert run.codes == []
    assert families[0] == families[1] != families[2] == families[3]


def test_values_written_once_go_down(tmp_path: Path) -> None:
    run = start(tmp_path, "excel", "isi_turun: [no_kk]")
    lines = [HEADER, list(row(1).values()), list(row(2, no_kk=None).values())]
    book(tmp_path, {"Sheet1": lines})
    first, second = run.catch_up()
    assert first.value["kk_id"] == second.value["kk_id"]


def test_several_sheets_by_pattern(tmp_path: Path) -> None:
    run = start(tmp_path, "excel", "lembar: 'Desa *'")
    sheets = {
        "Petunjuk": [["isi lembar desa"]],
        "Desa A": [HEADER, list(row(1).values())],
        "Desa B": [["judul"], HEADER, list(row(2).values())],
    }
    book(tmp_path, sheets)
    assert len(run.catch_up()) == 2


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_a_pattern_of_a_block_needs_one_group(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ConfigError, match="exactly one group"):
        start(tmp_path, kind, 'blok: {no_kk: "No KK"}')
    with pytest.raises(ConfigError, match="blok"):
        start(tmp_path, kind, 'blok: {no_kk: "No KK ("}')


def test_done_files_go_to_the_archive_after_their_commit(tmp_path: Path) -> None:
    run = start(tmp_path, "csv", f"arsip: '{tmp_path / 'arsip'}'")
    file = tmp_path / "masuk" / "a.csv"
    lines = [";".join(HEADER), ";".join(row(1).values())]
    file.write_text("\n".join(lines))
    assert len(run.catch_up()) == 1
    run.catch_up()
    assert not file.exists()
    assert (tmp_path / "arsip" / "a.csv").exists()
    file.write_text("\n".join(lines))
    run.catch_up()
    run.catch_up()
    assert len(list((tmp_path / "arsip").iterdir())) == 2


def test_a_corrected_file_replaces_the_one_of_its_quarter(tmp_path: Path) -> None:
    run = start(tmp_path, "csv", "mode: snapshot-diff, scope: [periode]")

    def send(name: str, quarter: str, *rows: dict[str, Any]) -> list[str]:
        lines = [";".join([*HEADER, "periode"])]
        lines += [";".join([*each.values(), quarter]) for each in rows]
        (tmp_path / "masuk" / name).write_text("\n".join(lines))
        return sorted(made.operation for made in run.catch_up())

    assert send("tw1.csv", "TW1", row(1), row(2)) == ["DIBUAT"] * 2
    assert send("tw2.csv", "TW2", row(11), row(12), row(13)) == ["DIBUAT"] * 3
    corrected = (row(11), row(12, nama="SITI"))
    assert send("tw2 koreksi.csv", "TW2", *corrected) == ["DIBATALKAN", "DIKOREKSI"]


def test_headings_that_come_again_are_no_rows(tmp_path: Path) -> None:
    run = start(tmp_path, "excel", 'blok: {no_kk: "No KK: *([0-9]+)"}')
    members = [[*row(n).values()] for n in (1, 2, 3)]
    cells = [[*row[:3], *row[4:]] for row in members]
    head = ["No KK: 3325011204069001"]
    other = ["No KK: 3325011204069002"]
    lines = [["BUKU"], head, MEMBERS, *cells[:2], [], other, MEMBERS, cells[2]]
    book(tmp_path, {"Sheet1": lines})
    made = run.catch_up()
    assert run.codes == []
    assert [event.value["kk_id"] is None for event in made] == [False] * 3
    assert made[0].value["kk_id"] == made[1].value["kk_id"] != made[2].value["kk_id"]


def test_merged_headings_are_guessed_over_two_rows() -> None:
    upper = ["NO", "IDENTITAS", None, None, "ALAMAT", None, "DESIL"]
    lower = [None, "NIK", "NAMA", "NO KK", "RT", "RW", None]
    rows = [[1, nik(1), "BUDI", NO_KK, "4", "2", 3]] * 3
    found = guess_heading([["DAFTAR KELUARGA"], [], upper, lower, *rows])
    assert (found.row, found.rows) == (3, 2)
    assert found.names[:2] == ("NO", "IDENTITAS NIK")
    assert found.names[-2:] == ("ALAMAT RW", "DESIL")
    wide = ["NO", "NIK", "NAMA", "NO KK", "ALAMAT", None, "DESIL"]
    found = guess_heading([wide, [None] * 4 + ["RT", "RW"], *rows])
    assert (found.row, found.rows) == (1, 2)
    assert found.names[4:] == ("ALAMAT RT", "ALAMAT RW", "DESIL")
    assert guess_heading([wide, *rows]).rows == 1


def test_headings_are_guessed_below_titles() -> None:
    rows = [["DAFTAR"], [], HEADER, list(row(1).values())]
    assert guess_heading(rows).row == 2
    assert guess_heading([]).names == ()
    assert is_numbering(["", 1.0, 2.0, 3.0])
    assert not is_numbering(["3", "1", "2"])
