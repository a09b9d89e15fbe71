"""A column vanishes from the table and comes back."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.errors import ConfigError
from bus.record import DIBUAT, DIKOREKSI
from tests.conformance.workshop import PEOPLE, Run, connector_from, person

FILE = """
connector: uji
app: uji
kind: sql
source:
  url: sqlite:///{path}
  table: warga
  mode: {mode}
  key: [id]
  chunk_rows: 3
"""


class App:
    """A table whose columns change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run(
            "create table warga (id integer primary key, nik text, nama text,"
            " no_kk text, desa text, rt text, status text)"
        )

    def run(self, statement: str, values: Any = ()) -> None:
        database = sqlite3.connect(self.path)
        with database:
            database.execute(statement, values)
        database.close()

    def put(self, number: int) -> None:
        row = {key: value for key, value in person(number).items() if key != "rt"}
        names = ", ".join(row)
        self.run(
            f"insert into warga ({names}) values ({', '.join(':' + n for n in row)})",
            row,
        )


@pytest.fixture
def app(tmp_path: Path) -> App:
    found = App(tmp_path / "app.db")
    for number in range(5):
        found.put(number)
    found.run("update warga set rt = '004'")
    return found


@pytest.fixture
def run(app: App, tmp_path: Path) -> Iterator[Run]:
    text = FILE.format(path=app.path, mode="snapshot-diff") + PEOPLE
    run = Run(connector_from(tmp_path, text))
    yield run
    run.close()


def test_the_field_keeps_its_values_and_the_source_goes_on(run: Run, app: App) -> None:
    run.catch_up()
    app.run("alter table warga drop column rt")
    assert run.catch_up() == []
    app.run("update warga set status = '2' where id = 1")
    app.put(9)
    changed, new = run.catch_up()
    assert (changed.operation, changed.value["alamat"]["rt"]) == (DIKOREKSI, "004")
    assert (new.operation, new.value["alamat"]["rt"]) == (DIBUAT, None)
    assert run.source.poll(run.kept).frozen == ("rt",)
    run.crash()
    assert run.catch_up() == []


def test_a_column_that_is_back_is_read_again(run: Run, app: App) -> None:
    run.catch_up()
    app.run("alter table warga drop column rt")
    run.catch_up()
    app.run("alter table warga add column rt text default '007'")
    assert {made.value["alamat"]["rt"] for made in run.catch_up()} == {"007"}
    assert run.source.poll(run.kept).frozen == ()


@pytest.mark.parametrize("column", ["nik", "nama", "status"])
def test_a_column_of_a_required_field_is_kept_too(
    run: Run, app: App, column: str
) -> None:
    run.catch_up()
    app.run(f"alter table warga drop column {column}")
    assert run.catch_up() == []
    assert run.refused == []


def test_without_its_key_a_source_stops(run: Run, app: App) -> None:
    run.catch_up()
    app.run("alter table warga rename column id to nomor")
    with pytest.raises(ConfigError, match="no such column"):
        run.catch_up()


def test_without_memory_a_source_stops(app: App, tmp_path: Path) -> None:
    app.run("alter table warga drop column rt")
    text = FILE.format(path=app.path, mode="snapshot") + PEOPLE
    run = Run(connector_from(tmp_path, text))
    with pytest.raises(ConfigError, match="no such column"):
        run.catch_up()
    run.close()


def test_a_table_that_is_gone_is_no_lost_column(run: Run, app: App) -> None:
    run.catch_up()
    app.run("alter table warga rename to lain")
    with pytest.raises(ConfigError, match="no such table"):
        run.catch_up()
