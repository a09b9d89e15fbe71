"""Rows of a relation as the database's driver would give them to a SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError
from connectors.sql.pgoutput.messages import KEPT, Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bus.connect.source import Row
    from connectors.sql.capture.log import Piece
    from connectors.sql.pgoutput.messages import Cell, Relation

_TEXT = 0


class RowMaker:
    """Makes rows of one relation.

    Args:
        relation: as the log tells it.
        columns: cells of the rows to make.
        frozen: those of them that the table does not have.
        transformer: psycopg's, of a connection to the database.

    Raises:
        ConfigError: a wanted column is not published.
    """

    def __init__(
        self,
        relation: Relation,
        columns: Sequence[str],
        frozen: Sequence[str],
        transformer: Any,
    ) -> None:
        self.relation = relation
        places = {name.lower(): at for at, name in enumerate(relation.names)}
        absent = {name.lower() for name in frozen}
        self._steps: list[tuple[int, Any]] = []
        for name in columns:
            at = places.get(name.lower(), -1)
            if at < 0 and name.lower() not in absent:
                raise ConfigError(
                    f"column {name} of {relation.table} is not published (a column "
                    "list, or a generated column); its owner publishes the whole table"
                )
            load = None
            if at >= 0:
                load = transformer.get_loader(relation.types[at], _TEXT).load
            self._steps.append((at, load))

    def row(self, cells: Sequence[Cell], before: Sequence[Cell] | None = None) -> Row:
        """The wanted cells; what the log kept comes from the row before, if told."""
        found: list[Any] = []
        for at, load in self._steps:
            cell = cells[at] if at >= 0 else None
            if cell is KEPT and before is not None:
                cell = before[at]
            if cell is None or isinstance(cell, Kept):
                found.append(cell)
            else:
                found.append(load(cell))
        return tuple(found)


def lacking_of(piece: Piece) -> list[int]:
    """Which rows lack values that the log does not repeat."""
    return [
        number
        for number, row in enumerate(piece.rows)
        if any(cell is KEPT for cell in row)
    ]


def complete(
    piece: Piece,
    lacking: Sequence[int],
    now: Mapping[Any, Row],
    key: Callable[..., Any],
) -> None:
    """Take the lacking values from the rows as they are now.

    A row that is not there any more is left out: its deletion follows in the log.
    """
    for number in reversed(lacking):
        row = piece.rows[number]
        found = now.get(key(row))
        if found is None:
            del piece.rows[number], piece.deleted[number], piece.stamps[number]
            continue
        cells = zip(row, found, strict=True)
        piece.rows[number] = tuple(new if c is KEPT else c for c, new in cells)
