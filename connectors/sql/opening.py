"""Which reader a `source:` block asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.errors import ConfigError
from connectors.sql.binlog.log import BinaryLog
from connectors.sql.capture.source import CaptureSource
from connectors.sql.database import Database
from connectors.sql.pgoutput.log import LogicalReplication
from connectors.sql.source import SqlSource

if TYPE_CHECKING:
    from bus.connect.source import Source
    from bus.connect.spec import Opening
    from connectors.sql.capture.log import ChangeLog
    from connectors.sql.config import SqlConfig


def open_source(config: SqlConfig, opening: Opening) -> Source:
    """The reader for a block; opens no connection yet.

    Raises:
        ConfigError: URL not valid, driver not installed, no change log of this kind.
    """
    if config.mode != "cdc":
        return SqlSource(config, opening)
    columns = tuple(dict.fromkeys((*opening.columns, *config.columns())))
    change_log = change_log_of(config, opening)
    if change_log is None:
        raise ConfigError(
            f"{opening.connector}: mode cdc reads tables of MySQL, MariaDB and "
            "PostgreSQL; use mode snapshot-diff"
        )
    return CaptureSource(config, opening, columns, change_log)


def change_log_of(config: SqlConfig, opening: Opening) -> ChangeLog | None:
    """The change log of the table's database; None where there is none to read.

    Raises:
        ConfigError: URL not valid, driver not installed.
    """
    columns = tuple(dict.fromkeys((*opening.columns, *config.columns())))
    name = opening.connector
    database = Database(config.url, name)
    identity = opening.ref or config.key
    kind = database.url.get_backend_name()
    if config.table and kind in {"mysql", "mariadb"}:
        return BinaryLog(config, columns, identity, database, name)
    if config.table and kind == "postgresql":
        slot = config.slot or "opdbus_" + name.replace("-", "_")[:56]
        names = (name, slot)
        clock = SystemClock()  # a line is waited for in real time, in trials too
        return LogicalReplication(config, columns, identity, database, names, clock)
    return None
