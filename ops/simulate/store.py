"""Opens the simulated apps' databases and fills tables quickly."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bus.errors import ConfigError

BATCH = 5_000
BUSY_SECONDS = 30

# Python 3.12 calls its own adapters deprecated; these write the same text.
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(datetime, lambda moment: moment.isoformat(" "))


class Store:
    """One app's database, SQLite or MariaDB/MySQL."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.engine: Engine = _engine(url)

    @property
    def address(self) -> str:
        """The URL as connectors take it, password included."""
        return self.url.render_as_string(hide_password=False)

    def rebuild(self, metadata: MetaData) -> None:
        """Drops the tables of this app and makes them anew."""
        metadata.drop_all(self.engine)
        metadata.create_all(self.engine)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def sqlite_url(path: Path) -> URL:
    """URL of a database file, absolute."""
    return URL.create("sqlite", database=str(path.resolve()))


def mysql_store(server: str, database: str) -> Store:
    """A database on a MariaDB/MySQL server, created if it is not there.

    Args:
        server: SQLAlchemy URL; its own database name is not used.
        database: name of the database.

    Raises:
        ConfigError: not a MySQL URL, or the server cannot be reached.
    """
    try:
        url = make_url(server)
    except ArgumentError:
        raise ConfigError(
            "--mysql: not a URL; expected mysql+pymysql://USER:PASSWORD@HOST:PORT/"
        ) from None
    if not url.drivername.startswith(("mysql", "mariadb")):
        raise ConfigError(
            f"--mysql: {url.drivername} is not MySQL; expected mysql+pymysql://…"
        )
    if "+" not in url.drivername:
        url = url.set(drivername=f"{url.drivername}+pymysql")
    admin = create_engine(url.set(database=None))
    try:
        with admin.begin() as connection:
            name = admin.dialect.identifier_preparer.quote_identifier(database)
            connection.execute(text(f"CREATE DATABASE IF NOT EXISTS {name}"))
    except SQLAlchemyError as error:
        raise ConfigError(
            f"--mysql: {url.host}:{url.port}: {type(error).__name__}; "
            "is the server running and may this user create databases?"
        ) from None
    finally:
        admin.dispose()
    return Store(url.set(database=database))


def fill(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> int:
    """Inserts rows given in the table's column order; returns how many."""
    names_of = connection.dialect.identifier_preparer
    columns = [names_of.format_column(column) for column in table.columns]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join(mark for _ in columns)
    names = ", ".join(columns)
    name = names_of.format_table(table)
    statement = f"INSERT INTO {name} ({names}) VALUES ({marks})"  # noqa: S608
    cursor = connection.connection.cursor()
    count = 0
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        cursor.executemany(statement, batch)
        count += len(batch)
    cursor.close()
    return count


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _tune(connection: sqlite3.Connection, _record: object) -> None:
        # Readers and writers of other processes work at the same time.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
