"""What `connector check` and `new` tell where a query is refused; on real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import URL

from tests.integration.sources.test_check import PASSWORD, run

pytestmark = pytest.mark.database

WHO = "'pedagang'@'127.0.0.1'"
FILE = """
connector: lapak
app: lapak
kind: sql
source:
  url: ${LAPAK_URL}
  table: tagihan
  mode: snapshot-diff
  key: [id]
ref: [id]
pemetaan:
  - peristiwa: TagihanDitetapkan
    kunci: [objek_id, masa]
    kolom:
      objek_id: kios
      masa: masa
      pokok: {dari: nominal, aturan: uang}
"""
QUERY = """
  query: >-
    SELECT t.id, k.kios, t.masa, t.nominal, '{"jam":1}' AS j
    FROM pasar.tagihan t JOIN pasar."Kios" k ON k.id = t.id_kios
    WHERE t.pada::time <= '23:59'
"""


@pytest.fixture
def levies(postgresql_url: str) -> Iterator[tuple[URL, sa.Engine]]:
    """A user without any right on tables in a schema of their own."""
    server = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("create database lapak")
        connection.exec_driver_sql(f"create role pedagang login password '{PASSWORD}'")
    owner = sa.create_engine(server.url.set(database="lapak"))
    with owner.begin() as connection:
        for statement in (
            "create schema pasar",
            'create table pasar."Kios" (id int primary key, kios text)',
            (
                "create table pasar.tagihan (id int primary key, id_kios int, "
                "masa text, nominal text, pada timestamp)"
            ),
            """insert into pasar."Kios" values (7, 'K-7')""",
            (
                "insert into pasar.tagihan values "
                "(1, 7, '2026-03', 'Rp 45.000', '2026-03-02 08:00:00')"
            ),
        ):
            connection.exec_driver_sql(statement)
    yield owner.url.set(username="pedagang", password=PASSWORD), owner
    owner.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql("drop database lapak with (force)")
        connection.exec_driver_sql("drop role pedagang")
    server.dispose()


def test_postgresql_tells_all_rights_of_other_schemas_at_once(
    levies: tuple[URL, sa.Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, owner = levies
    monkeypatch.setenv("LAPAK_URL", url.render_as_string(hide_password=False))
    file = tmp_path / "lapak.yaml"
    text = FILE.replace("\n  table: tagihan\n", QUERY)
    file.write_text(text, encoding="utf-8")
    told = run("check", str(file))
    grants = [
        grant.strip()
        for line in told.splitlines()
        if "by: " in line
        for grant in line.partition("by: ")[2].split(";")
        if grant.strip()
    ]
    assert sorted(set(grants)) == [
        'GRANT SELECT ON "pasar"."Kios" TO pedagang',
        'GRANT SELECT ON "pasar"."tagihan" TO pedagang',
        'GRANT USAGE ON SCHEMA "pasar" TO pedagang',
    ]
    with owner.begin() as connection:
        for grant in grants:
            connection.exec_driver_sql(grant)
    told = run("check", str(file))
    assert "1 rows" in told
    assert told.endswith("0"), told
    file.write_text(text.replace("objek_id: kios", "objek_id: kois"), encoding="utf-8")
    told = run("check", str(file))
    assert "the query has no column kois (nearest: kios); there are: id, kios" in told
    file.write_text(text.replace("JOIN pasar", "JON pasar"), encoding="utf-8")
    assert "syntax error" in run("check", str(file))


def test_tables_of_other_schemas_are_listed_and_looked_at(
    levies: tuple[URL, sa.Engine], tmp_path: Path
) -> None:
    url, owner = levies
    with owner.begin() as connection:
        connection.exec_driver_sql("grant usage on schema pasar to pedagang")
        connection.exec_driver_sql("grant select on pasar.tagihan to pedagang")
    words = ("--from", url.render_as_string(hide_password=False))
    assert "pasar.tagihan" in run("new", "lapak", *words, "--list")
    told = run(
        "new", "lapak", *words, "--table", "pasar.tagihan", "--out", str(tmp_path)
    )
    assert told.endswith("0"), told
    written = (tmp_path / "lapak.yaml").read_text(encoding="utf-8")
    assert "pasar.tagihan" in written.partition("table:")[2].partition("\n")[0]


def test_mariadb_tells_all_columns_that_may_not_be_read(
    mariadb_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = sa.create_engine(mariadb_url)
    url = owner.url.set(username="pedagang", password=PASSWORD, database="lapak")
    monkeypatch.setenv("LAPAK_URL", url.render_as_string(hide_password=False))
    file = tmp_path / "lapak.yaml"
    file.write_text(FILE, encoding="utf-8")
    try:
        with owner.begin() as connection:
            for statement in (
                "create database lapak",
                (
                    "create table lapak.tagihan (id int primary key, kios varchar(9), "
                    "masa varchar(7), nominal varchar(20))"
                ),
                f"create user {WHO} identified by '{PASSWORD}'",
                f"grant select (id) on lapak.tagihan to {WHO}",
            ):
                connection.exec_driver_sql(statement)
        told = run("check", str(file))
        grant = next(line for line in told.splitlines() if "GRANT" in line)
        grant = grant.partition("by: ")[2]
        assert "(`kios`, `masa`, `nominal`) ON `lapak`.`tagihan`" in grant
        with owner.begin() as connection:
            connection.exec_driver_sql(grant)
        told = run("check", str(file))
        assert told.endswith("0"), told
        with owner.begin() as connection:
            connection.exec_driver_sql(f"grant select on lapak.tagihan to {WHO}")
        file.write_text(FILE.replace("masa: masa", "masa: masah"), encoding="utf-8")
        told = run("check", str(file))
        assert "tagihan has no column masah (nearest: masa)" in told
    finally:
        with owner.begin() as connection:
            connection.exec_driver_sql("drop database if exists lapak")
            connection.exec_driver_sql(f"drop user {WHO}")
        owner.dispose()
