"""A connection to a legacy database: read only, errors in the bus's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Inspector,
    create_engine,
    event,
    exc,
    inspect,
)
from sqlalchemy.engine import URL

from bus.errors import ConfigError, RetriableError
from connectors.sql.account import account_of
from connectors.sql.address import address, place_of
from connectors.sql.conversions import conversions
from connectors.sql.refusal import refusal, said

_MISSING = ("no such table", "no such column", "has no column named")


class Database:
    """One engine with one connection, made at first use.

    Args:
        url: SQLAlchemy URL.
        name: connector name, for messages.

    Raises:
        ConfigError: the URL is not valid or its driver is not installed.
    """

    def __init__(self, url: str, name: str) -> None:
        self._name = name
        self._url = address(url, name)
        self._engine: Engine | None = None

    @property
    def url(self) -> URL:
        """With its driver; holds the password."""
        return self._url

    @property
    def place(self) -> str:
        """Where it is, without user and password."""
        return place_of(self._url)

    def rows(self, statement: Executable) -> tuple[tuple[str, ...], list[Any]]:
        """Column names and rows of a SELECT, in a transaction of its own.

        Raises:
            RetriableError: the database is not there.
            ConfigError: table or column missing, or no right to read; says which
                statement gives the right.
        """
        with self._errors(), self._open().connect() as connection:
            result = connection.execute(statement)
            columns = tuple(result.keys())
            found = list(result.cursor.fetchall())  # plain tuples, no row objects
            result.close()
            return columns, found

    @contextmanager
    def inspector(self) -> Iterator[Inspector]:
        """The data dictionary.

        Raises:
            RetriableError, ConfigError: as `rows`.
        """
        with self._errors(), self._open().connect() as connection:
            yield inspect(connection)

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection for several statements that belong together.

        Raises:
            RetriableError, ConfigError: as `rows`.
        """
        with self._errors(), self._open().connect() as connection:
            yield connection

    def driver_connection(self) -> Any:
        """A connection of the driver itself, for its way to read values."""
        with self.session() as connection:
            return connection.connection.driver_connection

    def close(self) -> None:
        """Give the connection back; may be called twice."""
        if self._engine is not None:
            engine, self._engine = self._engine, None
            engine.dispose()

    def _open(self) -> Engine:
        if self._engine is None:
            self._engine = _engine(self._url, self._name)
        return self._engine

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            text = said(error.orig)
            self.close()
            if words := refusal(error.orig, self._url, account_of):
                raise ConfigError(f"{self._name}: {self.place}: {words}") from None
            lost = isinstance(error, exc.OperationalError | exc.InterfaceError)
            if error.connection_invalidated or (
                lost and not any(part in text for part in _MISSING)
            ):
                raise RetriableError(
                    f"{self._name}: database {self.place} is not there: {text}"
                ) from None
            raise ConfigError(
                f"{self._name}: {self.place} refuses the query: {text}; check table, "
                "columns and the right to SELECT"
            ) from None
        except OSError as error:
            self.close()
            raise RetriableError(f"{self._name}: {self.place}: {error}") from None


def _engine(url: URL, name: str) -> Engine:
    fast = url.drivername == "mysql+mysqldb"
    options = {"conv": conversions()} if fast else {}
    try:
        engine = create_engine(
            url,
            pool_size=1,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args=options,
        )
    except (ModuleNotFoundError, exc.NoSuchModuleError):
        kind = url.get_backend_name()
        raise ConfigError(
            f"{name}: no driver for {kind}; install it: pip install 'opd-bus[{kind}]'"
        ) from None
    if url.get_backend_name() == "postgresql":
        event.listen(engine, "begin", _read_only)
    return engine


def _read_only(connection: Any) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
