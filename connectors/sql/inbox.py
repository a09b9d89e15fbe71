"""The table `bus_masuk` in a receiver's database: its columns, its DDL, its rows."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, DateTime, MetaData, String, Table, Text
from sqlalchemy.dialects import mysql, postgresql

ID_LENGTH, KIND_LENGTH = 32, 64

_MOMENT = (
    DateTime()
    .with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
    .with_variant(postgresql.TIMESTAMP(precision=3), "postgresql")
)
_LONG = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
_ASCII = {"charset": "ascii", "collation": "ascii_bin"}


def _word(length: int) -> Any:
    plain = mysql.VARCHAR(length, **_ASCII)
    return String(length).with_variant(plain, "mysql", "mariadb")


def inbox_table(name: str) -> Table:
    """The inbox as SQLAlchemy knows it.

    Args:
        name: table name, `schema.table` where the inbox is not in the default one.

    Columns: `event_id` the event's id; `jenis` the receiver's word for it; `isi`
    its fields as JSON, ASCII only, so that a latin1 database keeps every letter;
    `diterima` when the bus wrote it, local time; `diproses` and `galat` belong to
    the receiver.
    """
    schema, _, table = name.rpartition(".")
    return Table(
        table,
        MetaData(),
        Column("event_id", _word(ID_LENGTH), primary_key=True),
        Column("jenis", _word(KIND_LENGTH), nullable=False),
        Column("isi", _LONG, nullable=False),
        Column("diterima", _MOMENT, nullable=False),
        Column("diproses", _MOMENT, nullable=True),
        Column("galat", _LONG, nullable=True),
        schema=schema or None,
    )


def as_json(fields: Mapping[str, Any]) -> str:
    """The `isi` of one row; field order as in the mapping, ASCII only."""
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"))
