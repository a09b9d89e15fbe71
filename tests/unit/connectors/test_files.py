"""Drop folders: CSV and Excel as people send them."""

import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bus.record import DIBATALKAN
from bus.testing.clock import ManualClock
from tests.conformance.workshop import NO_KK, PEOPLE, Run, connector_from, nik

FILE = """
connector: uji
app: uji
kind: {kind}
objek: warga
source: {{folder: '{folder}', {more}}}
"""
HEADER = "id;nik;nama;no_kk;desa;rt;status"
LATER = 4_000_000_000_000


def line(number: int, separator: str = ";", **other: str) -> str:
    row = {
        "id": str(number),
        "nik": nik(number),
        "nama": "BUDI",
        "no_kk": NO_KK,
        "desa": "3325012001",
        "rt": "004",
        "status": "1",
    }
    return separator.join((row | other).values())


def start(
    folder: Path, kind: str = "csv", more: str = "", clock: ManualClock | None = None
) -> Run:
    (folder / "masuk").mkdir(exist_ok=True)
    text = FILE.format(kind=kind, folder=folder / "masuk", more=more) + PEOPLE
    return Run(connector_from(folder, text), clock or ManualClock(LATER))


def send(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / "masuk" / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators_are_found(tmp_path: Path, separator: str) -> None:
    run = start(tmp_path)
    text = HEADER.replace(";", separator) + "\n" + line(1, separator) + "\n"
    send(tmp_path, "a.csv", text)
    assert len(run.catch_up()) == 1


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "RENÉ"), ("utf-8-sig", "RENÉ"), ("cp1252", "RENÉ"), ("utf-16", "RENÉ")],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, name: str) -> None:
    run = start(tmp_path)
    text = f"{HEADER}\n{line(1, nama=name)}\n"
    send(tmp_path, "a.csv", text.encode(encoding))
    (made,) = run.catch_up()
    assert made.value["orang"]["nama"] == name


def test_wrong_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    run = start(tmp_path, more="encoding: utf-8")
    text = f"{HEADER}\n{line(1)}\n{line(2, nama='RENÉ')}\n"
    send(tmp_path, "a.csv", text.encode("cp1252"))
    assert run.catch_up() == []
    assert run.codes == ["ENCODING_SALAH"]
    assert "baris 3" in run.refused[0].error.message


def test_binary_is_no_csv(tmp_path: Path) -> None:
    run = start(tmp_path)
    send(tmp_path, "a.csv", b"PK\x03\x04\x00\x00\x00")
    run.catch_up()
    assert run.codes == ["BERKAS_BUKAN_TEKS"]


def test_missing_column_is_told_once_and_names_what_is_there(tmp_path: Path) -> None:
    run = start(tmp_path)
    send(tmp_path, "a.csv", HEADER.replace("no_kk;", "") + "\n1;2;3;4;5;6\n")
    run.catch_up()
    run.crash()
    run.catch_up()
    (item,) = run.refused
    assert item.error.code == "KOLOM_TIDAK_ADA"
    assert "no_kk" in item.error.message
    assert "nama" in item.error.message


def test_header_below_titles_and_written_differently(tmp_path: Path) -> None:
    run = start(tmp_path)
    header = "ID;N.I.K;Nama;No. KK;DESA;rt ;Status".replace("N.I.K", "N I K")
    send(tmp_path, "a.csv", f"DINAS X\n\nper Maret;2026\n{header}\n{line(1)}\n\n")
    assert len(run.catch_up()) == 1


def test_quotes_and_separators_inside(tmp_path: Path) -> None:
    run = start(tmp_path)
    name = '"BUDI; ""S"",\nPD"'
    broken = line(3) + ";x"
    text = f"{HEADER}\n{line(1, nama=name)}\n{line(2)}\n{broken}\n"
    send(tmp_path, "a.csv", text)
    first, _ = run.catch_up()
    assert first.value["orang"]["nama"] == 'BUDI; "S", PD'
    assert run.codes == ["JUMLAH_KOLOM"]
    assert run.refused[0].ref == "uji|warga|a.csv:4"


@pytest.mark.parametrize("after", [0, 2])
def test_a_quote_left_open_swallows_no_rows(tmp_path: Path, after: int) -> None:
    run = start(tmp_path)
    rest = "".join(f"{line(n)}\n" for n in range(3, 3 + after))
    send(
        tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n{line(2, nama=chr(34) + 'S')}\n{rest}"
    )
    assert run.catch_up() == []
    assert run.codes == ["BERKAS_RUSAK"]
    assert "baris 3 tidak ditutup" in run.refused[0].error.message


def test_a_last_row_over_two_lines_is_whole(tmp_path: Path) -> None:
    run = start(tmp_path)
    name = chr(34) + "BUDI\nS" + chr(34)
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1, nama=name)}\n")
    assert len(run.catch_up()) == 1


def test_same_content_twice_is_read_once(tmp_path: Path) -> None:
    run = start(tmp_path)
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n")
    run.catch_up()
    send(tmp_path, "b.csv", f"{HEADER}\n{line(1)}\n")
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n")
    batch = run.source.poll(run.position)
    assert batch.rows == []
    run.crash()
    assert run.source.poll(run.position).rows == []


def test_half_written_files_wait(tmp_path: Path) -> None:
    path_time = 1_772_409_600
    clock = ManualClock(path_time * 1000)
    run = start(tmp_path, clock=clock)
    path = send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n")
    os.utime(path, (path_time, path_time))
    assert run.catch_up() == []
    clock.advance(3)
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n{line(2)}\n")
    os.utime(path, (path_time, path_time))
    assert run.catch_up() == []
    assert len(run.catch_up()) == 2


@pytest.mark.parametrize("name", ["~$a.csv", ".a.csv", "a.csv.part", "a.txt"])
def test_names_that_are_not_read(tmp_path: Path, name: str) -> None:
    run = start(tmp_path)
    send(tmp_path, name, f"{HEADER}\n{line(1)}\n")
    assert run.catch_up() == []


def test_facts_add_and_correct_but_withdraw_nothing(tmp_path: Path) -> None:
    run = start(tmp_path)
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n{line(2)}\n")
    run.catch_up()
    send(tmp_path, "b.csv", f"{HEADER}\n{line(2, status='2')}\n{line(3)}\n")
    run.catch_up()
    assert [made.operation for made in run.events] == [
        "DIBUAT",
        "DIBUAT",
        "DIKOREKSI",
        "DIBUAT",
    ]


def test_scope_keeps_last_quarter(tmp_path: Path) -> None:
    run = start(tmp_path, more="mode: snapshot-diff, scope: [periode]")
    header = HEADER + ";periode"
    send(tmp_path, "q1.csv", f"{header}\n{line(1)};Q1\n{line(2)};Q1\n")
    run.catch_up()
    send(tmp_path, "q2.csv", f"{header}\n{line(3)};Q2\n")
    run.catch_up()
    assert DIBATALKAN not in run.operations()
    send(tmp_path, "q1b.csv", f"{header}\n{line(1)};Q1\n")
    (made,) = run.catch_up()
    assert made.operation == DIBATALKAN
    assert made.value["sumber_ref"] == "uji|warga|2"


def test_one_reference_twice_in_a_file(tmp_path: Path) -> None:
    run = start(tmp_path)
    text = f"{HEADER}\n{line(1)}\n{line(1)}\n{line(1, status='2')}\n"
    send(tmp_path, "a.csv", text)
    assert len(run.catch_up()) == 1
    assert run.codes == ["REF_GANDA"]


def test_a_file_replaced_while_it_is_read(tmp_path: Path) -> None:
    run = start(tmp_path, more="chunk_rows: 2")
    rows = "\n".join(line(i) for i in range(6))
    path = send(tmp_path, "a.csv", f"{HEADER}\n{rows}\n")
    run.step()
    run.source.close()
    path.unlink()
    run.catch_up()
    assert run.codes == ["BERKAS_BERUBAH"]


def test_folder_missing_then_there(tmp_path: Path) -> None:
    run = start(tmp_path)
    folder = tmp_path / "masuk"
    folder.rmdir()
    assert run.catch_up() == []
    assert "does not exist yet" in run.source.check()[0]
    folder.mkdir()
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n")
    assert len(run.catch_up()) == 1


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    book.close()


def test_sheet_is_found_and_numbers_are_judged(tmp_path: Path) -> None:
    run = start(tmp_path, kind="excel")
    rows: list[list[Any]] = [
        ["LAPORAN"],
        HEADER.upper().split(";"),
        [1, 3325014501589003, "BUDI", NO_KK, 3325012001, 4, 1],
        [2, 3.32501e15, "SITI", NO_KK, 3325012001, 4, 1],
        [3, "3,32501E+15", "ANI", NO_KK, 3325012001, 4, 1],
        [4, "'3325014501589004", "ADI", NO_KK, "33.25.01.2001", 4, 1],
        [None, None, None],
    ]
    sheets = {"Petunjuk": [["baca dulu"]], "Data": rows}
    workbook(tmp_path / "masuk" / "a.xlsx", sheets)
    found = run.catch_up()
    assert [made.value["orang"]["nik"][-4:] for made in found] == ["9003", "9004"]
    assert run.codes == ["NIK_RUSAK_EXCEL", "NIK_RUSAK_EXCEL"]


def test_sheet_by_name(tmp_path: Path) -> None:
    run = start(tmp_path, kind="excel", more="lembar: Data")
    workbook(tmp_path / "masuk" / "a.xlsx", {"Lain": [["x"]]})
    run.catch_up()
    assert run.codes == ["LEMBAR_TIDAK_ADA"]


def test_unreadable_workbook(tmp_path: Path) -> None:
    run = start(tmp_path, kind="excel")
    send(tmp_path, "a.xlsx", b"this is no workbook")
    run.catch_up()
    run.crash()
    run.catch_up()
    assert run.codes == ["BERKAS_TAK_TERBACA"]


def test_file_name_and_line_are_columns(tmp_path: Path) -> None:
    (tmp_path / "masuk").mkdir()
    text = FILE.format(kind="csv", folder=tmp_path / "masuk", more="")
    changed = PEOPLE.replace("ref: [id]", "ref: [_berkas, _baris]")
    run = Run(connector_from(tmp_path, text + changed), ManualClock(LATER))
    send(tmp_path, "a.csv", f"{HEADER}\n{line(1)}\n")
    (made,) = run.catch_up()
    assert made.value["sumber_ref"] == "uji|warga|a.csv|2"
