"""`opdbus connector check` and `new` on a real MariaDB."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL
from typer.testing import CliRunner

from ops.cli.connector import app

pytestmark = pytest.mark.database

OWNER = "'pemeriksa'@'127.0.0.1'"
PASSWORD = "sangat rahasia"
TABLES = """
create database periksa;
create table periksa.warga (id int primary key, nik varchar(20), nama varchar(50),
  id_kk int, desa char(10), status int, diubah datetime);
create table periksa.keluarga (id int primary key, no_kk varchar(20));
create table periksa.wilayah (id int primary key, rt varchar(3));
insert into periksa.warga values
  (1, '3325014501589001', 'SUMINAH', 1, '3325012001', 1, '2026-03-01 08:00:00'),
  (2, '3325014501589002', 'RATNA', 1, '3325012001', 1, null);
"""
SURAT = """create table surat_uji (id int primary key, nik varchar(20), nama text,
  desa char(10), isian jsonb, updated_at timestamptz)"""
ROW = """insert into surat_uji values (1, '3325014501589001', 'SUMINAH',
  '3325012001', '{}', '2026-03-01 08:00:00+07')"""
FILE = """
connector: periksa
app: periksa
kind: sql
objek: warga
source:
  url: ${PERIKSA_URL}
  query: >-
    SELECT w.*, k.no_kk, c.rt FROM warga w
    JOIN keluarga k ON k.id = w.id_kk LEFT JOIN wilayah c ON c.id = w.id
  mode: incremental
  cursor: diubah
  key: [id]
ref: [id]
pemetaan:
  - peristiwa: WargaDesaDimutakhirkan
    kunci: warga_id
    kolom:
      warga_id: id
      orang:
        subjek_id: {dari: nik, aturan: subjek}
        nama: {dari: nama, aturan: nama}
      alamat:
        kode_desa: {dari: desa, aturan: wilayah}
        rt: {dari: rt, aturan: rt_rw}
"""


@pytest.fixture(scope="module")
def reader(mariadb_url: str) -> Iterator[URL]:
    """A user who may read one of the three tables."""
    found = sa.make_url(mariadb_url)
    engine = sa.create_engine(found)
    with engine.begin() as connection:
        for statement in filter(str.strip, TABLES.split(";")):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"create user {OWNER} identified by '{PASSWORD}'")
        connection.exec_driver_sql(f"grant select on periksa.warga to {OWNER}")
    yield found.set(username="pemeriksa", password=PASSWORD, database="periksa")
    with engine.begin() as connection:
        connection.exec_driver_sql("drop database periksa")
        connection.exec_driver_sql(f"drop user {OWNER}")
    engine.dispose()


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert PASSWORD not in done.output
    return f"{done.output}{done.exit_code}"


def test_every_missing_right_at_once_then_everything_else(
    reader: URL, mariadb_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERIKSA_URL", reader.render_as_string(hide_password=False))
    file = tmp_path / "periksa.yaml"
    file.write_text(FILE, encoding="utf-8")
    told = run("check", str(file))
    assert told.endswith("1")
    grants = [
        line.partition("by: ")[2] for line in told.splitlines() if "GRANT" in line
    ]
    assert grants == [
        f"GRANT SELECT ON `periksa`.`{table}` TO {OWNER};"
        for table in ("keluarga", "wilayah")
    ]
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        for grant in grants:
            connection.exec_driver_sql(grant)
        connection.exec_driver_sql("insert into periksa.keluarga values (1, '1')")
    engine.dispose()
    told = run("check", str(file))
    assert "PROBLEM  cursor diubah: 1 rows have no value" in told
    assert "@@session.time_zone" in told
    assert "the server's clock differs by" in told
    assert "2 rows" in told


def test_new_looks_at_a_real_server(
    reader: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reader.render_as_string(hide_password=False)
    words = ("--from", url, "--table", "warga", "--out", str(tmp_path))
    told = run("new", "warga", *words)
    assert "WargaDesaDimutakhirkan" in told
    text = (tmp_path / "warga.yaml").read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert "127.0.0.1" not in text
    assert "cursor: diubah" not in text  # a row has no value there
    assert "id_kk → keluarga?" in text
    monkeypatch.setenv("WARGA_URL", url)
    assert run("lint", str(tmp_path / "warga.yaml")).endswith("ok\n0")


def test_a_postgresql_with_json_and_a_table_that_is_closed(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        for statement in (
            SURAT,
            ROW,
            "create table tutup_uji (id int primary key)",
            f"create user pemeriksa password '{PASSWORD}'",
            "grant select on surat_uji to pemeriksa",
        ):
            connection.exec_driver_sql(statement)
    reader = engine.url.set(username="pemeriksa", password=PASSWORD)
    url = reader.render_as_string(hide_password=False)
    monkeypatch.setenv("SURAT_URL", url)
    words = ("--from", url, "--table", "surat_uji", "--out", str(tmp_path))
    run("new", "surat", *words, "--event", "WargaDesaDimutakhirkan")
    path = tmp_path / "surat.yaml"
    told = run("check", str(path))
    assert told.endswith("0"), told
    assert "cursor updated_at: a time" in told
    assert "the server's clock differs by" in told
    text = path.read_text(encoding="utf-8").replace("kind: sql", "kind: sql\nobjek: x")
    query = "query: SELECT s.* FROM surat_uji s JOIN tutup_uji t ON t.id = s.id"
    path.write_text(text.replace("table: surat_uji", query), encoding="utf-8")
    assert 'GRANT SELECT ON "public"."tutup_uji" TO pemeriksa;' in run(
        "check", str(path)
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("drop table surat_uji, tutup_uji")
        connection.exec_driver_sql("drop user pemeriksa")
    engine.dispose()
