"""The SQL inbox on a real MariaDB: latin1, refusals, the server gone and back."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from bus.clock import SystemClock
from bus.connect.sink import Delivery, SinkContext, Written
from bus.errors import ConfigError, PoisonError, RetriableError
from connectors.sql.sink import SINK_SPEC, InboxConfig, SqlInbox
from ops.mariadb import LocalMariaDb
from tests.integration.sinks.site import MUTU, PAUSE, Site
from tests.unit.delivery.stage import WIB

pytestmark = pytest.mark.database


@pytest.fixture
def place(mariadb_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty latin1 database, as legacy apps have them."""
    server = create_engine(mariadb_url)
    name = f"sink_{abs(hash(request.node.name)) % 10**8}"
    with server.begin() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET latin1"))
    engine = create_engine(make_url(mariadb_url).set(database=name))
    yield engine
    engine.dispose()
    with server.begin() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


def opened(place: Engine, *, create: bool = True) -> SqlInbox:
    url = place.url.render_as_string(hide_password=False)
    context = SinkContext("uji", "esakti", (), SystemClock(), WIB)
    config = InboxConfig(url=url.replace("mysql+pymysql", "mysql"), buat_tabel=create)
    sink = SINK_SPEC.open(config, context)
    assert isinstance(sink, SqlInbox)
    return sink


def delivery(number: int, **fields: Any) -> Delivery:
    return Delivery(f"{number:032x}", "KLAIM_TERISI", fields, 0)


def rows(place: Engine) -> list[Any]:
    with place.connect() as connection:
        found = connection.execute(text("SELECT * FROM bus_masuk ORDER BY event_id"))
        return list(found.mappings())


def test_every_letter_survives_a_latin1_database(place: Engine) -> None:
    sink = opened(place)
    sink.check()
    name = "HJ. SITI ĀISYAH 王 😀"
    assert sink.write([delivery(1, nama=name), delivery(2)]) == ["new", "new"]
    assert sink.write([delivery(2), delivery(3)]) == ["duplicate", "new"]
    sink.close()
    found = rows(place)
    assert [row["event_id"] for row in found] == [f"{n:032x}" for n in (1, 2, 3)]
    assert json.loads(found[0]["isi"]) == {"nama": name}
    assert found[0]["diterima"].year >= 2025


def test_missing_table_shows_the_statement_that_works(place: Engine) -> None:
    sink = opened(place, create=False)
    with pytest.raises(ConfigError) as failure:
        sink.check()
    with place.begin() as connection:
        connection.execute(text(str(failure.value).partition("\n")[2]))
    sink.check()
    assert sink.write([delivery(1)]) == [Written.NEW]
    sink.close()


@pytest.mark.parametrize("strict", [True, False])
def test_narrow_column_refuses_one_row_only(place: Engine, *, strict: bool) -> None:
    """A server that would cut the text (MySQL before 5.7) is told not to."""
    with place.begin() as connection:
        mode = connection.scalar(text("SELECT @@global.sql_mode"))
        if not strict:
            connection.execute(text("SET GLOBAL sql_mode = ''"))
        connection.execute(
            text(
                "CREATE TABLE bus_masuk(event_id CHAR(32) PRIMARY KEY, jenis CHAR(20),"
                " isi VARCHAR(30), diterima DATETIME, diproses DATETIME, galat TEXT)"
            )
        )
    sink = opened(place)
    sink.check()
    first, second, third = sink.write(
        [delivery(1), delivery(2, nama="SUMINAH " * 9), delivery(3)]
    )
    sink.close()
    with place.begin() as connection:
        connection.execute(text("SET GLOBAL sql_mode = :mode"), {"mode": mode})
    assert (first, third) == ("new", "new")
    assert isinstance(second, PoisonError)
    assert "SUMINAH" not in second.message
    assert len(rows(place)) == 2


def test_two_writers_at_once_make_no_double(place: Engine) -> None:
    sinks = [opened(place) for _ in range(2)]
    sinks[0].check()
    wrong: list[Exception] = []

    def write(sink: SqlInbox) -> None:
        for number in range(60):
            try:
                sink.write([delivery(number), delivery(number + 1)])
            except RetriableError:  # a deadlock between the two: the task tries again
                sink.write([delivery(number), delivery(number + 1)])
            except Exception as error:  # noqa: BLE001
                wrong.append(error)

    threads = [threading.Thread(target=write, args=(sink,)) for sink in sinks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for sink in sinks:
        sink.close()
    assert not wrong
    assert len(rows(place)) == 61


@pytest.mark.kafka
def test_server_killed_in_the_middle_and_back(
    site: Site, own_mariadb: LocalMariaDb
) -> None:
    server = create_engine(own_mariadb.url)
    with server.begin() as connection:
        connection.execute(text("CREATE DATABASE esakti"))
    url = own_mariadb.login("esakti")
    file = site.sink_file(
        "esakti-inbox",
        kind="sql-inbox",
        sink={"url": url.render_as_string(hide_password=False), "buat_tabel": True},
    )
    process = site.worker(file)
    process.wait_ready()
    site.produce(MUTU, [site.finding(number) for number in range(2000)])
    own_mariadb.kill()
    site.produce(MUTU, [site.finding(number) for number in range(2000, 3000)])
    process.wait_ready(503)
    assert "password" not in process.get("/health/ready").text
    own_mariadb.start()
    process.wait_ready()
    engine = create_engine(url)
    for _ in range(300):
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT count(*) FROM bus_masuk"))
        if found == 3000:
            break
        PAUSE.wait(0.1)
    assert found == 3000
    engine.dispose()
    server.dispose()
