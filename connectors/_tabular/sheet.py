"""A sheet nobody here has seen as plain rows: headings, blocks and gaps found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from connectors._tabular.blocks import find_blocks
from connectors._tabular.header import guess_heading, is_numbering
from connectors._tabular.reader import is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

_FAMILY = re.compile(r"\bkk\b|kartu keluarga", re.IGNORECASE)
_GAPS = 4
"""A quarter of the rows without a card's number is no carelessness but a habit."""


@dataclass(slots=True)
class Sheet:
    """What was found on a sheet.

    Attributes:
        names: columns that have a name.
        rows: their cells.
        block: keys of the `source:` block that make it be read so.
        notes: what was noticed, for people.
    """

    names: list[str]
    rows: list[list[Any]]
    block: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def sheet_of(cells: Sequence[Sequence[Any]]) -> Sheet:
    """The columns and rows of all cells of a sheet."""
    heading = guess_heading(cells)
    first = heading.row + 1 - heading.rows
    top = cells[first : heading.row + 1]
    below: list[Any] = [
        row for row in cells[heading.row + 1 :] if not is_blank(row) and row not in top
    ]
    found = Sheet([], [], notes=list(heading.notes))
    if heading.rows > 1:
        found.block["judul_baris"] = heading.rows
    if below and is_numbering(below[0]):
        found.notes.append("the line below the headings only numbers them: left out")
        below = below[1:]
    places = {name: at for at, name in reversed([*enumerate(heading.names)]) if name}
    found.names = sorted(places, key=places.__getitem__)
    if len(found.names) < sum(bool(name) for name in heading.names):
        found.notes.append("several columns have the same heading: the first is taken")
    at = [places[name] for name in found.names]
    if blocks := find_blocks(below, len(heading.names), cells[:first]):
        below = blocks.rows
        at += range(len(heading.names), len(heading.names) + len(blocks.patterns))
        found.names += blocks.patterns
        found.block["blok"] = dict(blocks.patterns)
        found.notes.append(
            "rows stand in blocks under a heading: it becomes column "
            f"{', '.join(blocks.patterns)}, the heading is no row"
        )
    found.rows = [[row[i] if i < len(row) else None for i in at] for row in below]
    _fill_down(found)
    return found


def _fill_down(sheet: Sheet) -> None:
    """Columns of a family card that are filled in its first row only."""
    for at, name in enumerate(sheet.names):
        empty = [is_blank([row[at]]) for row in sheet.rows]
        starts = bool(_FAMILY.search(name)) and empty[:1] == [False]
        if not starts or empty.count(True) * _GAPS <= len(empty):
            continue
        for above, row in pairwise(sheet.rows):
            row[at] = above[at] if is_blank([row[at]]) else row[at]
        sheet.block.setdefault("isi_turun", []).append(name)
        sheet.notes.append(
            f"{name} stands only in the first row of each group: empty cells take the "
            "value above (isi_turun)"
        )
