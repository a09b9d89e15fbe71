"""Files go back to their senders with the reasons beside the rows."""

import json
import os
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from typer.testing import CliRunner

from bus.clock import SystemClock
from bus.connect.reading.returning import Returning
from bus.errors import ConfigError
from ops.cli.connector import app
from tests.conformance.workshop import CATALOG, NO_KK, PEOPLE, connector_from, nik

FILE = """
connector: uji
app: uji
kind: {kind}
objek: warga
source: {{folder: '{folder}', settle_seconds: 0, arsip: '{folder}/arsip'{more}}}
"""
HEADER = ["id", "nik", "nama", "no_kk", "desa", "rt", "status"]


def row(number: int, **other: Any) -> list[Any]:
    filled = [str(number), nik(number), "BUDI", NO_KK, "3325012001", "004", "1"]
    return list((dict(zip(HEADER, filled, strict=True)) | other).values())


def connector(folder: Path, kind: str, more: str = "") -> Path:
    (folder / "masuk").mkdir()
    path = folder / "uji.yaml"
    text = FILE.format(kind=kind, folder=folder / "masuk", more=more)
    path.write_text(text + PEOPLE, encoding="utf-8")
    return path


def give_back(path: Path) -> str:
    words = ["return", str(path), "--to", str(path.parent / "kembali")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, f"{done.output}{done.exception}"
    return done.output


def test_a_workbook_keeps_its_look_and_gets_a_column(tmp_path: Path) -> None:
    path = connector(tmp_path, "excel", ", lembar: 'Desa *'")
    book = openpyxl.Workbook()
    book.active.title = "Petunjuk"  # type: ignore[union-attr]
    for name, rows in {
        "Desa A": [["DAFTAR"], HEADER, row(1), row(2, nik="123")],
        "Desa B": [HEADER, row(3), row(4, status="aneh")],
    }.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    book["Desa A"]["A1"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "masuk/warga.xlsx")
    assert "warga.xlsx: 2 of 4 rows" in give_back(path)
    assert (tmp_path / "masuk/warga.xlsx").exists()  # a trial moves nothing
    target = tmp_path / "kembali/warga-ditolak.xlsx"
    assert target.stat().st_mode & 0o077 == 0
    copy = openpyxl.load_workbook(target)
    assert copy["Desa A"]["A1"].font.bold
    assert copy["Desa A"]["H2"].value == "ALASAN DITOLAK"
    assert copy["Desa A"]["H3"].value is None
    assert copy["Desa A"]["H4"].value.startswith("NIK_PANJANG: Kolom nik")
    assert "KODE_TIDAK_DIKENAL" in copy["Desa B"]["H3"].value


def test_a_csv_file_gets_a_column(tmp_path: Path) -> None:
    path = connector(tmp_path, "csv")
    lines = [HEADER, row(1), row(2, nik=""), row(1, nama="LAIN"), [*row(3), "x"]]
    content = "\n".join(";".join(cells) for cells in lines)
    (tmp_path / "masuk/a.csv").write_text(content)
    told = give_back(path)
    copy = (tmp_path / "kembali/a-ditolak.csv").read_text(encoding="utf-8-sig")
    found = copy.splitlines()
    assert found[0].endswith("ALASAN DITOLAK")
    assert found[1].endswith(";")
    assert "REF_GANDA" in found[3]
    assert "JUMLAH_KOLOM" in found[4]
    assert "a.csv: 3 of 4 rows" in told


def test_nothing_goes_back_where_all_is_well(tmp_path: Path) -> None:
    path = connector(tmp_path, "csv")
    lines = [HEADER, row(1)]
    (tmp_path / "masuk/a.csv").write_text("\n".join(";".join(x) for x in lines))
    assert "no rejected rows in 1 file" in give_back(path)
    assert not (tmp_path / "kembali").exists()


def test_the_drop_folder_is_refused_and_databases_have_no_files(tmp_path: Path) -> None:
    path = connector(tmp_path, "csv")
    words = ["return", str(path), "--to", str(tmp_path / "masuk")]
    with pytest.raises(ConfigError, match="drop folder itself"):
        CliRunner().invoke(app, words, catch_exceptions=False)


class Reader:
    """Polls as a worker does, with death and trials; keeps what is committed."""

    def __init__(self, path: Path) -> None:
        self.connector = connector_from(path.parent, path.read_text(encoding="utf-8"))
        self.returning = Returning(self.connector, CATALOG, "k3325", SystemClock())
        self.cursor: str | None = None
        self.begin()

    def begin(self) -> None:
        self.source = self.connector.open(
            SystemClock(), lambda: self.cursor, self.returning.give
        )

    def poll(self, times: int = 1) -> None:
        for path in (self.connector.path.parent / "masuk").glob("*.*"):
            os.utime(path, (1_700_000_000, 1_700_000_000))  # put there long ago
        for _ in range(times):
            self.cursor = self.source.poll(self.cursor).cursor


def workbook(path: Path, *rows: list[Any]) -> None:
    book = openpyxl.Workbook()
    for cells in (HEADER, *rows):
        book.active.append(cells)  # type: ignore[union-attr]
    book.save(path)


@pytest.mark.parametrize("dies_after", [None, 1, 2, 3])
def test_it_goes_back_by_itself_once_committed(
    tmp_path: Path, dies_after: int | None
) -> None:
    path = connector(tmp_path, "excel")
    folder = tmp_path / "masuk"
    folder.chmod(0o750)
    workbook(folder / "warga.xlsx", row(1), row(2, nik="123"))
    (folder / "warga.xlsx").chmod(0o640)
    reader = Reader(path)
    target = folder / "arsip-kembali/warga-ditolak.xlsx"
    for number in range(1, 5):
        reader.poll()
        assert not target.exists() or number > 2 or dies_after == 1
        if number == dies_after:
            reader.begin()
    assert openpyxl.load_workbook(target).active["H3"].value.startswith("NIK_PANJANG")
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.parent.stat().st_mode & 0o777 == 0o750
    assert not (folder / "warga.xlsx").exists()
    assert (folder / "arsip/warga.xlsx").exists()
    before = reader.cursor
    reader.poll(2)
    assert reader.cursor == before
    assert "back" not in json.loads(before or "")


def test_a_corrected_file_takes_the_copy_away(tmp_path: Path) -> None:
    path = connector(tmp_path, "csv", f", kembali: '{tmp_path}/balas'")
    lines = ";".join(HEADER), ";".join(row(1, nik="123"))
    (tmp_path / "masuk/a.csv").write_text("\n".join(lines))
    reader = Reader(path)
    reader.poll(4)
    copy = tmp_path / "balas/a-ditolak.csv"
    assert "NIK_PANJANG" in copy.read_text(encoding="utf-8-sig")
    (tmp_path / "masuk/a.csv").write_text("\n".join([lines[0], ";".join(row(1))]))
    reader.poll(6)  # it is another one of that name: looked at twice
    assert not copy.exists()
    assert (tmp_path / "balas").is_dir()


def test_a_file_that_is_no_workbook_comes_with_a_note(tmp_path: Path) -> None:
    path = connector(tmp_path, "excel")
    (tmp_path / "masuk/warga.xlsx").write_text("setengah")
    Reader(path).poll(4)
    note = tmp_path / "masuk/arsip-kembali/warga-ditolak.txt"
    assert "BERKAS_TAK_TERBACA" in note.read_text(encoding="utf-8")


@pytest.mark.parametrize("more", [", kembali: tidak", ""])
def test_where_it_cannot_or_shall_not_go_reading_goes_on(
    tmp_path: Path, more: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = connector(tmp_path, "csv", more)
    lines = ";".join(HEADER), ";".join(row(1, nik="123"))
    (tmp_path / "masuk/a.csv").write_text("\n".join(lines))
    (tmp_path / "masuk/arsip-kembali").write_text("in the way")
    reader = Reader(path)
    reader.poll(4)
    assert (tmp_path / "masuk/arsip/a.csv").exists()
    assert ("opdbus connector return" in caplog.text) == (not more)


@pytest.mark.parametrize("shape", ["macros", "odd"])
def test_with_macros_it_keeps_its_kind_and_oddly_written_its_values(
    tmp_path: Path, shape: str
) -> None:
    path = connector(tmp_path, "excel")
    source = tmp_path / "masuk/warga.xlsm"
    workbook(source, row(1), row(2, nik="123"))
    if shape == "odd":
        without_places(source)
    Reader(path).poll(4)
    suffix = ".xlsm" if shape == "macros" else ".xlsx"
    (found,) = (tmp_path / "masuk/arsip-kembali").iterdir()
    assert found.name == f"warga-ditolak{suffix}"
    copy = openpyxl.load_workbook(found).worksheets[0]
    assert copy["H1"].value == "ALASAN DITOLAK"
    assert copy["B3"].value == "123"
    assert copy["H3"].value.startswith("NIK_PANJANG")


def test_a_table_in_the_middle_of_a_sheet(tmp_path: Path) -> None:
    path = connector(tmp_path, "excel")
    book = openpyxl.Workbook()
    for line, cells in enumerate([HEADER, row(1), row(2, nik="123")], 5):
        for column, cell in enumerate(cells, 3):
            book.active.cell(line, column, cell)  # type: ignore[union-attr]
    book.save(tmp_path / "masuk/warga.xlsx")
    Reader(path).poll(4)
    copy = openpyxl.load_workbook(tmp_path / "masuk/arsip-kembali/warga-ditolak.xlsx")
    assert copy.active["J5"].value == "ALASAN DITOLAK"
    assert copy.active["J6"].value is None
    assert copy.active["J7"].value.startswith("NIK_PANJANG")


def without_places(path: Path) -> None:
    """Rows and cells in their order, none with its address: allowed, and rare."""
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, re.sub(rb' r="[A-Z]+\d+"', b"", content))


def test_check_tells_where_copies_cannot_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = connector(tmp_path, "csv", f", kembali: '{tmp_path}/balas/uji'")
    (tmp_path / "balas").mkdir()
    there = os.access

    def access(place: Path, mode: int) -> bool:
        return there(place, mode) and not (mode == os.W_OK and place.name == "balas")

    monkeypatch.setattr("os.access", access)
    done = CliRunner().invoke(app, ["check", str(path)])
    assert f"note     copies: {tmp_path}/balas/uji: no right to write" in done.output
    assert done.exit_code == 0
