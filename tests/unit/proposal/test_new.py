"""`opdbus connector new`: the file it writes passes lint and test as it is."""

import sqlite3
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from bus.errors import ConfigError
from ops.cli.connector import app

SCRIPT = """
create table tb_santunan (id_santunan integer primary key, no_reg text,
  kd_desa char(10), nik_alm varchar(20), no_kk_alm text, nama_alm text,
  tgl_lahir_alm varchar(10),
  tgl_meninggal varchar(10), no_surat_kematian text, sktm char(1), nik_waris text,
  nama_waris text, hub_waris text, nominal varchar(20), status char(1),
  tgl_input datetime, hapus char(1));
create table penduduk (nik numeric(16,0), nama text, status_dasar int, sex int);
create index menurut_nik on penduduk (nik);
"""
CLAIM = "insert into tb_santunan values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
NIK = "3325014501589001"


@pytest.fixture
def url(tmp_path: Path) -> str:
    database = sqlite3.connect(tmp_path / "app.db")
    database.executescript(SCRIPT)
    for number in range(1, 31):
        database.execute(
            CLAIM,
            (
                number,
                f"ES/{number:04}/III/2026",
                "3325122003",
                f"33250145015890{number:02}",
                "3325011204069001",
                "ALMH. HJ. SUMINAH, S.PD",
                "05-01-1958",
                "28-02-2026" if number % 7 else "0000-00-00",
                f"474.3/{number:03}",
                "YT"[number % 2],
                "3325120107800002",
                "ACHMAD",
                "ANAK KANDUNG",
                "Rp 1.000.000",
                str(number % 6),
                f"2026-03-02 23:40:{number:02}",
                "T",
            ),
        )
    database.commit()
    database.close()
    return f"sqlite:///{tmp_path / 'app.db'}"


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def made(folder: Path, *words: str) -> str:
    done = run("new", *words, "--out", str(folder))
    assert done.exit_code == 0, f"{done.output}{done.exception}"
    return (folder / f"{words[0]}.yaml").read_text(encoding="utf-8")


def test_a_database_becomes_a_file_that_runs(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = made(tmp_path, "esakti", "--from", url, "--table", "tb_santunan")
    monkeypatch.setenv("ESAKTI_URL", url)
    for line in (
        "peristiwa: SantunanDiajukan",
        "mode: snapshot-diff",
        "key: [id_santunan]",
        "hapus: {kolom: hapus, terhapus: true}",
        "nik: {dari: nik_alm, aturan: nik}",
        "jumlah: {dari: nominal, aturan: uang",
        "tgl_meninggal: {dari: tgl_meninggal, aturan: tanggal}",
        "kode_desa: {dari: kd_desa, aturan: wilayah}",
        "zero dates, read as empty (Q6)",
        "money as text (Q7)",
    ):
        assert line in " ".join(text.split()) or line in text, line
    heirs = text.partition("ahli_waris:")[2]
    assert "dari: nik_waris, aturan: nik" in heirs
    file = str(tmp_path / "esakti.yaml")
    assert run("lint", file).exit_code == 0
    tested = run("test", file)
    assert "1 row, 0 failed" in tested.output
    checked = run("check", file)
    assert checked.exit_code == 0, checked.output
    assert "30 rows" in checked.output
    assert "load time" in checked.output


def test_nobody_of_the_sample_is_in_the_file(url: str, tmp_path: Path) -> None:
    text = made(tmp_path, "esakti", "--from", url, "--table", "tb_santunan")
    for secret in ("332501450158900", "3325120107800002", "ACHMAD", "S.PD"):
        assert secret not in text.replace("3325014501589001", "")


def test_what_foreign_keys_point_to_comes_as_a_query(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "app.db")
    database.executescript("""
        create table desa (kode text primary key, nama text, "order" int);
        create table keluarga (id integer primary key, no_kk text,
          desa text references desa (kode), asal text references desa (kode));
        insert into desa values ('3325122003', 'KALIREJO', 1);
        insert into keluarga values (1, '3325011204069001', '3325122003', null);
    """)
    url = f"sqlite:///{tmp_path / 'app.db'}"
    text = made(tmp_path, "kk", "--from", url, "--table", "keluarga")
    told = " ".join(text.replace("\n# ", " ").split())
    query = told.partition("write `query: ")[2].partition("`")[0]
    found = database.execute(query)
    names = [column[0] for column in found.description]
    assert names[:4] == ["id", "no_kk", "desa", "asal"]
    assert len(names) == len(set(names)) == 8
    (row,) = found.fetchall()
    cells = dict(zip(names, row, strict=True))
    assert (cells["desa_nama"], cells["asal_nama"]) == ("KALIREJO", None)
    database.close()


def test_tables_are_listed_and_several_taken(url: str, tmp_path: Path) -> None:
    listed = run("new", "x1", "--from", url, "--list")
    assert "tb_santunan" in listed.output
    assert "30" in listed.output
    refused = run("new", "x1", "--from", url)
    assert isinstance(refused.exception, ConfigError)
    assert "choose with --table" in str(refused.exception)
    done = run(
        *("new", "app", "--from", url, "--out", str(tmp_path), "--table", "penduduk"),
        *("--table", "tb_santunan", "--event", "SantunanDiajukan"),
    )
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.glob("app-*.yaml")} == {
        "app-penduduk.yaml",
        "app-tb-santunan.yaml",
    }


def test_what_cannot_be_guessed_is_marked(url: str, tmp_path: Path) -> None:
    words = ("--from", url, "--table", "penduduk", "--event", "WargaDesaDimutakhirkan")
    text = made(tmp_path, "warga", *words)
    assert "# CHANGE THIS: the contract needs alamat.kode_desa" in " ".join(
        text.split()
    )
    assert run("lint", str(tmp_path / "warga.yaml")).exit_code == 0


def test_an_existing_file_stays(url: str, tmp_path: Path) -> None:
    (tmp_path / "esakti.yaml").write_text("mine")
    words = ("esakti", "--from", url, "--table", "tb_santunan", "--out", str(tmp_path))
    assert "exists already" in str(run("new", *words).exception)
    assert (tmp_path / "esakti.yaml").read_text() == "mine"


def test_a_workbook_with_titles_and_two_rows_of_headings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kiriman"
    folder.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DAFTAR PENDUDUK DESA"])
    sheet.append(["NIK", "Nama", "Alamat", None, None, "Orang", None])
    sheet.append([None, None, "Jalan", "RT", "RW", "Nama", "Status"])
    sheet.append([1, 2, 3, 4, 5, 6, 7])
    for number in range(10, 22):
        row = [f"33250145015890{number}", "BUDI", "Jl. A", "01", "02", "IBU", "1"]
        sheet.append(row)
    book.save(folder / "warga_2026-01.xlsx")
    words = ("--from", str(folder), "--event", "WargaDesaDimutakhirkan")
    text = made(tmp_path, "warga", *words)
    assert 'pattern: "warga_*.xlsx"' in text
    assert "judul_baris: 2" in text
    assert "rt: {dari: Alamat RT, aturan: rt_rw}" in text
    monkeypatch.setenv("WARGA_FOLDER", str(folder))
    checked = run("check", str(tmp_path / "warga.yaml"))
    assert "12 rows, all columns found" in checked.output


def test_nothing_is_proposed_where_nothing_fits(tmp_path: Path) -> None:
    (tmp_path / "kode.csv").write_text("warna;ukuran\nbiru;12 cm\nmerah;8 cm\n")
    words = ("--from", str(tmp_path / "kode.csv"), "--out", str(tmp_path))
    refused = run("new", "kode", *words)
    assert "no event of the catalogue fits" in str(refused.exception)
    assert not (tmp_path / "kode.yaml").exists()


def test_names_that_cannot_be_connectors(url: str) -> None:
    refused = run("new", "E Sakti", "--from", url)
    assert "use a-z" in str(refused.exception)


def test_a_key_never_shows_a_number_of_a_person(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(f"nik;nama;status\n{NIK};SUMINAH;1\n")
    text = made(
        tmp_path,
        *("warga", "--from", str(tmp_path / "w.csv")),
        *("--event", "WargaDesaDimutakhirkan"),
    )
    assert "warga_id: {dari: nik, aturan: subjek" in text
    broken = text.replace("warga_id: {dari: nik, aturan: subjek}", "warga_id: nik")
    (tmp_path / "warga.yaml").write_text(broken)
    assert "personal" in run("lint", str(tmp_path / "warga.yaml")).output


def test_a_sheet_in_blocks_comes_with_the_family_of_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No", "NIK", "Nama", "L/P", "Desa"])
    for family in range(1, 6):
        sheet.append([f"No KK : 332501120406900{family}"])
        sheet.append([1, f"332501450158900{family}", "SUMINAH", "P", "3325012001"])
        sheet.append([2, f"332501050158900{family}", "BUDI", "L", "3325012001"])
    (tmp_path / "masuk").mkdir()
    book.save(tmp_path / "masuk/KPM_2026.xlsx")
    text = made(tmp_path, "kpm", "--from", str(tmp_path / "masuk"))
    monkeypatch.setenv("KPM_FOLDER", str(tmp_path / "masuk"))
    assert "kk_id: {dari: NO_KK, aturan: keluarga" in text
    assert 'jk: {dari: "L/P", aturan: jenis_kelamin}' in text
    told = run("check", str(tmp_path / "kpm.yaml")).output
    assert "10 rows, all columns found" in told
    assert "rejected" not in told


def test_the_only_money_is_taken_and_codes_are_told(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "app.db")
    database.execute(
        "create table tagihan (id integer primary key, kios text, masa text, "
        "nominal text, status int, lunas int, deleted_at datetime)"
    )
    for number in range(30):
        gone = "2026-03-02 08:00:00" if number % 9 == 0 else None
        row = (number, f"K-{number}", "2026-03", "Rp 45.000", number % 4, 1, gone)
        database.execute("insert into tagihan values (?,?,?,?,?,?,?)", row)
    database.commit()
    database.close()
    url = f"sqlite:///{tmp_path / 'app.db'}"
    words = ("--table", "tagihan", "--event", "TagihanDitetapkan")
    text = made(tmp_path, "lapak", "--from", url, *words)
    assert "pokok: {dari: nominal, aturan: uang" in text
    assert "status (kode: 0, 1, 2, 3)" in " ".join(text.replace("#", " ").split())
    assert "deleted_at: null" in text


def test_a_table_that_fits_nothing_hides_no_other(url: str, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "app.db")
    database.execute("create table aneh (a integer primary key, b text)")
    database.commit()
    database.close()
    tables = ("--table", "aneh", "--table", "tb_santunan")
    done = run("new", "uji", "--from", url, *tables, "--out", str(tmp_path))
    assert "aneh: no event of the catalogue fits" in str(done.exception)
    assert (tmp_path / "uji-tb-santunan.yaml").exists()


def test_rows_that_are_alike_are_no_key(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "b.db")
    database.execute("create table nilai (kode text, nama text, periode text)")
    database.executemany(
        "insert into nilai values (?, ?, ?)", [("A", "Satu", "2026")] * 2
    )
    database.commit()
    database.close()
    url = f"sqlite:///{tmp_path / 'b.db'}"
    run(
        "new",
        "uji",
        "--from",
        url,
        "--event",
        "IndikatorDilaporkan",
        "--out",
        str(tmp_path),
    )
    text = (tmp_path / "uji.yaml").read_text(encoding="utf-8")
    assert "(2 rows, 2 looked at)" in text
    assert "NOT unique in the sample" in text
