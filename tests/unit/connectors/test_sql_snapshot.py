"""Reading a table once, by key, on a database file."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.record import DIBUAT
from tests.conformance.workshop import PEOPLE, Run, connector_from, person

FILE = """
connector: uji
app: uji
kind: sql
objek: warga
source:
  url: sqlite:///{path}
  table: warga
  mode: snapshot
  key: [desa, status, id]
  chunk_rows: 3
"""
ROWS = [
    person(number, desa=f"332501200{number % 3}", status=str(1 + number % 2))
    for number in range(17)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "app.db"
    _put(path, ROWS)
    return path


def _put(path: Path, rows: list[dict[str, object]]) -> None:
    database = sqlite3.connect(path)
    with database:
        database.execute(
            "create table if not exists warga (id integer, nik text, nama text,"
            " no_kk text, desa text, rt text, status text,"
            " primary key (desa, status, id))"
        )
        database.executemany(
            "insert into warga values (:id,:nik,:nama,:no_kk,:desa,:rt,:status)", rows
        )
    database.close()


@pytest.fixture
def run(path: Path, tmp_path: Path) -> Iterator[Run]:
    run = Run(connector_from(tmp_path, FILE.format(path=path) + PEOPLE))
    yield run
    run.close()


def test_every_row_once_in_key_order(run: Run) -> None:
    events = run.catch_up()
    ordered = sorted(ROWS, key=lambda row: (row["desa"], row["status"], row["id"]))
    assert [made.value["orang"]["nik"] for made in events] == [
        row["nik"] for row in ordered
    ]
    assert run.operations() == {DIBUAT: 17}


@pytest.mark.parametrize("steps", range(8))
def test_it_goes_on_where_it_stopped(run: Run, steps: int) -> None:
    for _ in range(steps):
        run.step()
    run.crash()
    run.catch_up()
    assert len(run.events) == len({made.id for made in run.events}) == 17


def test_once_over_it_stays_over(run: Run, path: Path) -> None:
    run.catch_up()
    _put(path, [person(99, desa="3325012009")])
    assert run.catch_up() == []
    run.crash()
    assert run.catch_up() == []


def test_nothing_is_remembered(run: Run) -> None:
    run.catch_up()
    assert len(run.memory) == 0
