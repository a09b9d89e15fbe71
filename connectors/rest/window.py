"""Rows of an incremental pass: in its window, before it, or without a value. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.rest.moment import NUMBER, mark_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.connect.source import Row
    from connectors.rest.config import Since

_DAY_MS = 86_400_000


@dataclass(slots=True)
class Taken:
    """What counts of a page.

    Attributes:
        rows: rows in the window.
        marks: per row its sortable text.
        high: highest value, one that is not in the future.
        without: rows whose value cannot be read.
    """

    rows: list[Row] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    high: int | None = None
    without: list[Row] = field(default_factory=list)


def taken(
    rows: Sequence[Row], at: int, since: Since, low: int | None, now_ms: int
) -> Taken:
    """Sort the rows of a page.

    An app that does not heed the parameter sends old rows each time: they were read
    when they were new. A time in the future must not hide what comes before it.

    Args:
        rows: as read.
        at: place of the cursor column.
        since: how it is written.
        low: begin of the window; None is the first pass.
        now_ms: the time.
    """
    found = Taken()
    for row in rows:
        value = value_of(row[at], since)
        if value is None:
            found.without.append(row)
            continue
        if low is not None and value < low:
            continue
        found.rows.append(row)
        found.marks.append(mark_of(value))
        possible = since.format == NUMBER or value <= now_ms + _DAY_MS
        if possible and (found.high is None or value > found.high):
            found.high = value
    return found
