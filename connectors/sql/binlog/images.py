"""Rows of row events: which cells are there, and where each goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError
from connectors.sql.binlog.cells import reader_of, stepper_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from bus.connect.source import Row
    from connectors.sql.binlog.events import TableMap
    from connectors.sql.binlog.layout import Layout

    Image = Callable[[bytes, int], tuple[Row, int]]


class Images:
    """Makes readers of row images for one layout of a table.

    Args:
        layout: the table's columns.
        places: column name in lower case → its place in the rows given out.
        width: cells of a row given out.
        offset: of the session's time zone from UTC.
    """

    def __init__(
        self, layout: Layout, places: dict[str, int], width: int, offset: timedelta
    ) -> None:
        self._layout = layout
        self._places = places
        self._width = width
        self._offset = offset
        self._made: dict[tuple[Any, ...], Image] = {}

    def fits(self, table: TableMap) -> bool:
        """Whether the log's table has as many columns as the layout."""
        return len(table.types) == len(self._layout.columns)

    def of(
        self, table: TableMap, present: bytes, only: frozenset[int] | None = None
    ) -> Image:
        """Reads an image of a row.

        Args:
            table: as the log tells it.
            present: bit per column that is in the image.
            only: places to fill; others stay None.

        Raises:
            ConfigError: a wanted column is not in the image or cannot be read.
        """
        asked = (table.types, table.metas, present, only)
        if asked not in self._made:
            self._made[asked] = self._compiled(table, present, only)
        return self._made[asked]

    def _compiled(
        self, table: TableMap, present: bytes, only: frozenset[int] | None
    ) -> Image:
        steps: list[tuple[int, int, Any, int]] = []
        missing = []
        for number, column in enumerate(self._layout.columns):
            place = self._places.get(column.name.lower(), -1)
            if only is not None and place not in only:
                place = -1
            if not present[number >> 3] >> (number & 7) & 1:
                missing += [column.name] if place >= 0 else []
                continue
            kind, meta = table.types[number], table.metas[number]
            if place >= 0:
                read = reader_of(column, kind, meta, self._offset)
            else:
                read = stepper_of(column, kind, meta)
            bit = len(steps)
            steps.append((bit >> 3, 1 << (bit & 7), read, place))
        if missing:
            raise ConfigError(
                f"the binary log does not hold column {', '.join(missing)} of each "
                "change; its owner sets: SET GLOBAL binlog_row_image = 'FULL'; then "
                "the app has to connect anew"
            )
        return _image(steps, self._width)


def _image(steps: Sequence[tuple[int, int, Any, int]], width: int) -> Image:
    size = (len(steps) + 7) // 8
    blank = [None] * width

    def read(data: bytes, at: int) -> tuple[Row, int]:
        nulls, at = data[at : at + size], at + size
        cells: list[Any] = blank.copy()
        for byte, bit, step, place in steps:
            if nulls[byte] & bit:
                continue
            value, at = step(data, at)
            if place >= 0:
                cells[place] = value
        return tuple(cells), at

    return read
