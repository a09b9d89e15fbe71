"""Rows of row events: which cells are there, and where each goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError
from connectors.sql.binlog.cells import JSON, length_bytes, reader_of, size_of
from connectors.sql.binlog.charset import decoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.connect.source import Row
    from connectors.sql.binlog.events import TableMap
    from connectors.sql.binlog.layout import Column, Layout

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
        page, missing = _Page(), []
        for number, column in enumerate(self._layout.columns):
            place = self._places.get(column.name.lower(), -1)
            if only is not None and place not in only:
                place = -1
            if not present[number >> 3] >> (number & 7) & 1:
                missing += [column.name] if place >= 0 else []
                continue
            kind, meta = table.types[number], table.metas[number]
            if place >= 0:
                page.read(place, column, (kind, meta), self._offset)
            else:
                page.skip(column, (kind, meta))
        if missing:
            raise ConfigError(
                f"the binary log does not hold column {', '.join(missing)} of each "
                "change; its owner sets: SET GLOBAL binlog_row_image = 'FULL'; then "
                "the app has to connect anew"
            )
        return page.function(self._width)


class _Page:
    """The function that takes an image apart, written line by line.

    As lines for the columns at hand it takes a third of the time of a loop over them.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._names: dict[str, Any] = {}
        self._cells: set[int] = set()
        self._count = 0

    def read(
        self, place: int, column: Column, kind: tuple[int, int], offset: timedelta
    ) -> None:
        """Take the next cell to a place."""
        self._cells.add(place)
        wide = length_bytes(*kind)
        if wide and kind[0] != JSON:
            decode = self._name(decoder(column.charset))
            self._add(
                f"end = at + {wide} + {_length(wide)}",
                f"c{place} = {decode}(data[at + {wide}:end])",
                "at = end",
            )
        else:
            function = self._name(reader_of(column, *kind, offset))
            self._add(f"c{place}, at = {function}(data, at)")

    def skip(self, column: Column, kind: tuple[int, int]) -> None:
        """Step over the next cell."""
        wide, size = length_bytes(*kind), size_of(*kind)
        if wide:
            self._add(f"at += {wide} + {_length(wide)}")
        elif size is not None:
            self._add(f"at += {size}")
        else:
            function = self._name(reader_of(column, *kind, timedelta()))
            self._add(f"_, at = {function}(data, at)")

    def function(self, width: int) -> Image:
        """The function; gives so many cells."""
        size = (self._count + 7) // 8
        blank = [f"c{place} = None" for place in sorted(self._cells)]
        cells = [f"c{n}" if n in self._cells else "None" for n in range(width)]
        body = [
            f"empty = int.from_bytes(data[at:at + {size}], 'little')",
            f"at += {size}",
            *blank,
            *self._lines,
            f"return ({', '.join(cells)},), at",
        ]
        text = "\n    ".join(["def image(data, at):", *body])
        exec(text, self._names)  # noqa: S102 - numbers and names of our own, see above
        made: Image = self._names["image"]
        return made

    def _add(self, *lines: str) -> None:
        """Lines for a cell that is not empty."""
        self._lines.append(f"if not empty & {1 << self._count}:")
        self._lines += (f"    {line}" for line in lines)
        self._count += 1

    def _name(self, value: Any) -> str:
        name = f"f{len(self._names)}"
        self._names[name] = value
        return name


def _length(wide: int) -> str:
    if wide == 1:
        return "data[at]"
    return f"int.from_bytes(data[at:at + {wide}], 'little')"
