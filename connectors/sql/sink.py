"""SQL inbox: events as rows of one table in the receiving app's own database.

The app (a small PHP include is enough) reads `bus_masuk`, pre-fills its forms and
notes in `diproses` and `galat` what it did; the bus never touches another table and
never these two columns (`domain.md` §2.4).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import URL, Connection, Engine, create_engine, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.schema import CreateTable

from bus.connect.sink import Delivery, Outcome, SinkContext, SinkSpec, Written
from bus.errors import ConfigError, PoisonError, RetriableError
from connectors.sql.inbox import as_json, inbox_table

_TIMEOUTS: dict[str, dict[str, Any]] = {
    "mysql": {
        "connect_timeout": 10,
        "read_timeout": 30,
        "write_timeout": 30,
        "init_command": (
            "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
        ),
    },
    "postgresql": {"connect_timeout": 10, "options": "-c statement_timeout=30000"},
    "sqlite": {"timeout": 10},
}
"""MySQL before 5.7 cuts what is too long for a column, unless told to refuse it."""
_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


class InboxConfig(BaseModel):
    """The `sink:` part of a `sql-inbox`.

    Attributes:
        url: SQLAlchemy URL of the receiver's database; secrets by `${NAME}`.
        tabel: name of the inbox table.
        buat_tabel: create the table if it is missing; otherwise its absence is an
            error that shows the statement.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    tabel: str = Field(default="bus_masuk", pattern=r"^\w+(\.\w+)?$")
    buat_tabel: bool = False


class SqlInbox:
    """Writes deliveries into the inbox; a known event id is left as it is."""

    def __init__(self, config: InboxConfig, context: SinkContext) -> None:
        self._config = config
        self._context = context
        self._table = inbox_table(config.tabel)
        self._engine = _engine(config.url, context.name)

    def check(self) -> None:
        """See that the inbox is there with a unique `event_id`.

        Raises:
            ConfigError: it is not; the message has the statement to run.
            RetriableError: the database does not answer.
        """
        with self._errors():
            found = inspect(self._engine)
            if not found.has_table(self._table.name, self._table.schema):
                self._create()
                return
            self._compare(found)

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        """One transaction for the batch; row by row if the database refuses one.

        Raises:
            RetriableError: the database does not answer or its table has changed.
        """
        with self._errors():
            try:
                with self._engine.begin() as connection:
                    return self._together(connection, batch)
            except (DataError, IntegrityError):
                return [self._alone(delivery) for delivery in batch]

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _together(
        self, connection: Connection, batch: Sequence[Delivery]
    ) -> list[Outcome]:
        ident = self._table.c.event_id
        asked = [delivery.event_id for delivery in batch]
        known = set(connection.scalars(select(ident).where(ident.in_(asked))))
        rows, outcomes = [], []
        for delivery in batch:
            new = delivery.event_id not in known
            outcomes.append(Written.NEW if new else Written.DUPLICATE)
            if new:
                known.add(delivery.event_id)
                rows.append(self._row(delivery))
        if rows:
            connection.execute(insert(self._table), rows)
        return list(outcomes)

    def _alone(self, delivery: Delivery) -> Outcome:
        try:
            with self._engine.begin() as connection:
                return self._together(connection, [delivery])[0]
        except IntegrityError as error:
            if self._is_there(delivery):  # another worker was faster
                return Written.DUPLICATE
            return _refused(error)
        except DataError as error:
            return _refused(error)

    def _is_there(self, delivery: Delivery) -> bool:
        ident = self._table.c.event_id
        with self._engine.connect() as connection:
            found = select(ident).where(ident == delivery.event_id)
            return connection.scalar(found) is not None

    def _row(self, delivery: Delivery) -> dict[str, Any]:
        now = datetime.fromtimestamp(self._context.clock.now_ms() / 1000, UTC)
        return {
            "event_id": delivery.event_id,
            "jenis": delivery.kind,
            "isi": as_json(delivery.fields),
            "diterima": now.astimezone(self._context.zone).replace(tzinfo=None),
        }

    def _create(self) -> None:
        statement = str(CreateTable(self._table).compile(self._engine)).strip()
        if not self._config.buat_tabel:
            raise ConfigError(
                f"{self._context.name}: table {self._config.tabel} is not in "
                f"{_shown(self._engine.url)}; let its owner run the statement below, "
                f"or set `buat_tabel: true`:\n{statement};"
            )
        self._table.create(self._engine, checkfirst=True)

    def _compare(self, found: Any) -> None:
        table, schema = self._table.name, self._table.schema
        there = {column["name"] for column in found.get_columns(table, schema)}
        missing = [c.name for c in self._table.columns if c.name not in there]
        unique = [found.get_pk_constraint(table, schema)["constrained_columns"]]
        for kind in (found.get_unique_constraints, found.get_indexes):
            unique += [
                entry["column_names"]
                for entry in kind(table, schema)
                if entry.get("unique", True)
            ]
        problems = [f"column {name} is missing" for name in missing]
        if ["event_id"] not in unique:
            problems.append(
                "event_id is not unique, rows would double: "
                f"ALTER TABLE {self._config.tabel} ADD UNIQUE (event_id)"
            )
        if problems:
            where = f"{self._context.name}: {self._config.tabel}"
            raise ConfigError(*(f"{where}: {problem}" for problem in problems))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            cause = getattr(error, "orig", None) or error
            raise RetriableError(
                f"{self._context.name}: {_shown(self._engine.url)}: "
                f"{type(cause).__name__}: {_first_line(cause)}"
            ) from None


def _refused(error: DBAPIError) -> PoisonError:
    """Why the receiver will never take a row, without its values."""
    code = next((a for a in getattr(error.orig, "args", ()) if isinstance(a, int)), "")
    return PoisonError(
        "DITOLAK_PENERIMA",
        f"basis data penerima menolak baris ini ({type(error.orig).__name__} {code}); "
        "periksa tipe dan panjang kolom bus_masuk",
    )


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200]


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _engine(text: str, name: str) -> Engine:
    try:
        url = make_url(text)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
            connect_args=_TIMEOUTS.get(url.get_backend_name(), {}),
        )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise ConfigError(
            f"{name}: sink.url cannot be used: {_first_line(error)}; examples: "
            "mysql://user:password@host/db, postgresql://…, sqlite:///folder/app.db; "
            "drivers: pip install 'opd-bus[mysql]' or 'opd-bus[postgresql]'"
        ) from None


def _open(config: InboxConfig, context: SinkContext) -> SqlInbox:
    return SqlInbox(config, context)


SINK_SPEC = SinkSpec(
    kind="sql-inbox",
    summary="Rows in an inbox table of the receiving app's database.",
    guarantee="each event id at most once in the table, none lost",
    config=InboxConfig,
    open=_open,
    example='{url: "${ESAKTI_URL}", tabel: bus_masuk, buat_tabel: false}',
)
