"""The SQL inbox on SQLite: idempotence, refusals, and what it says when unusable."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import CreateTable

from bus.connect.sink import Delivery, SinkContext, Written
from bus.errors import ConfigError, PoisonError, RetriableError
from bus.testing.clock import ManualClock
from connectors.sql.inbox import inbox_table
from connectors.sql.sink import SINK_SPEC, InboxConfig, SqlInbox
from tests.unit.delivery.stage import WIB


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "esakti.db"


@pytest.fixture
def inbox(place: Path) -> Iterator[SqlInbox]:
    sink = opened(place, create=True)
    sink.check()
    yield sink
    sink.close()


def opened(place: Path, *, create: bool = False) -> SqlInbox:
    config = InboxConfig(url=f"sqlite:///{place}", buat_tabel=create)
    sink = SINK_SPEC.open(config, SinkContext("uji", "esakti", (), ManualClock(), WIB))
    assert isinstance(sink, SqlInbox)
    return sink


def delivery(number: int, **fields: object) -> Delivery:
    return Delivery(f"{number:032x}", "KLAIM_TERISI", dict(fields), 0)


def rows(place: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(place)) as file:
        return file.execute(
            "SELECT event_id, jenis, isi, diterima, diproses, galat FROM bus_masuk"
            " ORDER BY event_id"
        ).fetchall()


def run(place: Path, statement: str) -> None:
    with closing(sqlite3.connect(place)) as file, file:
        file.execute(statement)


def test_rows_have_the_receivers_words(inbox: SqlInbox, place: Path) -> None:
    assert inbox.write([delivery(1, nama="Señora Ñ", nominal="1000000.00")]) == ["new"]
    ((ident, kind, text, received, done, error),) = rows(place)
    assert (ident, kind) == (f"{1:032x}", "KLAIM_TERISI")
    assert json.loads(text) == {"nama": "Señora Ñ", "nominal": "1000000.00"}
    assert text.isascii()
    assert received.startswith("2026-03-02 07:00:00")
    assert (done, error) == (None, None)


def test_known_event_id_is_left_as_it_is(inbox: SqlInbox, place: Path) -> None:
    inbox.write([delivery(1, a="first")])
    run(place, "UPDATE bus_masuk SET diproses = '2026-03-02', galat = 'x'")
    again = inbox.write([delivery(1, a="second"), delivery(2), delivery(2)])
    assert again == [Written.DUPLICATE, Written.NEW, Written.DUPLICATE]
    assert [row[2] for row in rows(place)] == ['{"a":"first"}', "{}"]
    assert rows(place)[0][5] == "x"


def test_refused_row_is_poison_and_the_others_are_in(place: Path) -> None:
    run(
        place,
        "CREATE TABLE bus_masuk(event_id TEXT PRIMARY KEY, jenis TEXT, "
        "isi TEXT CHECK(length(isi) < 20), diterima TEXT, diproses TEXT, galat TEXT)",
    )
    sink = opened(place)
    sink.check()
    first, second, third = sink.write(
        [delivery(1), delivery(2, nik="3325124501580003"), delivery(3)]
    )
    sink.close()
    assert (first, third) == (Written.NEW, Written.NEW)
    assert isinstance(second, PoisonError)
    assert second.code == "DITOLAK_PENERIMA"
    assert "3325124501580003" not in second.message
    assert len(rows(place)) == 2


def test_missing_table_shows_the_statement_that_works(place: Path) -> None:
    sink = opened(place)
    with pytest.raises(ConfigError) as failure:
        sink.check()
    _, _, statement = str(failure.value).partition("\n")
    assert statement.startswith("CREATE TABLE bus_masuk")
    run(place, statement)
    sink.check()
    assert sink.write([delivery(1)]) == [Written.NEW]
    sink.close()


def test_table_without_unique_id_or_columns_is_refused(place: Path) -> None:
    run(place, "CREATE TABLE bus_masuk(event_id TEXT, jenis TEXT, isi TEXT)")
    sink = opened(place)
    with pytest.raises(ConfigError) as failure:
        sink.check()
    sink.close()
    found = str(failure.value)
    assert "column diterima is missing" in found
    assert "ADD UNIQUE (event_id)" in found


def test_table_that_vanished_is_waited_for(inbox: SqlInbox, place: Path) -> None:
    run(place, "DROP TABLE bus_masuk")
    with pytest.raises(RetriableError, match="no such table"):
        inbox.write([delivery(1)])


def test_folder_that_is_away_is_waited_for(tmp_path: Path) -> None:
    sink = opened(tmp_path / "away" / "x.db")
    with pytest.raises(RetriableError, match="unable to open"):
        sink.check()
    sink.close()


@pytest.mark.parametrize("url", ["nonsense", "fancydb://x/y"])
def test_unusable_url_is_a_configuration_error(url: str) -> None:
    context = SinkContext("uji", "esakti", (), ManualClock(), WIB)
    with pytest.raises(ConfigError, match=r"sink\.url cannot be used"):
        SINK_SPEC.open(InboxConfig(url=url), context)


def test_password_is_never_shown() -> None:
    url = "mysql://bus:rahasia@127.0.0.1:1/x"
    context = SinkContext("uji", "esakti", (), ManualClock(), WIB)
    sink = SINK_SPEC.open(InboxConfig(url=url), context)
    assert "rahasia" not in repr(sink._engine)  # type: ignore[attr-defined]
    sink.close()


def test_statement_for_other_databases() -> None:
    table = inbox_table("bus_masuk")
    on_mysql = str(CreateTable(table).compile(dialect=mysql.dialect()))
    assert "DATETIME(3)" in on_mysql
    assert "VARCHAR(32) CHARACTER SET ascii" in on_mysql
    on_postgres = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "TIMESTAMP(3)" in on_postgres
