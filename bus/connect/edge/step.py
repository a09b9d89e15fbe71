"""A batch of readings with only the changes left, and what is remembered of devices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bus.connect.rows.remembered import Remembered

if TYPE_CHECKING:
    from bus.connect.edge.filter import EdgeFilter
    from bus.connect.source import Batch

LATE_MS = 60_000
"""How far readings of different devices may be out of order."""


def changes_only(batch: Batch, edge: EdgeFilter, now_ms: int) -> Batch:
    """The batch with the rows that count.

    Nothing else has to be remembered: a reading that was seen is not newer than its
    device. Time passes with the readings where they come in order, else only when the
    source has nothing more: old readings that wait would look like silence.

    Args:
        batch: as polled.
        edge: the filter.
        now_ms: the time.
    """
    edge.name_columns(batch.columns)
    edge.go_on(now_ms, keeps=batch.ordered)
    rows = edge.take(batch.rows, now_ms)
    if batch.ordered and edge.newest_ms:
        rows += edge.pass_time(edge.newest_ms - LATE_MS)
    if batch.next_poll_seconds > 0 and not batch.more:
        rows += edge.pass_time(now_ms)
    bad = (*batch.unreadable, *edge.unreadable())
    return replace(
        batch, rows=rows, marks=(), places=(), forget_below=None, unreadable=bad
    )


def remembered(edge: EdgeFilter) -> list[tuple[str, Remembered]]:
    """What changed, for the source's memory."""
    return [(ref, Remembered(b"", "", data)) for ref, data in edge.take_changes()]
