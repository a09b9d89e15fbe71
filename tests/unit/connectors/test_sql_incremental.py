"""Incremental reading by a cursor column, on a database file."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bus.errors import ConfigError, RetriableError
from bus.record import DIKOREKSI
from bus.testing.clock import ManualClock
from connectors.sql.database import Database
from ops.cli.connector import app as cli
from tests.conformance.workshop import PEOPLE, Run, connector_from, person

FILE = """
connector: uji
app: uji
kind: sql
source:
  url: sqlite:///{path}
  table: warga
  mode: incremental
  cursor: diubah
  key: [id]
  overlap: 60
  chunk_rows: 3
"""


class App:
    """The legacy app."""

    def __init__(self, path: Path, kind: str = "text") -> None:
        self.path = path
        self.run(
            "create table warga (id integer primary key, nik text, nama text,"
            f" no_kk text, desa text, rt text, status text, diubah {kind})"
        )

    def run(self, statement: str, values: Any = ()) -> None:
        database = sqlite3.connect(self.path)
        with database:
            database.execute(statement, values)
        database.close()

    def put(self, number: int, at: Any, **other: Any) -> None:
        row = person(number, **other) | {"diubah": at}
        self.run(
            "insert or replace into warga values"
            " (:id,:nik,:nama,:no_kk,:desa,:rt,:status,:diubah)",
            row,
        )


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path / "app.db")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def run(app: App, tmp_path: Path, clock: ManualClock) -> Iterator[Run]:
    found = Run(connector_from(tmp_path, FILE.format(path=app.path) + PEOPLE), clock)
    yield found
    found.close()


def minute(number: int, second: int = 0) -> str:
    return f"2026-03-01 08:{number:02d}:{second:02d}"


def test_only_new_rows_follow(run: Run, app: App) -> None:
    for number in range(8):
        app.put(number, minute(number))
    assert len(run.catch_up()) == 8
    assert run.catch_up() == []
    app.put(8, minute(9))
    assert len(run.catch_up()) == 1


def test_many_rows_of_one_moment(run: Run, app: App) -> None:
    for number in range(20):
        app.put(number, minute(0))
    assert len(run.catch_up()) == 20
    run.crash()
    assert run.catch_up() == []


def test_rows_committed_late_are_found(run: Run, app: App) -> None:
    for number in range(4):
        app.put(number, minute(5, number))
    run.catch_up()
    app.put(9, minute(4, 10))
    (made,) = run.catch_up()
    assert made.value["sumber_ref"] == "uji|warga|9"
    assert run.catch_up() == []


def test_late_rows_are_not_waited_for_for_ever(
    run: Run, app: App, clock: ManualClock
) -> None:
    for number in range(2):
        app.put(number, minute(5, number))
    run.catch_up()
    batch = run.source.poll(run.position)
    assert len(batch.rows) == 2
    clock.advance(61)
    assert run.source.poll(run.position).rows == []


def test_an_update_in_the_window_is_a_correction(run: Run, app: App) -> None:
    app.put(1, minute(1))
    run.catch_up()
    app.put(1, minute(1, 30), status="2")
    (made,) = run.catch_up()
    assert made.operation == DIKOREKSI


@pytest.mark.parametrize("steps", range(7))
def test_a_crash_anywhere_repeats_nothing(run: Run, app: App, steps: int) -> None:
    for number in range(14):
        app.put(number, minute(number // 5))
    for _ in range(steps):
        run.step()
    run.crash()
    run.catch_up()
    assert len({made.id for made in run.events}) == len(run.events) == 14


def test_memory_keeps_the_window_only(run: Run, app: App) -> None:
    for number in range(30):
        app.put(number, minute(number))
    run.catch_up()
    assert len(run.memory) == 2
    assert len(run._stored) == 2


def test_running_number_as_cursor(tmp_path: Path) -> None:
    app = App(tmp_path / "n.db", "integer")
    text = FILE.format(path=app.path).replace("overlap: 60", "overlap: 5")
    run = Run(connector_from(tmp_path, text + PEOPLE))
    for number in (1, 2, 4, 5):
        app.put(number, number)
    assert len(run.catch_up()) == 4
    app.put(3, 3)
    assert len(run.catch_up()) == 1
    assert run.catch_up() == []
    run.close()


def test_a_day_as_cursor_is_read_until_it_is_over(
    run: Run, app: App, clock: ManualClock
) -> None:
    app.put(1, "2026-03-02")
    assert len(run.catch_up()) == 1
    clock.advance(3600)
    app.put(2, "2026-03-02")
    app.put(3, "2026-03-01")  # entered after midnight
    app.put(4, "2026-02-28")
    assert [made.value["sumber_ref"][-1] for made in run.catch_up()] == ["3", "2"]
    assert run.catch_up() == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-03-02 08:00:00", "ok       cursor diubah: a time; the latest is 2026"),
        ("2026-03-02", "note     cursor diubah: a day without time"),
        ("02-03-2026", "PROBLEM  cursor diubah: its values are neither times"),
        ("RW.02", "PROBLEM  cursor diubah: its values are neither times"),
        (7, "ok       cursor diubah: a running number"),
    ],
)
def test_check_tells_whether_the_cursor_can_be_one(
    app: App, tmp_path: Path, value: Any, words: str
) -> None:
    app.run("alter table warga drop column diubah")
    app.run("alter table warga add column diubah")  # of no type: keeps what it is given
    app.put(1, value)
    file = tmp_path / "uji.yaml"
    file.write_text(FILE.format(path=app.path) + PEOPLE, encoding="utf-8")
    told = CliRunner().invoke(cli, ["check", str(file)])
    assert words in told.output
    assert told.exit_code == ("PROBLEM" in words)


def test_check_counts_rows_without_cursor(run: Run, app: App) -> None:
    app.put(1, None)
    app.put(2, minute(1))
    (warning,) = run.source.check()
    assert "1 rows have no value in diubah" in warning
    assert len(run.catch_up()) == 1


def test_missing_column_and_table_say_so(app: App, tmp_path: Path) -> None:
    app.run("alter table warga drop column nama")
    run = Run(connector_from(tmp_path, FILE.format(path=app.path) + PEOPLE))
    with pytest.raises(ConfigError, match="no such column"):
        run.step()
    app.run("drop table warga")
    with pytest.raises(ConfigError, match="no such table: warga"):
        run.step()
    run.close()


def test_database_away_is_retriable(app: App, tmp_path: Path) -> None:
    run = Run(connector_from(tmp_path, FILE.format(path=app.path) + PEOPLE))
    hidden = app.path.rename(app.path.with_suffix(".off"))
    with pytest.raises(RetriableError, match="is not there"):
        run.step()
    assert not app.path.exists()
    hidden.rename(app.path)
    app.put(1, minute(1))
    assert len(run.catch_up()) == 1
    run.close()


def test_a_column_that_changed_its_kind(run: Run, app: App) -> None:
    app.put(1, minute(1))
    run.catch_up()
    app.put(2, minute(2), nik=3325014501589003, rt=4, status=1)
    app.put(3, minute(3), nik=3.325014501589e15)
    (made,) = run.catch_up()
    assert made.value["orang"]["nik"] == "3325014501589003"
    assert made.value["alamat"]["rt"] == "4"
    assert run.codes == ["NIK_RUSAK_EXCEL"]


def test_driver_not_installed_says_how(tmp_path: Path) -> None:
    text = FILE.replace("sqlite:///{path}", "oracle+cx_oracle://u:p@h/x") + PEOPLE
    run_connector = connector_from(tmp_path, text)
    source = run_connector.open(ManualClock())
    with pytest.raises(ConfigError, match="pip install 'opd-bus"):
        source.poll(None)


def test_passwords_are_not_shown() -> None:
    database = Database("mysql://u:rahasia@db.desa/x", "uji")
    assert database.place == "mysql://db.desa/x"


def test_url_without_variable(tmp_path: Path) -> None:
    text = FILE.replace("sqlite:///{path}", "${OPDBUS_NO_SUCH_URL}") + PEOPLE
    connector = connector_from(tmp_path, text)
    with pytest.raises(ConfigError, match="OPDBUS_NO_SUCH_URL is not set"):
        connector.open(ManualClock())
