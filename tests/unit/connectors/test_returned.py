"""Files go back to their senders with the reasons beside the rows."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from bus.errors import ConfigError
from ops.cli.connector import app
from tests.conformance.workshop import NO_KK, PEOPLE, nik

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
