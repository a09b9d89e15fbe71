"""Events of a binary log, taken apart as far as capture needs them.

The layout is the one MySQL documents for binary log format version 4; MariaDB adds
event types above 160.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

QUERY, ROTATE, FORMAT, XID, TABLE_MAP, XA_PREPARE = 2, 4, 15, 16, 19, 38
ENDS = frozenset({XID, XA_PREPARE})
MARIADB_GTID = 162
GTIDS = frozenset({33, 34, MARIADB_GTID})
WRITES, UPDATES, DELETES = (
    frozenset({23, 30}),
    frozenset({24, 31}),
    frozenset({25, 32}),
)
ROWS = WRITES | UPDATES | DELETES
SQUEEZED = {
    39: "binlog_row_value_options",
    40: "binlog_transaction_compression",
    165: "log_bin_compress",
    166: "log_bin_compress",
    167: "log_bin_compress",
    168: "log_bin_compress",
    169: "log_bin_compress",
    170: "log_bin_compress",
    171: "log_bin_compress",
}
"""Event types that are written only where a setting asks for it."""
_STANDALONE = 1

_HEAD = Struct("<IBIIIH")
_QUERY = Struct("<IIBHH")
HEAD = _HEAD.size
_WITH_EXTRA = frozenset({30, 31, 32})
_TWO_BYTES = frozenset({15, 246, 247, 248, 253, 254, 16})
_ONE_BYTE = frozenset({4, 5, 17, 18, 19, 245, 252, 255, 140, 141})


class Head(NamedTuple):
    """What stands before every event.

    Attributes:
        time_s: Unix time.
        kind: event type.
        end: place of the next event in its file; 0 where it is not in the file.
    """

    time_s: int
    kind: int
    end: int


@dataclass(frozen=True, slots=True)
class TableMap:
    """What a number stands for in the row events after it.

    Attributes:
        number: of the table.
        schema: database.
        table: name.
        types: per column its type code.
        metas: per column what its type needs to be read.
    """

    number: int
    schema: str
    table: str
    types: bytes
    metas: tuple[int, ...]


class RowsHead(NamedTuple):
    """What stands before the rows of an event.

    Attributes:
        number: of the table.
        width: columns of the table.
        present: which of them are written, before and after; one bit each.
        at: where the rows begin.
    """

    number: int
    width: int
    present: tuple[bytes, ...]
    at: int


def head(event: bytes) -> Head:
    """The head of an event."""
    time_s, kind, _, _, end, _ = _HEAD.unpack_from(event)
    return Head(time_s, kind, end)


def rotation(event: bytes) -> tuple[str, int]:
    """Name of the next file and where it begins; ends without checksum only."""
    at = int.from_bytes(event[HEAD : HEAD + 8], "little")
    return event[HEAD + 8 :].decode(), at


def stands_alone(event: bytes) -> bool:
    """Whether no COMMIT follows a MariaDB GTID event."""
    return bool(event[HEAD + 12] & _STANDALONE)


@lru_cache(maxsize=256)
def table_map(body: bytes) -> TableMap:
    """A TABLE_MAP event, which comes with each statement and is hardly ever new.

    Args:
        body: of the event, without its head.
    """
    number, at = int.from_bytes(body[:6], "little"), 8
    schema = body[at + 1 : at + 1 + body[at]].decode()
    at += body[at] + 2
    table = body[at + 1 : at + 1 + body[at]].decode()
    at += body[at] + 2
    count, at = length_at(body, at)
    types, at = body[at : at + count], at + count
    _, at = length_at(body, at)
    metas = []
    for kind in types:
        size = 2 if kind in _TWO_BYTES else int(kind in _ONE_BYTE)
        order = "big" if kind in {246, 247, 248, 253, 254} else "little"
        metas.append(int.from_bytes(body[at : at + size], order))  # type: ignore[arg-type]
        at += size
    return TableMap(number, schema, table, types, tuple(metas))


def rows_head(event: bytes, kind: int) -> RowsHead:
    """The part of a row event before its rows."""
    number = int.from_bytes(event[HEAD : HEAD + 6], "little")
    at = HEAD + 8
    if kind in _WITH_EXTRA:
        at += int.from_bytes(event[at : at + 2], "little")
    count, at = length_at(event, at)
    size = (count + 7) // 8
    present = [event[at : at + size]]
    at += size
    if kind in UPDATES:
        present.append(event[at : at + size])
        at += size
    return RowsHead(number, count, tuple(present), at)


def query(event: bytes) -> tuple[str, str]:
    """Database in use and text of a QUERY event; may end with a checksum."""
    _, _, name, _, status = _QUERY.unpack_from(event, HEAD)
    at = HEAD + _QUERY.size + status
    schema = event[at : at + name].decode("utf-8", "replace")
    return schema, event[at + name + 1 :].decode("utf-8", "replace")


def length_at(data: bytes, at: int) -> tuple[int, int]:
    """A packed length and the place after it."""
    first = data[at]
    if first < 251:  # noqa: PLR2004 - the protocol's own number
        return first, at + 1
    size = {252: 2, 253: 3, 254: 8}[first]
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size
