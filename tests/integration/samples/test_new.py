"""Real files: what `connector new` proposes, then at most 25 edited lines, is enough.

Every input row is then an event or a dead letter whose reason a clerk understands.
The edits stand here as they would be typed; `ops/docs/connector-new.md` tells their
number.
"""

import difflib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from bus.connect.files.connector import load_connector
from bus.testing.clock import ManualClock
from ops.cli.connector import app
from ops.wiring import SOURCES
from tests.architecture.tree import ROOT
from tests.conformance.workshop import CATALOG, RULES, Run
from tests.integration.samples.conftest import load

pytestmark = [pytest.mark.samples]

MOST = 25
LATER = 4_000_000_000_000
NUMBER = re.compile(r"\d{13,}")
PAGE = ROOT / "ops/docs/connector-new.md"
Edits = dict[str, str]

VILLAGE = 'kode_desa: {tetap: "33.25"}'
OPENSID: Edits = {
    "  table: tweb_penduduk\n": """\
  query: >-
    SELECT p.id, c.kode_desa, p.nama, p.nik, p.sex, p.tanggallahir, p.kk_level,
    p.alamat_sekarang, p.status_dasar, p.updated_at, k.no_kk, w.rt, w.rw
    FROM tweb_penduduk p
    CROSS JOIN (SELECT CONCAT(kode_propinsi, LPAD(kode_kabupaten, 2, '0'),
    LPAD(kode_kecamatan, 2, '0'), '2', LPAD(kode_desa, 3, '0')) AS kode_desa
    FROM config) c
    LEFT JOIN tweb_keluarga k ON k.id = p.id_kk
    LEFT JOIN tweb_wil_clusterdesa w ON w.id = p.id_cluster
""",
    "kind: sql\n": "kind: sql\nobjek: tweb_penduduk\n",
    VILLAGE: "kode_desa: {dari: kode_desa, aturan: wilayah}",
    "        jalan: alamat_sebelumnya\n": """\
        rt: {dari: rt, aturan: rt_rw}
        rw: {dari: rw, aturan: rt_rw}
        jalan: alamat_sekarang
""",
    "kk_id: {dari: no_kk_sebelumnya,": "kk_id: {dari: no_kk,",
    "{kolom: no_kk_sebelumnya, sebagai: no_kk}": "no_kk",
    '      no_kk_sebelumnya: "': '      no_kk: "',
    "      warga_id: id\n": '      warga_id: {dari: [kode_desa, id], gabung: "|"}\n',
    "      alamat_sebelumnya: null\n": '      kode_desa: "5201142005"\n',
}
RESIDENTS: Edits = {VILLAGE: "kode_desa: {tetap: 52.01.14.2005}"}
SURVEY = RESIDENTS
HOUSEHOLDS: Edits = {
    'kode_desa: {dari: "Desa/Kelurahan (9)", aturan: desa_teks}': (
        'kode_desa: {tetap: "52.06"}'
    ),
}
ACCOUNTS: Edits = {
    '  table: "90_ref_rek_6"\n': """\
  query: >-
    SELECT r6.id_rek_6, r6.nama_kd_rek_6, r6.updated_at, CONCAT(r2.kd_rek_1, '.',
    r2.kd_rek_2, '.', r3.kd_rek_3, '.', r4.kd_rek_4, '.', r5.kd_rek_5, '.',
    r6.kd_rek_6) AS kode
    FROM 90_ref_rek_6 r6 JOIN 90_ref_rek_5 r5 ON r5.id_rek_5 = r6.id_rek_5
    JOIN 90_ref_rek_4 r4 ON r4.id_rek_4 = r5.id_rek_4
    JOIN 90_ref_rek_3 r3 ON r3.id_rek_3 = r4.id_rek_3
    JOIN 90_ref_rek_2 r2 ON r2.id_rek_2 = r3.id_rek_2
""",
    "kind: sql\n": "kind: sql\nobjek: ref_rek_6\n",
    'daftar: {tetap: "-"}': "daftar: {tetap: akun}",
    "kode: kd_rek_6\n": "kode: {dari: kode, aturan: akun}\n",
    '      kd_rek_6: "1"\n': '      kode: "1.1.1.1.1.1"\n',
}
LETTERS: Edits = {'daftar: {tetap: "-"}': "daftar: {tetap: klasifikasi_surat}"}


@dataclass(frozen=True)
class Outcome:
    """What one edited proposal made of a real file."""

    edited: int
    rows: int
    events: int
    codes: frozenset[str]


Work = Callable[..., Outcome]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Propose, edit, test, run; returns counts and reasons."""

    def run(name: str, origin: str, edits: Edits, *more: str) -> Outcome:
        words = ["new", name, "--from", origin, "--out", str(tmp_path), *more]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, f"{done.output}{done.exception}"
        (path,) = tmp_path.glob(f"{name}*.yaml")
        proposed = path.read_text(encoding="utf-8")
        content = proposed
        for old, new in edits.items():
            assert content.count(old) == 1, old
            content = content.replace(old, new)
        path.write_text(content, encoding="utf-8")
        is_url = "://" in origin
        variable = f"{name.upper().replace('-', '_')}_{'URL' if is_url else 'FOLDER'}"
        monkeypatch.setenv(variable, origin if is_url else str(Path(origin).parent))
        assert CliRunner().invoke(app, ["lint", str(path)]).exit_code == 0
        ran = Run(load_connector(path, SOURCES, CATALOG, RULES), ManualClock(LATER))
        rows = run_through(ran)
        for letter in ran.refused:
            assert len(letter.error.message) > 20
            assert not NUMBER.search(letter.error.message + letter.ref)
        assert not any(NUMBER.search(made.key) for made in ran.events)
        codes = frozenset(letter.error.code for letter in ran.refused)
        assert rows == len(ran.events) + len(ran.refused)
        return Outcome(edited(proposed, content), rows, len(ran.events), codes)

    return run


def run_through(ran: Run) -> int:
    """Steps until the source has nothing more; the rows read."""
    rows, poll = 0, ran.source.poll

    def counting(cursor: str | None) -> object:
        nonlocal rows
        batch = poll(cursor)
        rows += len(batch.rows) + len(batch.unreadable)
        return batch

    ran.source.poll = counting  # type: ignore[method-assign, assignment]
    for _ in range(1000):
        if ran.step() > 0:
            break
    return rows


def edited(before: str, after: str) -> int:
    """Lines somebody has typed: those that are new or changed."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return sum(line.startswith("+ ") for line in lines)


def told(name: str) -> tuple[int, ...]:
    """Edited lines, rows, events and rejected rows that the page tells of a file."""
    page = PAGE.read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
    cells = [cell.strip().replace(",", "") for cell in row.split("|")[3:7]]
    return tuple(map(int, cells))


def assert_told(name: str, found: Outcome) -> None:
    assert found.edited <= MOST
    rejected = found.rows - found.events
    assert told(name) == (found.edited, found.rows, found.events, rejected)


@pytest.mark.database
def test_opensid_of_2020(opensid_url: str, work: Work) -> None:
    found = work("desa", opensid_url, OPENSID, "--table", "tweb_penduduk")
    assert_told("opensid_contoh_awal_2020.sql", found)
    assert found.events > 0.9 * found.rows


@pytest.mark.database
def test_the_code_master(samples: Path, mariadb_url: str, work: Work) -> None:
    url = make_url(mariadb_url)
    admin = create_engine(url)
    with admin.begin() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS simcan"))
        connection.execute(text("CREATE DATABASE simcan CHARACTER SET utf8"))
    admin.dispose()
    load(samples / "simcan_parameter90_2020.sql", url.set(database="simcan"))
    origin = url.set(database="simcan").render_as_string(hide_password=False)
    more = ("--table", "90_ref_rek_6", "--event", "KodeDitetapkan")
    assert_told("simcan_parameter90_2020.sql", work("kode", origin, ACCOUNTS, *more))


@pytest.mark.parametrize(
    ("name", "edits", "more"),
    [
        ("opensid_contoh_penduduk.xlsx", RESIDENTS, []),
        ("opensid_format_siak.xls", {}, []),
        ("opensid_contoh_bdt2015.xls", HOUSEHOLDS, []),
        (
            "opensid_dtks_regsosek2022k.xlsx",
            SURVEY,
            ["--table", "4.ket sos-ek anggota", "--event", "WargaDesaDimutakhirkan"],
        ),
        ("opensid_klasifikasi_surat.csv", LETTERS, ["--event", "KodeDitetapkan"]),
    ],
)
def test_files(
    samples: Path, tmp_path: Path, work: Work, name: str, edits: Edits, more: list[str]
) -> None:
    folder = tmp_path / "masuk"
    folder.mkdir()
    shutil.copy2(samples / name, folder / name)
    assert_told(name, work("contoh", str(folder / name), edits, *more))
