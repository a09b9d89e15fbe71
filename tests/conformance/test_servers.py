"""Reading modes of the SQL source on real MariaDB and PostgreSQL."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bus.record import DIBUAT, DIKOREKSI
from bus.testing.clock import ManualClock
from tests.conformance.workshop import PEOPLE, Run, connector_from, decoded, person

pytestmark = pytest.mark.database

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as the servers' columns hold it
NOW = datetime(2026, 3, 2, 8)  # noqa: DTZ001 - the same
FILE = """
connector: uji
app: uji
kind: sql
objek: warga
batas: {{hapus_persen: 100, tolak_persen: 100}}
source:
  url: {url}
  table: warga
  chunk_rows: 3
"""


class App:
    """A table with a key of three columns on a server, in a database of its own."""

    def __init__(self, url: str) -> None:
        name = f"uji_{uuid.uuid4().hex[:12]}"
        server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            words = " character set utf8mb4" if url.startswith("mysql") else ""
            connection.exec_driver_sql(f"create database {name}{words}")
        server.dispose()
        self.url = sa.make_url(url).set(database=name)
        self.engine = sa.create_engine(self.url)
        moment = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql")
        text = sa.Text().with_variant(sa.dialects.mysql.LONGTEXT(), "mysql")
        self.table = sa.Table(
            "warga",
            sa.MetaData(),
            sa.Column("desa", sa.String(13), primary_key=True),
            sa.Column("status", sa.String(2), primary_key=True),
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            *(sa.Column(key, sa.String(60)) for key in ("nik", "no_kk", "rt")),
            sa.Column("nama", text),
            sa.Column("diubah", moment),
        )
        self.table.create(self.engine)

    def put(self, *rows: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(self.table.insert(), list(rows))

    def file(self, lines: str) -> str:
        kind = self.url.get_backend_name()  # without a driver: the best there is
        url = self.url.set(drivername=kind).render_as_string(hide_password=False)
        return FILE.format(url=url) + lines + PEOPLE


@pytest.fixture(params=["mariadb_url", "postgresql_url"])
def app(request: pytest.FixtureRequest) -> Iterator[App]:
    found = App(request.getfixturevalue(request.param))
    yield found
    found.engine.dispose()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(int((NOW - EPOCH).total_seconds() * 1000))


@pytest.fixture
def snapshot(app: App, tmp_path: Path, clock: ManualClock) -> Iterator[Run]:
    text = app.file("  mode: snapshot\n  key: [desa, status, id]\n")
    run = Run(connector_from(tmp_path, text), clock)
    yield run
    run.close()


@pytest.fixture
def incremental(app: App, tmp_path: Path, clock: ManualClock) -> Iterator[Run]:
    text = app.file("  mode: incremental\n  key: [id]\n  cursor: diubah\n")
    run = Run(connector_from(tmp_path, text), clock)
    yield run
    run.close()


def row(number: int, at: datetime = NOW, **other: Any) -> dict[str, Any]:
    place = {"desa": f"332501200{number % 3}", "status": str(1 + number % 2)}
    return person(number, diubah=at, **(place | other))


@pytest.mark.parametrize("steps", [0, 1, 4, 7])
def test_a_key_of_three_columns_is_read_in_order_and_resumed(
    snapshot: Run, app: App, steps: int
) -> None:
    app.put(*(row(number) for number in range(17)))
    for _ in range(steps):
        snapshot.step()
    snapshot.crash()
    snapshot.catch_up()
    rows = sorted(
        (row(number) for number in range(17)),
        key=lambda found: (found["desa"], found["status"], found["id"]),
    )
    found = [made.value["orang"]["nik"] for made in snapshot.events]
    assert found == [each["nik"] for each in rows]


def test_an_empty_table_is_a_snapshot_too(snapshot: Run, app: App) -> None:
    assert snapshot.catch_up() == []
    app.put(row(1))
    assert snapshot.catch_up() == []  # it was read once


def test_rows_committed_late_are_found(incremental: Run, app: App) -> None:
    with app.engine.connect() as slow:
        begun = slow.begin()
        slow.execute(app.table.insert(), [row(1, NOW - timedelta(seconds=20))])
        app.put(*(row(number) for number in range(2, 8)))
        assert len(incremental.catch_up()) == 6
        begun.commit()
    (late,) = incremental.catch_up()
    assert late.value["orang"]["nik"] == row(1)["nik"]
    incremental.crash()
    assert incremental.catch_up() == []


def test_a_clock_that_runs_ahead_hides_nothing(incremental: Run, app: App) -> None:
    """Rows of another session, an hour ahead, then rows of a clock that is right."""
    ahead = NOW + timedelta(seconds=50)
    app.put(row(1, ahead))
    assert len(incremental.catch_up()) == 1
    app.put(*(row(number, NOW + timedelta(seconds=number)) for number in range(2, 9)))
    assert len(incremental.catch_up()) == 7
    assert incremental.operations() == {DIBUAT: 8}


def test_a_change_is_seen_once(incremental: Run, app: App) -> None:
    app.put(*(row(number) for number in range(4)))
    incremental.catch_up()
    changed = app.table.update().where(app.table.c.id == 2)
    with app.engine.begin() as connection:
        connection.execute(changed.values(nama="BARU", diubah=NOW))
    (made,) = incremental.catch_up()
    assert (made.operation, made.value["orang"]["nama"]) == (DIKOREKSI, "BARU")
    assert incremental.catch_up() == []


def test_text_and_zeros_survive(snapshot: Run, app: App) -> None:
    name = "SITI'AH BINTI ÖNDER 𝄞, S.PD"
    app.put(row(1, nama=name, rt="007"))
    (made,) = snapshot.catch_up()
    value = decoded(snapshot, made)
    assert (value["orang"]["nama"], value["alamat"]["rt"]) == (name, "007")


def test_a_row_of_ten_megabytes_is_a_dead_letter(snapshot: Run, app: App) -> None:
    app.put(row(1), row(2, nama="A" * 10_000_000), row(3))
    assert len(snapshot.catch_up()) == 2
    assert snapshot.codes == ["TERLALU_BESAR"]
    (letter,) = snapshot.refused
    assert len(letter.payload) < 500_000
