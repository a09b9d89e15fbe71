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

_JOINED = "headings over two rows are joined"
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


def find_header(
    rows: Sequence[Sequence[Any]], wanted: Sequence[str], depth: int = 1
) -> Header:
    """The first row, of those looked at, that names most of the wanted columns.

    Names match with case, spaces, dots and underscores ignored.

    Args:
        rows: the first lines of a file.
        wanted: names looked for.
        depth: rows the headings take, this row being the last of them.
    """
    needed = [name for name in wanted if name not in OWN_COLUMNS]
    best, best_found = 0, -1
    for number in range(min(len(rows), LOOK_AT)):
        cells = {folded(cell) for cell in _names_at(rows, number, depth)}
        found = sum(folded(name) in cells for name in needed)
        if found > best_found:
            best, best_found = number, found
    names = _names_at(rows, best, depth) if rows else ()
    there = {folded(name) for name in names}
    missing = tuple(name for name in needed if folded(name) not in there)
    return Header(best, names, missing)


def _names_at(
    rows: Sequence[Sequence[Any]], number: int, depth: int
) -> tuple[str, ...]:
    if depth == 1:
        return tuple(_text(cell) for cell in rows[number])
    return joined_names(rows[max(0, number - depth + 1) : number + 1])


@dataclass(frozen=True, slots=True)
class Heading:
    """Headings found without knowing any.

    Attributes:
        row: number of the last row of headings, from 0.
        rows: how many rows they take.
        names: a name per column; empty where there is none.
        notes: what was noticed, for people.
    """

    row: int
    rows: int
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def guess_heading(rows: Sequence[Sequence[Any]]) -> Heading:
    """The first row, or two rows joined, nearly as wide as the widest.

    Titles above it are narrower.
    """
    top = rows[:LOOK_AT]
    widths = [0 if is_numbering(row) else len(_filled(row)) for row in top]
    enough = max(widths, default=0) * 0.8
    for at, width in enumerate(widths):
        if at and min(width, widths[at - 1]) > 1 and _completes(top[at - 1], top[at]):
            names = joined_names(top[at - 1 : at + 1])
            if len(_filled(names)) >= enough:
                return Heading(at, 2, names, (*_titles(at - 1), _JOINED))
        if width and width >= enough:
            if at + 1 < len(top) and _refines(top[at], top[at + 1]):
                names = joined_names(top[at : at + 2])
                return Heading(at + 1, 2, names, (*_titles(at), _JOINED))
            return Heading(at, 1, tuple(map(_text, top[at])), tuple(_titles(at)))
    return Heading(0, 1, ())


def _titles(rows: int) -> list[str]:
    return [f"{rows} rows of titles above the headings"] if rows else []


def _completes(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Whether the upper row names columns that the lower one leaves without a name."""
    return any(
        _text(cell) and (at >= len(lower) or not _text(lower[at]))
        for at, cell in enumerate(upper)
    )


def _refines(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Whether the lower row only names the columns below a merged heading."""
    named = [at for at, cell in enumerate(lower) if _text(cell)]
    gaps = [at for at, cell in enumerate(upper) if not _text(cell)]
    merged = {at for gap in gaps for at in (gap - 1, gap)}
    words = all(any(c.isalpha() for c in _text(lower[at])) for at in named)
    return bool(named) and words and set(named) <= merged and bool({*named} & {*gaps})


def _filled(row: Sequence[Any]) -> set[str]:
    return {_text(cell) for cell in row} - {""}


def joined_names(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Headings over several rows as one name each: `Alamat` over `RT` is `Alamat RT`.

    An upper heading without anything to its right stands for all columns up to the
    next one, as merged cells do.
    """
    *upper, last = [[_text(cell) for cell in row] for row in rows]
    width = max((len(row) for row in rows), default=0)
    filled = [_carried(row, width) for row in upper]
    lowest = last + [""] * (width - len(last))
    names = []
    for at in range(width):
        parts = [row[at] for row in filled] + [lowest[at]]
        names.append(" ".join(dict.fromkeys(part for part in parts if part)))
    return tuple(names)


def _carried(row: Sequence[str], width: int) -> list[str]:
    carried, last = [], ""
    for at in range(width):
        last = (row[at] if at < len(row) else "") or last
        carried.append(last)
    return carried


def is_numbering(cells: Sequence[Any]) -> bool:
    """A line below the headings that only numbers the columns: 1, 2, 3, …."""
    numbers = [_text(cell).removesuffix(".0") for cell in cells]
    counted = [int(n) for n in numbers if n.isdigit() and len(n) < 4]  # noqa: PLR2004
    filled = [n for n in numbers if n]
    if len(counted) < 3 or len(counted) * 5 < len(filled) * 4:  # noqa: PLR2004
        return False
    return counted == list(range(counted[0], counted[0] + len(counted)))


def folded(name: Any) -> str:
    """A column name as compared."""
    return _SPACE.sub("", _text(name)).casefold()


def _text(cell: Any) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _place(names: Sequence[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    return [folded(name) for name in names].index(folded(wanted))
