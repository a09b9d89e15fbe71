"""Which reader a `source:` block asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.errors import ConfigError
from connectors.sql.binlog.log import BinaryLog
from connectors.sql.capture.source import CaptureSource
from connectors.sql.database import Database
from connectors.sql.source import SqlSource

if TYPE_CHECKING:
    from bus.connect.source import Source
    from bus.connect.spec import Opening
    from connectors.sql.config import SqlConfig


def open_source(config: SqlConfig, opening: Opening) -> Source:
    """The reader for a block; opens no connection yet.

    Raises:
        ConfigError: URL not valid, driver not installed, no change log of this kind.
    """
    if config.mode != "cdc":
        return SqlSource(config, opening)
    columns = tuple(dict.fromkeys((*opening.columns, *config.columns())))
    name = opening.connector
    database = Database(config.url, name)
    identity = opening.ref or config.key
    kind = database.url.get_backend_name()
    if kind in {"mysql", "mariadb"}:
        change_log = BinaryLog(config, columns, identity, database, name)
        return CaptureSource(config, opening, columns, change_log)
    raise ConfigError(
        f"{name}: mode cdc reads MySQL, MariaDB and PostgreSQL, not {kind}; use mode "
        "snapshot-diff"
    )
