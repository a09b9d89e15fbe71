"""Columns that a table no longer has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import NoSuchTableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.sql.config import SqlConfig
    from connectors.sql.database import Database


def vanished(
    database: Database, config: SqlConfig, wanted: Iterable[str], needed: Iterable[str]
) -> tuple[str, ...]:
    """Wanted columns that the table lacks and a source can go on without for a while.

    None where it cannot: a query is not looked into, a mode without memory has no old
    values to keep.

    Args:
        database: where the table is.
        config: of the source.
        wanted: columns the source reads.
        needed: those it cannot do without.

    Raises:
        RetriableError, ConfigError: as `Database.rows`.
    """
    if config.mode != "snapshot-diff" or not config.table:
        return ()
    schema, _, table = config.table.rpartition(".")
    with database.inspector() as inspector:
        try:
            found = inspector.get_columns(table, schema=schema or None)
        except NoSuchTableError:
            return ()
    there = {column["name"].lower() for column in found}
    missing = tuple(name for name in wanted if name.lower() not in there)
    return missing if set(missing).isdisjoint(needed) else ()
