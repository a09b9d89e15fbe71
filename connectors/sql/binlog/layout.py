"""The columns of a table, as its server's data dictionary tells them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

_COLUMNS = text(
    "SELECT column_name, column_type, character_set_name "
    "FROM information_schema.columns "
    "WHERE table_schema = :schema AND table_name = :table ORDER BY ordinal_position"
)
_VALUE = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: as the table has it.
        declared: `int(10) unsigned`, `enum('a','b')`.
        charset: of texts, `latin1`; empty for others.
    """

    name: str
    declared: str
    charset: str

    @property
    def is_unsigned(self) -> bool:
        return "unsigned" in self.declared

    @property
    def values(self) -> tuple[str, ...]:
        """What an ENUM or SET may hold, in order."""
        found = _VALUE.findall(self.declared)
        return tuple(value.replace("''", "'") for value in found)


@dataclass(frozen=True, slots=True)
class Layout:
    """All columns, in the order of the table; none where there is no such table."""

    columns: tuple[Column, ...]

    @property
    def fingerprint(self) -> str:
        """A short text that is another one for other columns."""
        return blake2b(repr(self.columns).encode(), digest_size=8).hexdigest()


def layout_of(connection: Connection, schema: str, table: str) -> Layout:
    """The columns at the moment."""
    found = connection.execute(_COLUMNS, {"schema": schema, "table": table})
    return Layout(
        tuple(
            Column(_plain(name), _plain(declared), _plain(charset))
            for name, declared, charset in found
        )
    )


def _plain(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
