"""Blocks of rows under a heading, found without knowing any: a family, its members."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors._tabular.reader import is_blank

_HEADING = re.compile(r"\s*([A-Za-z][A-Za-z ./]{1,30}?)\s*[:=]\s*(\S.*)")
_DIGITS = re.compile(r"\d[\d .]*")
LEAST = 3
"""Headings that make a habit."""
NARROW = 2
"""Filled cells of a heading at most; merged cells count as one."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the headings of blocks say.

    Attributes:
        column: name for it, `NO_KK`.
        pattern: regular expression with one group, the value.
        rows: the rows that are no headings, each with the value above it.
    """

    column: str
    pattern: str
    rows: list[list[Any]]


def find_blocks(rows: Sequence[Sequence[Any]], width: int) -> Blocks | None:
    """The headings that come again and again; None where there are none.

    Args:
        rows: below the headings of the columns.
        width: columns of the sheet; a list of two or three has no room for blocks.
    """
    heads = [_head(row) for row in rows]
    labels = Counter(head[0].casefold() for head in heads if head)
    label, count = labels.most_common(1)[0] if labels else ("", 0)
    if count < LEAST or width <= NARROW + 1 or count * 2 > len(rows):
        return None
    written, values = "", []
    for head in heads:
        if head and head[0].casefold() == label:
            written = written or head[0]
            values.append(head[1])
    group = r"(\d[\d .]*)" if all(map(_DIGITS.match, values)) else "(.+)"
    pattern = rf"{re.escape(written)}\s*[:=]\s*{group}".replace(r"\ ", r"\s+")
    found, carried = [], None
    for row, head in zip(rows, heads, strict=True):
        if head and head[0].casefold() == label:
            seen = re.search(pattern, _text(row))
            carried = seen[1].strip() if seen else carried
        elif not is_blank(row):
            found.append([*row, *[None] * (width - len(row)), carried])
    name = re.sub(r"[^A-Z0-9]+", "_", written.upper()).strip("_")
    return Blocks(name, pattern, found)


def _head(row: Sequence[Any]) -> tuple[str, str] | None:
    filled = [cell for cell in row if cell is not None and str(cell).strip()]
    if len(filled) > NARROW:
        return None
    match = _HEADING.fullmatch(_text(row))
    return (match[1], match[2]) if match else None


def _text(row: Sequence[Any]) -> str:
    return " ".join(str(cell).strip() for cell in row if cell not in (None, ""))
