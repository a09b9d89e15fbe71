"""Messages of the output plugin `pgoutput`, protocol version 1, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

BEGIN, COMMIT, RELATION, INSERT, UPDATE, DELETE, TRUNCATE = b"BCRIUDT"
_BEGIN, _COMMIT = Struct("!QQI"), Struct("!BQQQ")
_COUNT, _LENGTH, _NUMBER = Struct("!H"), Struct("!I"), Struct("!I")
_NULL, _UNCHANGED = ord("n"), ord("u")
_NEW = ord("N")


class Kept:
    """A large value that a change left as it is, so that it is not sent."""


KEPT = Kept()
Cell = bytes | None | Kept


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as it was when the changes after it were made.

    Attributes:
        number: by which changes name it.
        schema: its schema.
        table: its name.
        names: columns that are published.
        types: their type numbers.
    """

    number: int
    schema: str
    table: str
    names: tuple[str, ...]
    types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row.

    Attributes:
        number: of the table.
        old: identity, or the whole row before, where the table is set up to tell it.
        new: the row after; None if it was deleted.
    """

    number: int
    old: list[Cell] | None
    new: list[Cell] | None


def transaction_of(message: bytes) -> int:
    """The transaction's number of a BEGIN."""
    _, _, number = _BEGIN.unpack_from(message, 1)
    return int(number)


def end_of(message: bytes) -> int:
    """The place after a COMMIT."""
    _, _, end, _ = _COMMIT.unpack_from(message, 1)
    return int(end)


def relation(message: bytes) -> Relation:
    """A RELATION message."""
    (number,) = _NUMBER.unpack_from(message, 1)
    schema, at = _text(message, 5)
    table, at = _text(message, at)
    (count,) = _COUNT.unpack_from(message, at + 1)
    at += 3
    names, types = [], []
    for _ in range(count):
        name, at = _text(message, at + 1)
        names.append(name)
        types.append(_NUMBER.unpack_from(message, at)[0])
        at += 8
    return Relation(number, schema or "pg_catalog", table, tuple(names), tuple(types))


def change(message: bytes) -> Change:
    """An INSERT, UPDATE or DELETE."""
    (number,) = _NUMBER.unpack_from(message, 1)
    at, old, new = 5, None, None
    while at < len(message):
        kind = message[at]
        cells, at = _cells(message, at + 1)
        if kind == _NEW:
            new = cells
        else:
            old = cells
    return Change(number, old, new)


def truncated(message: bytes) -> tuple[int, ...]:
    """Numbers of the tables of a TRUNCATE."""
    (count,) = _NUMBER.unpack_from(message, 1)
    return Struct(f"!{count}I").unpack_from(message, 6)


def _cells(message: bytes, at: int) -> tuple[list[Cell], int]:
    (count,) = _COUNT.unpack_from(message, at)
    at += 2
    cells: list[Cell] = []
    for _ in range(count):
        kind = message[at]
        at += 1
        if kind == _NULL:
            cells.append(None)
        elif kind == _UNCHANGED:
            cells.append(KEPT)
        else:
            start = at + 4
            at = start + _LENGTH.unpack_from(message, at)[0]
            cells.append(message[start:at])
    return cells, at


def _text(message: bytes, at: int) -> tuple[str, int]:
    end = message.index(0, at)
    return message[at:end].decode(), end + 1
