"""What a MySQL or MariaDB server says about its binary log and one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError
from connectors.sql.binlog.layout import Layout, layout_of
from connectors.sql.capture.log import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Executable

    from connectors.sql.capture.log import Place
    from connectors.sql.database import Database

_SETTINGS = (
    "SHOW GLOBAL VARIABLES WHERE variable_name IN ('log_bin', 'binlog_format', "
    "'binlog_row_image', 'log_bin_compress', 'binlog_transaction_compression', "
    "'binlog_row_value_options', 'expire_logs_days', 'binlog_expire_logs_seconds')"
)
DAYS = 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """The server's settings that capture depends on, names in lower case."""

    values: dict[str, str]

    def obstacles(self) -> Iterator[str]:
        """What the owner has to change before changes can be read."""
        say = self.values.get
        if say("log_bin", "OFF").upper() not in {"ON", "1"}:
            yield (
                "the server writes no binary log; its owner adds log_bin, "
                "binlog_format=ROW and server_id=1 under [mysqld] and restarts it"
            )
            return
        if say("binlog_format", "ROW").upper() != "ROW":
            yield (
                f"binlog_format is {say('binlog_format')}, so changes are logged as "
                "statements; its owner sets: SET GLOBAL binlog_format = 'ROW'; then "
                "the app has to connect anew"
            )
        if say("binlog_row_image", "FULL").upper() != "FULL":
            yield (
                f"binlog_row_image is {say('binlog_row_image')}, so changes lack "
                "columns; its owner sets: SET GLOBAL binlog_row_image = 'FULL'; then "
                "the app has to connect anew"
            )
        for name in ("log_bin_compress", "binlog_transaction_compression"):
            if say(name, "OFF").upper() in {"ON", "1"}:
                yield f"{name} is on and not read here; SET GLOBAL {name} = OFF;"

    @property
    def kept_days(self) -> float:
        """After how many days old logs are deleted; 0 is never."""
        seconds = float(self.values.get("binlog_expire_logs_seconds") or 0)
        return seconds / DAYS or float(self.values.get("expire_logs_days") or 0)


class Server:
    """Asks; in short transactions of its own.

    Args:
        database: of the table.
        table: name, with database or without.
    """

    def __init__(self, database: Database, table: str) -> None:
        schema, _, self.table = table.rpartition(".")
        self.schema = schema or database.url.database or ""
        self._database = database

    def settings(self) -> Settings:
        """As they are for new connections."""
        with self._database.session() as connection:
            found = connection.exec_driver_sql(_SETTINGS).all()
        return Settings({name.lower(): str(value) for name, value in found})

    def end(self) -> Place:
        """Where the log ends.

        Raises:
            ConfigError: no right to ask, or there is no log.
        """
        with self._database.session() as connection:
            found = _status(connection)
        if found is None:
            raise ConfigError(next(Settings({"log_bin": "OFF"}).obstacles()))
        return [found[0], int(found[1]), 0]

    def files(self) -> list[tuple[str, int]]:
        """Files of the log, oldest first, with their bytes."""
        with self._database.session() as connection:
            found = connection.exec_driver_sql("SHOW BINARY LOGS").all()
        return [(row[0], int(row[1])) for row in found]

    def look(self) -> tuple[Layout, timedelta]:
        """The table's columns, and the session's time zone as offset from UTC."""
        with self._database.session() as connection:
            layout = layout_of(connection, self.schema, self.table)
            seconds = connection.exec_driver_sql(
                "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())"
            ).scalar_one()
        if not layout.columns:
            raise ConfigError(
                f"{self._database.place} has no table {self.table!r}, or it must not "
                "be seen; compare `table` with the database"
            )
        return layout, timedelta(seconds=int(seconds))

    def chunk(self, statement: Executable) -> Chunk:
        """Rows, and the place in the log they are exactly as of.

        MariaDB tells the place that belongs to a consistent snapshot. MySQL tells only
        where the log ends after the rows were read; then an entry up to there counts
        as newer than a row, which it is or equals.
        """
        with self._database.session() as connection:
            run = connection.exec_driver_sql
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            status = run("SHOW STATUS LIKE 'binlog_snapshot_%%'").all()
            told = {str(name).lower(): value for name, value in status}
            result = connection.execute(statement)
            rows: list[Any] = list(result.cursor.fetchall())
            result.close()
            file = told.get("binlog_snapshot_file")
            exact = bool(file)
            if exact:
                at = [file, int(told["binlog_snapshot_position"]), 0]
            else:
                found = _status(connection)
                at = [found[0], int(found[1]), 0] if found else []
            connection.rollback()
        return Chunk(rows, at, lambda _stamp: not exact)


def _status(connection: Connection) -> Any:
    version = connection.dialect.server_version_info or ()
    renamed = not getattr(connection.dialect, "is_mariadb", False)
    renamed = renamed and tuple(version) >= (8, 4)
    asked = "SHOW BINARY LOG STATUS" if renamed else "SHOW MASTER STATUS"
    return connection.exec_driver_sql(asked).first()
