"""Looking at a database nobody here has seen: tables, columns, keys, a sample."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Inspector, column, exc, func, select, table, types
from sqlalchemy.sql.selectable import TableClause

from bus.connect.survey import (
    DATE,
    NUMBER,
    OTHER,
    TEXT,
    TIME,
    YES_NO,
    FoundColumn,
    FoundTable,
)
from bus.errors import ConfigError
from connectors.sql.capture_findings import captures
from connectors.sql.database import Database
from connectors.sql.joining import joined

_FAMILIES: tuple[tuple[type[Any], str], ...] = (
    (types.Boolean, YES_NO),
    (types.DateTime, TIME),
    (types.Date, DATE),
    (types.Integer, NUMBER),
    (types.Numeric, NUMBER),
    (types.String, TEXT),
    (types.Uuid, TEXT),
)
_MEANT = {"kk": "keluarga", "pend": "penduduk", "wp": "wp"}
"""What stands behind a short name in table names."""
_CAPTURE = (
    "its change log may be read: `mode: cdc` (without cursor and scope) tells every "
    "change and deletion as it is committed"
)
_SYSTEM = re.compile(r"pg_|db_|guest$|sys$|information_schema$", re.IGNORECASE)
"""Schemas of the database itself."""
_MOST_COUNTED = 400
"""Tables of one database that are counted for the list."""


def is_database(address: str) -> bool:
    """Whether this is a database URL rather than a path."""
    return "://" in address


class SqlSurveyor:
    """Reads the data dictionary and a few rows; SELECT only.

    Args:
        address: SQLAlchemy URL.
        name: connector name, for messages.
    """

    def __init__(self, address: str, name: str) -> None:
        self._address = address
        self._database = Database(address, name)
        self._name = name

    def names(self) -> list[tuple[str, int | None]]:
        """Tables and views with their rows."""
        with self._database.inspector() as inspector:
            found = list(_names(inspector))
        return [(name, self._count(name)) for name in sorted(found)[:_MOST_COUNTED]]

    def look(self, name: str, rows: int) -> FoundTable:
        """One table with a sample spread over it as far as the key allows."""
        schema, _, plain = name.rpartition(".")
        with self._database.inspector() as inspector:
            there = [*inspector.get_table_names(schema or None)]
            there += inspector.get_view_names(schema or None)
            if plain not in there:
                raise ConfigError(_no_table(self._name, name, there))
            columns = _columns(inspector, plain, schema)
            keys = tuple(_keys(inspector, plain, schema))
            indexed = frozenset(_indexed(inspector, plain, schema, keys))
            notes = (
                *_notes(inspector, plain, schema),
                *_links(inspector, columns, name, there),
                *_joins(inspector, name),
            )
        if keys and captures(self._address, self._name, name, keys[0]):
            notes = (*notes, _CAPTURE)
        origin = _table(name, [found.name for found in columns])
        wanted = [origin.c[found.name] for found in columns]
        order = [origin.c[part].desc() for part in (keys[0] if keys else ())]
        half = max(1, rows // 2)
        _, last = self._database.rows(select(*wanted).order_by(*order).limit(half))
        _, first = self._database.rows(select(*wanted).limit(rows - half or 1))
        # What both halves have counts once; rows that are alike stay what they are.
        twice = Counter(map(repr, first)) & Counter(map(repr, last))  # JSON: no hash
        sample = [tuple(row) for row in first]
        for row in last:
            if twice[repr(row)]:
                twice[repr(row)] -= 1
            else:
                sample.append(tuple(row))
        return FoundTable(
            name=name,
            columns=columns,
            rows=sample,
            count=self._count(name),
            keys=keys,
            indexed=indexed,
            block={"url": "", "table": name},
            notes=notes,
        )

    def close(self) -> None:
        self._database.close()

    def _count(self, name: str) -> int | None:
        statement = select(func.count()).select_from(_table(name, []))
        try:
            _, ((count,),) = self._database.rows(statement)
        except ConfigError:
            return None  # a view that is broken, or no right to read
        return int(count)


def _names(inspector: Inspector) -> Iterator[str]:
    """Tables and views; those outside of the user's own schema with their schema."""
    yield from inspector.get_table_names()
    yield from inspector.get_view_names()
    if inspector.dialect.name not in {"postgresql", "mssql"}:
        return
    for schema in inspector.get_schema_names():
        if schema != inspector.default_schema_name and not _SYSTEM.match(schema):
            inside = inspector.get_table_names(schema)
            inside += inspector.get_view_names(schema)
            yield from (f"{schema}.{name}" for name in inside)


def _table(name: str, columns: list[str]) -> TableClause:
    schema, _, plain = name.rpartition(".")
    return table(plain, *(column(each) for each in columns), schema=schema or None)


def _columns(inspector: Inspector, name: str, schema: str) -> tuple[FoundColumn, ...]:
    return tuple(
        FoundColumn(
            name=found["name"],
            declared=str(found["type"]).lower(),
            family=_family(found["type"]),
            comment=str(found.get("comment") or ""),
        )
        for found in inspector.get_columns(name, schema or None)
    )


def _family(kind: Any) -> str:
    if str(kind).upper() in {"TINYINT(1)", "BIT(1)", "BIT"}:
        return YES_NO
    return next((family for base, family in _FAMILIES if isinstance(kind, base)), OTHER)


def _keys(inspector: Inspector, name: str, schema: str) -> Iterator[tuple[str, ...]]:
    primary = inspector.get_pk_constraint(name, schema or None)
    if primary.get("constrained_columns"):
        yield tuple(primary["constrained_columns"])
    for index in inspector.get_indexes(name, schema or None):
        parts = [part for part in index["column_names"] if part]
        if index.get("unique") and parts:
            yield tuple(parts)


def _indexed(
    inspector: Inspector, name: str, schema: str, keys: tuple[tuple[str, ...], ...]
) -> Iterator[str]:
    yield from (key[0] for key in keys)
    for index in inspector.get_indexes(name, schema or None):
        if index["column_names"] and index["column_names"][0]:
            yield index["column_names"][0]


def _notes(inspector: Inspector, name: str, schema: str) -> Iterator[str]:
    """What MySQL tells about a table's engine and character set (Q9)."""
    if inspector.dialect.name not in {"mysql", "mariadb"}:
        return
    try:
        options = inspector.get_table_options(name, schema or None)
    except exc.NoSuchTableError:
        return
    engine = str(options.get("mysql_engine") or options.get("mariadb_engine") or "")
    if engine.lower() == "myisam":
        yield "table engine MyISAM: no transactions, a reader sees half of an update"
    said = " ".join(map(str, options.values())).lower()
    if "latin1" in said:
        yield "character set latin1: UTF-8 bytes inside it are repaired (Q9)"


def _links(
    inspector: Inspector, columns: tuple[FoundColumn, ...], name: str, there: list[str]
) -> Iterator[str]:
    """Other tables that rows of this one point to, for a `query:` that joins them."""
    schema, _, plain = name.rpartition(".")
    links: dict[str, str] = {}
    for key in inspector.get_foreign_keys(plain, schema or None):
        for own, other in zip(
            key["constrained_columns"], key["referred_columns"], strict=True
        ):
            links[own] = f"{key['referred_table']}.{other}"
    for column_ in columns:
        stem = _stem(column_.name)
        tables = [t for t in there if t != plain and stem and stem in t.lower()]
        if column_.name not in links and tables:
            best = min(tables, key=lambda name: (name.startswith("log_"), len(name)))
            links[column_.name] = f"{best}?"
    if links:
        told = ", ".join(f"{own} → {other}" for own, other in links.items())
        yield f"points to other tables (join them with `query:`): {told}"


def _joins(inspector: Inspector, name: str) -> Iterator[str]:
    """The query of declared foreign keys, ready to be taken."""
    if query := joined(inspector, name):
        yield f"to read them together, in place of `table:` write `query: {query}`"


def _stem(name: str) -> str:
    """`id_cluster` and `cluster_id` as `cluster`; empty for other names."""
    low = name.lower()
    stem = low.removeprefix("id_") if low.startswith("id_") else ""
    stem = stem or (low.removesuffix("_id") if low.endswith("_id") else "")
    return _MEANT.get(stem, stem) if len(stem) > 1 else ""


def _no_table(connector: str, name: str, there: list[str]) -> str:
    return (
        f"{connector}: there is no table {name!r}; there are: "
        f"{', '.join(sorted(there)[:60]) or 'none'}"
    )
