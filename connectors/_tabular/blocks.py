"""Blocks of rows under a heading, found without knowing any: a family, its members."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
        patterns: column, `NO_KK` → regular expression with one group, its value.
        rows: the rows that are no headings, each with the values above it.
    """

    patterns: Mapping[str, str]
    rows: list[list[Any]]


def find_blocks(
    rows: Sequence[Sequence[Any]], width: int, above: Sequence[Sequence[Any]] = ()
) -> Blocks | None:
    """The headings that come again and again; None where there are none.

    Args:
        rows: below the headings of the columns.
        width: columns of the sheet; a list of two or three has no room for blocks.
        above: what stands above these, where the first block's heading may be.
    """
    heads = [_head(row) for row in rows]
    first = [head for row in above if (head := _head(row))]
    known = {head[0].casefold() for head in heads if head}
    first = [head for head in first if head[0].casefold() in known]
    counts = Counter(head[0].casefold() for head in (*first, *heads) if head)
    labels = [label for label, n in counts.items() if LEAST <= n <= len(rows) / 2]
    if not labels or width <= NARROW + 1:
        return None
    patterns = {label: _pattern(label, [*first, *heads]) for label in labels}
    carried: dict[str, str | None] = dict.fromkeys(labels)
    for row in above:
        _take_up(row, patterns, carried)
    found = []
    for row, head in zip(rows, heads, strict=True):
        if head and head[0].casefold() in patterns:
            _take_up(row, patterns, carried)
        elif not is_blank(row):
            found.append([*row, *[None] * (width - len(row)), *carried.values()])
    names = {_column(label): pattern for label, pattern in patterns.items()}
    return Blocks(names, found)


def _pattern(label: str, heads: Sequence[tuple[str, str] | None]) -> str:
    mine = [head for head in heads if head and head[0].casefold() == label]
    digits = all(_DIGITS.match(value) for _, value in mine)
    group = r"(\d[\d .]*)" if digits else "(.+)"
    return rf"{re.escape(mine[0][0])}\s*[:=]\s*{group}".replace(r"\ ", r"\s+")


def _take_up(
    row: Sequence[Any], patterns: Mapping[str, str], carried: dict[str, str | None]
) -> None:
    for label, pattern in patterns.items():
        if seen := re.search(pattern, _text(row)):
            carried[label] = seen[1].strip()


def _column(label: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", label.upper()).strip("_")


def _head(row: Sequence[Any]) -> tuple[str, str] | None:
    filled = [cell for cell in row if cell is not None and str(cell).strip()]
    if len(filled) > NARROW:
        return None
    match = _HEADING.fullmatch(_text(row))
    return (match[1], match[2]) if match else None


def _text(row: Sequence[Any]) -> str:
    return " ".join(str(cell).strip() for cell in row if cell not in (None, ""))
