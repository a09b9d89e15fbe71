"""A table that its app empties and fills again is read in whole states only."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.record import DIBATALKAN, DIBUAT, DIKOREKSI
from bus.testing.clock import ManualClock
from tests.conformance.workshop import PEOPLE, Run, connector_from, person

FILE = """
connector: uji
app: uji
kind: sql
batas: {{hapus_persen: 100}}
source:
  url: sqlite:///{path}
  table: warga
  mode: snapshot-diff
  key: [id]
  chunk_rows: 3
  refill: {{query: select selesai from tanda, quiet_seconds: {quiet}}}
"""


class App:
    """Wipes and refills its table, and keeps a marker."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run(
            "create table warga (id integer primary key, nik text, nama text,"
            " no_kk text, desa text, rt text, status text)"
        )
        self.run("create table tanda (selesai text)")
        self.run("insert into tanda values (null)")

    def run(self, statement: str, values: Any = ()) -> None:
        database = sqlite3.connect(self.path)
        with database:
            database.execute(statement, values)
        database.close()

    def mark(self, text: str | None) -> None:
        self.run("update tanda set selesai = ?", (text,))

    def holds(self, *rows: dict[str, Any]) -> None:
        self.run("delete from warga")
        for row in rows:
            self.run(
                "insert into warga values (:id,:nik,:nama,:no_kk,:desa,:rt,:status)",
                row,
            )


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path / "app.db")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(4_000_000_000_000)


@pytest.fixture
def run(
    app: App, tmp_path: Path, clock: ManualClock, request: pytest.FixtureRequest
) -> Iterator[Run]:
    quiet = getattr(request, "param", 0)
    text = FILE.format(path=app.path, quiet=quiet) + PEOPLE
    run = Run(connector_from(tmp_path, text), clock)
    yield run
    run.close()


def test_nothing_is_read_while_the_mark_is_missing(run: Run, app: App) -> None:
    app.holds(*(person(i) for i in range(5)))
    assert run.catch_up() == []
    app.mark("1")
    assert len(run.catch_up()) == 5


def test_each_state_is_read_once(run: Run, app: App) -> None:
    app.holds(*(person(i) for i in range(5)))
    app.mark("1")
    run.catch_up()
    app.holds(person(1))  # a refill that has just begun, the old mark still there
    assert run.catch_up() == []
    run.crash()
    assert run.catch_up() == []
    app.holds(person(0), person(1, status="2"), person(9))
    app.mark("2")
    run.catch_up()
    assert run.operations() == {DIBUAT: 6, DIKOREKSI: 1, DIBATALKAN: 3}


def test_a_refill_in_the_middle_of_a_pass_withdraws_nothing(run: Run, app: App) -> None:
    rows = [person(i) for i in range(8)]
    app.holds(*rows)
    app.mark("1")
    run.catch_up()
    app.mark("2")
    run.step()  # the first three rows
    app.holds(*rows[:4])
    app.mark(None)
    run.catch_up()
    assert run.operations() == {DIBUAT: 8}
    app.holds(*rows[1:], person(8))
    app.mark("3")
    run.catch_up()
    assert run.operations() == {DIBUAT: 9, DIBATALKAN: 1}


@pytest.mark.parametrize("run", [60], indirect=True)
def test_it_waits_until_nothing_has_changed_for_a_while(
    run: Run, app: App, clock: ManualClock
) -> None:
    app.holds(*(person(i) for i in range(4)))
    app.mark("1")
    run.catch_up()
    clock.advance(59)
    app.mark("2")
    run.catch_up()
    clock.advance(59)
    assert run.catch_up() == []
    clock.advance(1)
    assert len(run.catch_up()) == 4
