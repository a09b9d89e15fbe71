"""Tables for people: names and references stay whole, however narrow the window.

Cells are text, never markup: `[3325]` in a reference is shown as it is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDE = 160
"""Columns where the output goes to a file or another program."""


def print_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str = "",
    width: int | None = None,
) -> None:
    """Print a table; what does not fit goes on in the next line of its cell.

    Args:
        heads: names of the columns.
        rows: one text per column.
        title: above the table.
        width: columns to use; by default the terminal's, or `WIDE` without one.
    """
    table = Table(
        *(Column(head, overflow="fold") for head in heads),
        title=Text(title) if title else None,
        title_justify="left",
    )
    for row in rows:
        table.add_row(*map(Text, row))
    console(width).print(table)


def console(width: int | None = None) -> Console:
    """Standard output, wide enough for whole names where no person is watching."""
    if width is None and not sys.stdout.isatty():
        width = WIDE
    return Console(width=width)
