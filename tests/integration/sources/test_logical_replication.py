"""Capture from a real PostgreSQL: what is special about its log, every obstacle."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bus.clock import SystemClock
from bus.connect.finding import BAD, GOOD
from bus.errors import ConfigError, FatalError
from bus.record import DIBATALKAN, DIKOREKSI
from ops.postgresql import LocalPostgreSql
from tests.conformance.legacies import drop_slot
from tests.integration.sources.capture_app import App, last

pytestmark = pytest.mark.database

TYPES = {
    "a_small": ("smallint", "-3"),
    "a_big": ("bigint", "9000000000000000000"),
    "a_real": ("real", "3.14159"),
    "a_money": ("numeric(17,2)", "-123456789012345.67"),
    "a_flag": ("boolean", "true"),
    "a_day": ("date", "'2026-02-28'"),
    "a_time": ("timestamp", "'2026-02-28 23:59:58.120034'"),
    "a_zoned": ("timestamptz", "'2026-02-28 23:59:58+07'"),
    "a_clock": ("time", "'23:59:58'"),
    "a_span": ("interval", "'3 days 04:05:06'"),
    "a_char": ("char(10)", "'A b'"),
    "a_text": ("text", "'SITI''AH 𝄞'"),
    "a_doc": ("jsonb", "'{\"a\": [1, null]}'"),
    "a_id": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
    "some_bytes": ("bytea", "'\\x00ff10'"),
    "some_texts": ("text[]", "array['x', 'y z']"),
    "an_address": ("inet", "'10.1.2.3'"),
    "nothing": ("text", "null"),
}


@pytest.fixture
def app(postgresql_url: str) -> Iterator[App]:
    found = App(postgresql_url, "text")
    yield found
    found.close()


def wait_for(ready: Callable[[], bool]) -> None:
    """Until it is so."""
    for _ in range(600):
        if ready():
            return
        threading.Event().wait(0.05)
    raise AssertionError("waited in vain")


def findings(app: App, folder: Path, mode: str = "cdc") -> list[tuple[str, str]]:
    """What `connector check` says about the change log."""
    with app.captured(folder, mode=mode) as run:
        found = run.connector.examine(SystemClock(), "Asia/Jakarta")
        return [(x.level, x.text) for x in found if x.about == "change log"]


def test_cells_are_what_a_select_gives(app: App) -> None:
    declared = ", ".join(f"{name} {kind}" for name, (kind, _) in TYPES.items())
    app.run(
        f"create table semua (id int primary key, {declared})",
        "alter publication opdbus add table semua",
    )
    columns = ("id", *TYPES)
    values = ", ".join(value for _, value in TYPES.values())
    put = f"insert into semua values (1, {values})"
    captured, selected = app.cells(columns, put)
    assert list(map(repr, captured)) == list(map(repr, selected))


def test_a_large_value_that_stays_is_not_lost(app: App, tmp_path: Path) -> None:
    name = "".join(chr(97 + number * number % 26) for number in range(20_000))
    app.run("alter table warga alter column nama set storage external")
    app.put(1, nama=name)
    with app.captured(tmp_path) as run:
        (first,) = run.catch_up()
        app.run("update warga set status='2' where id=1")
        (made,) = run.catch_up()
        assert made.operation == DIKOREKSI
        assert made.value["orang"]["nama"] == first.value["orang"]["nama"]


def test_truncate_is_found_by_comparing(app: App, tmp_path: Path) -> None:
    app.put(1, 2)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.put(3)
        run.catch_up()
        app.run("truncate table warga")
        run.catch_up()
        assert last(run) == {}


def test_a_column_that_vanishes_keeps_its_last_values(app: App, tmp_path: Path) -> None:
    app.put(1, 2)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.run("update warga set nama='X' where id=1")
        run.catch_up()
        app.run("alter table warga drop column rt")
        app.run("update warga set status='2' where id=2")
        (made,) = run.catch_up()
        assert made.value["alamat"]["rt"] == "004"
        assert run.source.poll(run.position).frozen == ("rt",)


def test_a_dropped_slot_stops_and_the_way_out_tells_what_differs(
    app: App, tmp_path: Path
) -> None:
    app.put(1, 2)
    with app.captured(tmp_path) as run:
        run.catch_up()
        run.source.close()
        drop_slot(app.engine, app.name)
        app.run(
            "update warga set status='2' where id=1", "delete from warga where id=2"
        )
        run.crash()
        with pytest.raises(FatalError, match=r"slot .* offsets rewind .* --to start"):
            run.step()
        run.kept = '{"log": null}'  # what `offsets rewind --to start` leaves
        run.crash()
        assert {made.operation for made in run.catch_up()} == {DIKOREKSI, DIBATALKAN}
        assert last(run) == app.rows()


def test_a_slot_that_somebody_else_moved_stops(app: App, tmp_path: Path) -> None:
    app.put(1)
    with app.captured(tmp_path) as run:
        run.catch_up()
        run.source.close()
        app.put(2)
        move = "select pg_replication_slot_advance('{}', pg_current_wal_lsn())"
        asked = "select from pg_replication_slots where active and slot_name='{}'"
        wait_for(lambda: not app.root(asked.format(app.name)))
        app.run(move.format(app.name))
        run.crash()
        with pytest.raises(FatalError, match="moved slot"):
            run.step()


def test_what_is_committed_lets_the_server_forget(app: App, tmp_path: Path) -> None:
    """The slot moves behind the committed position, never before it."""
    asked = (
        "select confirmed_flush_lsn from pg_replication_slots "
        f"where slot_name='{app.name}'"
    )
    app.put(1)
    with app.captured(tmp_path) as run:
        run.catch_up()
        ((before,),) = app.root(asked)
        app.put(*range(2, 30))
        run.catch_up()
        run.crash()
        run.step()
        run.source.poll(run.position)
        run.source._log._wire.tell(ask=True)  # as it does every few seconds
        wait_for(lambda: app.root(asked) != [(before,)])


def test_the_statements_told_give_what_is_missing(app: App, tmp_path: Path) -> None:
    user, password = f"baca_{app.name}", "sangat rahasia"
    app.run("drop publication opdbus")
    app.root(f"create role {user} login password '{password}'")
    app.run(f"grant select on warga to {user}")
    app.put(1)
    url = app.url.set(username=user, password=password)
    with app.captured(tmp_path, url=url) as run:
        for _ in range(2):
            with pytest.raises(ConfigError) as caught:
                run.step()
            told = str(caught.value)
            assert password not in told
            app.run(told.rpartition(": ")[2])
            run.crash()
        assert len(run.catch_up()) == 1
        app.put(2)
        assert len(run.catch_up()) == 1
    drop_slot(app.engine, app.name)
    app.run(f"drop owned by {user}", f"drop role {user}")


def test_a_reference_that_a_deletion_does_not_tell(app: App, tmp_path: Path) -> None:
    app.run("alter table warga drop constraint warga_pkey")
    ((level, text),) = findings(app, tmp_path)[:1]
    assert level == BAD
    assert 'ALTER TABLE "public"."warga" REPLICA IDENTITY FULL;' in text
    app.run("alter table warga replica identity full")
    app.put(1)
    with app.captured(tmp_path) as run:
        run.catch_up()
        app.run("delete from warga")
        (made,) = run.catch_up()
        assert made.operation == DIBATALKAN


def test_the_check_says_whether_the_log_may_be_read(app: App, tmp_path: Path) -> None:
    app.put(1)
    assert (GOOD, True) in [
        (level, "as it is committed" in text) for level, text in findings(app, tmp_path)
    ]
    ((level, text),) = findings(app, tmp_path, "snapshot-diff")
    assert (level, "mode cdc tells every change" in text) == (GOOD, True)


def test_a_server_whose_log_tells_no_rows(tmp_path: Path) -> None:
    with LocalPostgreSql() as server:
        app = App(server.url)
        app.put(1)
        with (
            app.captured(tmp_path) as run,
            pytest.raises(ConfigError, match="ALTER SYSTEM SET wal_level = logical"),
        ):
            run.step()
        app.close()


def test_a_slot_of_another_database(
    app: App, postgresql_url: str, tmp_path: Path
) -> None:
    other = sa.create_engine(postgresql_url)
    with other.begin() as connection:
        connection.exec_driver_sql(
            f"select pg_create_logical_replication_slot('{app.name}', 'pgoutput')"
        )
    other.dispose()
    with app.captured(tmp_path) as run, pytest.raises(ConfigError, match="belongs to"):
        run.step()
