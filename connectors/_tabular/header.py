"""Finding the row of column names below titles, by the names a mapping needs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

LOOK_AT = 40
FILE, LINE = "_berkas", "_baris"
OWN_COLUMNS = (FILE, LINE)
"""Columns every file has: its name, and the number of the line."""

_SPACE = re.compile(r"[\s_.\-/]+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the names are and which cell is which.

    Attributes:
        row: number of the row with the names, from 0.
        names: names as they stand there.
        missing: wanted columns that are not there.
    """

    row: int
    names: tuple[str, ...]
    missing: tuple[str, ...]

    def picker(
        self, wanted: Sequence[str], file: str
    ) -> Callable[[Sequence[Any], int], tuple[Any, ...]]:
        """A function from cells and line number to the wanted values, in order."""
        own = {FILE: -1, LINE: -2}
        places = [
            own[name] if name in own else _place(self.names, name) for name in wanted
        ]

        least = max(places, default=-1) + 1
        whole: Callable[[Sequence[Any]], tuple[Any, ...]] | None = None
        if len(places) > 1 and min(places) >= 0:
            whole = itemgetter(*places)

        def pick(cells: Sequence[Any], line: int) -> tuple[Any, ...]:
            width = len(cells)
            if whole is not None and width >= least:
                return whole(cells)
            return tuple(
                (cells[at] if at < width else None)
                if at >= 0
                else (file if at == -1 else line)
                for at in places
            )

        return pick


def find_header(rows: Sequence[Sequence[Any]], wanted: Sequence[str]) -> Header:
    """The first row, of those looked at, that names most of the wanted columns.

    Names match with case, spaces, dots and underscores ignored.
    """
    needed = [name for name in wanted if name not in OWN_COLUMNS]
    best, best_found = 0, -1
    for number, row in enumerate(rows[:LOOK_AT]):
        cells = {folded(cell) for cell in row}
        found = sum(folded(name) in cells for name in needed)
        if found > best_found:
            best, best_found = number, found
    names = tuple(_text(cell) for cell in rows[best]) if rows else ()
    there = {folded(name) for name in names}
    missing = tuple(name for name in needed if folded(name) not in there)
    return Header(best, names, missing)


def folded(name: Any) -> str:
    """A column name as compared."""
    return _SPACE.sub("", _text(name)).casefold()


def _text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _place(names: Sequence[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    return [folded(name) for name in names].index(folded(wanted))
