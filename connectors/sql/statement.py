"""The SELECTs of a source: always by key order, never more than one chunk."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    TextClause,
    and_,
    bindparam,
    column,
    func,
    null,
    or_,
    select,
    table,
    text,
    tuple_,
)

from connectors.sql.address import kind_of
from connectors.sql.config import SqlConfig


class Statements:
    """Builds the SELECTs of one source.

    Args:
        config: what is read.
        columns: columns to fetch.
        frozen: those of them that do not exist and come as null.
    """

    def __init__(
        self, config: SqlConfig, columns: Sequence[str], frozen: Sequence[str] = ()
    ) -> None:
        self._config = config
        self._kind = kind_of(config.url)
        self._from = _origin(config, columns)
        self._columns: list[Any] = [
            null().label(name) if name in frozen else self._from.c[name]
            for name in columns
        ]
        self._key = [self._from.c[name] for name in config.key]
        self._cursor = self._from.c[config.cursor] if config.cursor else None

    @property
    def order(self) -> list[ColumnElement[Any]]:
        """Columns that decide the order of reading."""
        cursor = [] if self._cursor is None else [self._cursor]
        return [*cursor, *self._key]

    def page(
        self, after: Sequence[Any] | None, least: Any = None, *, above: bool = False
    ) -> Select[Any]:
        """The next chunk.

        Args:
            after: values of `order` of the last row read, or None.
            least: smallest cursor value to read, when `after` is None.
            above: read above `least` only, not at it.
        """
        statement = select(*self._columns).order_by(*self.order)
        if after is not None:
            statement = statement.where(self._beyond(after))
        elif least is not None and self._cursor is not None:
            first = self._cursor > least if above else self._cursor >= least
            statement = statement.where(first)
        if self._cursor is not None:
            statement = statement.where(self._cursor.is_not(None))
        return statement.limit(self._config.chunk_rows)

    def _beyond(self, after: Sequence[Any]) -> ColumnElement[bool]:
        """`(a, b, c) > (x, y, z)`.

        Spelled out where a database does not use an index for it, or cannot compare
        rows; PostgreSQL in turn uses an index for nothing but the short form.
        """
        if self._kind == "postgresql":
            values: list[Any] = [bindparam(None, value, unique=True) for value in after]
            return tuple_(*self.order) > tuple_(*values)
        cases = []
        for number, item in enumerate(self.order):
            equal = [self.order[i] == after[i] for i in range(number)]
            cases.append(and_(*equal, item > after[number]))
        return or_(*cases)

    def these(self, keys: Sequence[Sequence[Any]]) -> Select[Any]:
        """The rows with these values of the key; not for SQL Server."""
        return select(*self._columns).where(tuple_(*self._key).in_(keys))

    def mark(self) -> TextClause:
        """What says which state the table is in."""
        refill = self._config.refill
        return _as_written(refill.query if refill else "SELECT 1")

    def highest(self) -> Select[Any]:
        """The greatest cursor value."""
        return select(func.max(self._cursor)).select_from(self._from)

    def without_cursor(self) -> Select[Any]:
        """How many rows an incremental source cannot see."""
        empty = self._cursor.is_(None) if self._cursor is not None else text("1=0")
        return select(func.count()).select_from(self._from).where(empty)

    def count(self) -> Select[Any]:
        """How many rows there are."""
        return select(func.count()).select_from(self._from)

    def doubles(self) -> Select[Any]:
        """One key that several rows have, if there is one."""
        return select(*self._key).group_by(*self._key).having(func.count() > 1).limit(1)


def shape(config: SqlConfig) -> Select[Any]:
    """No row, with all columns that there are."""
    origin = _origin(config, config.key)
    return select(text("*")).select_from(origin).where(text("1=0"))


def _origin(config: SqlConfig, columns: Sequence[str]) -> FromClause:
    wanted: list[Any] = [column(name) for name in columns]
    if config.query:
        query = _as_written(config.query.strip().rstrip(";"))
        return query.columns(*wanted).subquery("sumber")
    schema, _, name = config.table.rpartition(".")
    return table(name, *wanted, schema=schema or None)


def _as_written(query: str) -> TextClause:
    """A query without parameters: its colons are those of times, casts and JSON."""
    return text(query.replace(":", r"\:"))
