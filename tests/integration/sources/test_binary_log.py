"""Capture from a real MariaDB: nothing missed, nothing twice, every obstacle told."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from bus.errors import FatalError
from bus.record import DIBATALKAN, DIKOREKSI
from ops.mariadb import LocalMariaDb
from tests.integration.sources.capture_app import App, last

pytestmark = pytest.mark.database

TYPES = {
    "a_tiny": ("tinyint", "-5"),
    "a_utiny": ("tinyint unsigned", "250"),
    "a_small": ("smallint", "-30000"),
    "a_medium": ("mediumint", "-8000000"),
    "a_umedium": ("mediumint unsigned", "16000000"),
    "a_int": ("int unsigned", "4000000000"),
    "a_big": ("bigint", "-9000000000000000000"),
    "a_ubig": ("bigint unsigned", "18000000000000000000"),
    "a_float": ("float", "3.14159"),
    "a_double": ("double", "-2.718281828459045"),
    "a_money": ("decimal(17,2)", "-123456789012345.67"),
    "a_wide": ("decimal(30,12)", "1234567890.000000000012"),
    "a_whole": ("decimal(9,0)", "-42"),
    "a_day": ("date", "'2026-02-28'"),
    "no_day": ("date", "'0000-00-00'"),
    "half_day": ("date", "'2026-00-15'"),
    "a_time": ("datetime", "'2026-02-28 23:59:58'"),
    "a_time3": ("datetime(3)", "'2026-02-28 23:59:58.120'"),
    "a_time6": ("datetime(6)", "'2026-02-28 23:59:58.120034'"),
    "no_time": ("datetime", "'0000-00-00 00:00:00'"),
    "a_stamp": ("timestamp null", "'2026-02-28 23:59:58'"),
    "a_stamp1": ("timestamp(1) null", "'2026-02-28 23:59:58.5'"),
    "a_span": ("time", "'-12:30:01'"),
    "a_span4": ("time(4)", "'-00:00:01.2500'"),
    "a_span6": ("time(6)", "'800:00:01.000002'"),
    "a_year": ("year", "2026"),
    "a_char": ("char(10)", "'A b '"),
    "a_latin": ("varchar(20) character set latin1", "'é€ÿ'"),
    "a_text": ("text character set utf8mb4", "'SITI''AH 𝄞'"),
    "a_long": ("varchar(400)", "repeat('x', 300)"),
    "a_blob": ("blob", "x'00ff10'"),
    "a_bits": ("bit(12)", "b'101010101010'"),
    "a_choice": ("enum('laki''s','perempuan')", "'perempuan'"),
    "some": ("set('a','b','c')", "'a,c'"),
    "nothing": ("varchar(5)", "null"),
    "a_json": ("json", "'{\"a\": 1}'"),
}


@pytest.fixture
def app(mariadb_url: str) -> Iterator[App]:
    found = App(mariadb_url, "longtext")
    yield found
    found.close()


def test_cells_are_what_a_select_gives(app: App) -> None:
    known = {**TYPES}
    if not app.has_json:
        del known["a_json"]
    declared = ", ".join(f"{name} {kind}" for name, (kind, _) in known.items())
    app.run(f"create table semua (id int primary key, {declared})")
    columns = ("id", *known)
    values = ", ".join(value for _, value in known.values())
    put = f"insert into semua values (1, {values})"
    logged, selected = app.cells(columns, "set sql_mode=''", put)
    differing = {
        name: (mine, theirs)
        for name, mine, theirs in zip(columns, logged, selected, strict=True)
        if (mine, type(mine)) != (theirs, type(theirs))
    }
    assert differing == {}


def test_a_statement_that_tells_no_rows_is_found_by_comparing(
    app: App, tmp_path: Path
) -> None:
    app.put(*range(5))
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.run(
            "set session binlog_format='STATEMENT'",
            "update warga set status='2' where id=3",
        )
        (made,) = run.catch_up()
        assert (made.operation, made.value["status_dasar"]) == (DIKOREKSI, "MATI")
        app.run("truncate table warga")
        run.catch_up()
        assert last(run) == {}


def test_a_column_that_vanishes_keeps_its_last_values(app: App, tmp_path: Path) -> None:
    app.put(1, 2)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.run("alter table warga drop column rt, add column email text first")
        assert run.catch_up() == []
        assert run.source.poll(run.position).frozen == ("rt",)
        app.run("update warga set status='2' where id=2")
        (made,) = run.catch_up()
        assert made.value["alamat"]["rt"] == "004"
        run.crash()
        app.run("alter table warga add column rt varchar(3) default '009'")
        assert {made.value["alamat"]["rt"] for made in run.catch_up()} == {"009"}


def forget(app: App) -> None:
    """Have the server delete its present log; it waits for those who read it."""
    ((old, *_),) = app.root("show master status")
    for _ in range(600):
        app.root("flush binary logs")
        ((new, *_),) = app.root("show master status")
        app.root(f"purge binary logs to '{new}'")
        if old not in {row[0] for row in app.root("show binary logs")}:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"{old} is still there")


def test_a_lost_position_stops_and_the_way_out_tells_what_differs(
    app: App, tmp_path: Path
) -> None:
    app.put(1, 2)
    with app.captured(tmp_path) as run:
        run.catch_up()
        run.source.close()
        app.run(
            "update warga set status='2' where id=1", "delete from warga where id=2"
        )
        forget(app)
        run.crash()
        with pytest.raises(FatalError, match=r"offsets rewind .* --to start"):
            run.step()
        run.kept = None  # what `offsets rewind --to start` leaves
        run.crash()
        told = {made.operation for made in run.catch_up()}
        assert told == {DIKOREKSI, DIBATALKAN}
        assert last(run) == app.rows()


def reset(app: App) -> None:
    """Have the server begin its log anew; it may refuse while somebody reads it."""
    for _ in range(600):
        with suppress(sa.exc.DBAPIError):
            app.root("reset master")
            return
        threading.Event().wait(0.05)
    raise AssertionError("the log is still read by somebody")


def test_a_log_that_was_reset_is_another_one(app: App, tmp_path: Path) -> None:
    app.put(1)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.run("update warga set status='2'")
        run.catch_up()
        run.source.close()
        reset(app)
        app.put(*range(10, 40))
        run.crash()
        with pytest.raises(FatalError, match="nothing was skipped"):
            run.catch_up()


def test_a_server_that_dies_is_gone_on_with(
    own_mariadb: LocalMariaDb, tmp_path: Path
) -> None:
    app = App(own_mariadb.url)
    app.put(1)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.engine.dispose()
        own_mariadb.kill()
        own_mariadb.start()
        app.put(2)
        run.crash()
        assert len(run.catch_up()) == 1
    app.close()
