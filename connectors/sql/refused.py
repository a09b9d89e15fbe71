"""Why a query is refused: every missing right and every missing column at once."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, exc, literal_column, select, table, text

from bus.connect.finding import BAD, Finding
from bus.errors import ConfigError
from connectors.sql.address import kind_of
from connectors.sql.statement import shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.sql.config import SqlConfig
    from connectors.sql.database import Database

_TABLES = re.compile(r"\b(?:from|join)\s+([`\"\w.]+)", re.IGNORECASE)
_COLUMN_GRANT = re.compile(r"SELECT \(`[^`]+`\)")
_PRIVILEGES = text(
    "SELECT n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'), "
    "has_table_privilege(c.oid, 'SELECT'), quote_ident(current_user) "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relname = :name "
    "AND (n.nspname = :schema OR (:schema = '' AND pg_table_is_visible(c.oid)))"
)
_MOST_SHOWN = 40


def tables_of(config: SqlConfig) -> list[str]:
    """The tables a source reads, as its file names them."""
    names = [config.table] if config.table else []
    names += _TABLES.findall(config.query)
    plain = (name.replace("`", "").replace('"', "") for name in names)
    return list(dict.fromkeys(plain))


def why_refused(
    database: Database, config: SqlConfig, columns: Sequence[str]
) -> Iterator[Finding]:
    """Missing rights, each with the statement that gives it, else missing columns.

    Args:
        database: that refused.
        config: what is read.
        columns: columns that are wanted.

    Raises:
        RetriableError: the database is not there.
    """
    kind = kind_of(config.url)
    found = False
    for name in tables_of(config):
        if kind == "postgresql":
            grants = _postgresql(database, name)
        else:
            own = columns if name == config.table else ()
            grants = _others(database, name, own)
        for told in grants:
            found = True
            yield Finding(f"right to read {name}", BAD, told)
    if not found:
        yield from _missing_columns(database, config, columns)


def _postgresql(database: Database, name: str) -> Iterator[str]:
    schema, _, plain = name.rpartition(".")
    asked = _PRIVILEGES.bindparams(name=plain, schema=schema)
    for place, relation, enters, reads, user in database.rows(asked)[1]:
        grants = []
        if not enters:
            grants.append(f'GRANT USAGE ON SCHEMA "{place}" TO {user};')
        if not reads:
            grants.append(f'GRANT SELECT ON "{place}"."{relation}" TO {user};')
        if grants:
            yield f"its owner gives the right by: {' '.join(grants)}"


def _others(database: Database, name: str, columns: Sequence[str]) -> Iterator[str]:
    told = _refusal(database, one_of(name)) or ""
    if not told:
        hidden: list[str] = []
        for each in columns:
            wanted = one_of(name).where(column(each).is_(None))
            said = _refusal(database, wanted)
            if said and _COLUMN_GRANT.search(said):
                told, hidden = said, [*hidden, f"`{each}`"]
        told = _COLUMN_GRANT.sub(f"SELECT ({', '.join(hidden)})", told)
    if told:
        yield told


def _refusal(database: Database, statement: Any) -> str | None:
    try:
        database.rows(statement)
    except ConfigError as error:
        if "gives the right by" in str(error):
            return str(error)
    return None


def _missing_columns(
    database: Database, config: SqlConfig, columns: Sequence[str]
) -> Iterator[Finding]:
    there = _columns(database, config)
    known = {name.lower() for name in there}
    missing = [name for name in columns if name.lower() not in known]
    if there and missing:
        parts = [_with_nearest(name, there) for name in missing]
        where = config.table or "the query"
        shown = ", ".join(there[:_MOST_SHOWN])
        told = f"{where} has no column {', '.join(parts)}; there are: {shown}"
        yield Finding("columns", BAD, told)


def _columns(database: Database, config: SqlConfig) -> list[str]:
    """What there is to be read; empty where even that cannot be told."""
    try:
        if config.query:
            return list(database.rows(shape(config))[0])
        schema, _, plain = config.table.rpartition(".")
        with database.inspector() as inspector:
            return [
                str(x["name"]) for x in inspector.get_columns(plain, schema or None)
            ]
    except (ConfigError, exc.NoSuchTableError):
        return []


def _with_nearest(name: str, there: Sequence[str]) -> str:
    near = get_close_matches(name.lower(), [each.lower() for each in there], 1, 0.5)
    return f"{name} (nearest: {near[0]})" if near else name


def one_of(name: str) -> Any:
    """A row of a table, whatever its columns are."""
    schema, _, plain = name.rpartition(".")
    return (
        select(literal_column("1"))
        .select_from(table(plain, column("x"), schema=schema or None))
        .limit(1)
    )
