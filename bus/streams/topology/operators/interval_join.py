"""Interval join: pairs of events with the same key and times near each other.

A left and a right event are a pair if the right one's time is at most `before_ms`
before and at most `after_ms` after the left one's. A pair is yielded when the second
of the two arrives, in whatever order. Kept: events of both sides, until no partner
can come within the grace, by the engine's clock. An event repeated while it is kept
yields nothing. With `outer`, a left event that had no partner when its time is up is
yielded with None: the absence of an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.topology.operators.row import Pair, Row, row_of
from bus.streams.topology.operators.store_key import below, joined, padded, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bus.record import Event
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.deadline import Deadline


class IntervalJoin:
    """Joins two streams of events by key and nearness in time.

    Args:
        left: store of left events; its record is theirs.
        right: store of right events; its record is theirs.
        deadline: what wakes `expired`; its purpose belongs to this join alone.
        before_ms: how much earlier the right event may be.
        after_ms: how much later the right event may be.
        grace_ms: how late, by the engine's clock, a partner may arrive.
        outer: whether left events without partner are yielded in the end.
    """

    def __init__(  # noqa: PLR0913 - two stores and an interval
        self,
        *,
        left: str,
        right: str,
        deadline: Deadline,
        before_ms: int,
        after_ms: int,
        grace_ms: int,
        outer: bool = False,
    ) -> None:
        self._lefts, self._rights = left, right
        self._deadline = deadline
        self._before, self._after = before_ms, after_ms
        self._outer = outer
        self._left_ms = after_ms + grace_ms
        self._right_ms = before_ms + after_ms + grace_ms

    def left(self, event: Event, ctx: Context) -> Iterable[Pair]:
        """Step for left events."""
        row = row_of(event)
        if self._keep(ctx, self._lefts, row, self._left_ms):
            for right in self._partners(ctx, row):
                yield Pair(row, right)

    def right(self, event: Event, ctx: Context) -> Iterable[Pair]:
        """Step for right events."""
        row = row_of(event)
        if self._keep(ctx, self._rights, row, self._right_ms):
            begin, end = row.time_ms - self._after, row.time_ms + self._before
            for left in _between(ctx, self._lefts, row.key, begin, end):
                yield Pair(left, row)

    def _partners(self, ctx: Context, left: Row) -> Iterator[Row]:
        begin, end = left.time_ms - self._before, left.time_ms + self._after
        return _between(ctx, self._rights, left.key, begin, end)

    def _keep(self, ctx: Context, store: str, row: Row, kept_ms: int) -> bool:
        place = joined(row.key, padded(row.time_ms), row.id)
        if ctx.get(store, place) is not None:
            return False
        ctx.put(store, place, row.value)
        self._deadline.by(ctx, row.key, row.time_ms + kept_ms)
        return True

    def expired(self, ctx: Context, key: str, now_ms: int) -> Iterable[Pair]:
        """When the deadline's timer is due: forget, and yield who stayed alone."""
        for place, left in self._old(ctx, self._lefts, key, now_ms - self._left_ms):
            if self._outer and next(self._partners(ctx, left), None) is None:
                yield Pair(left, None)
            ctx.put(self._lefts, place, None)
        for place, _ in self._old(ctx, self._rights, key, now_ms - self._right_ms):
            ctx.put(self._rights, place, None)
        for store, kept in (
            (self._lefts, self._left_ms),
            (self._rights, self._right_ms),
        ):
            for place, value in ctx.scan(store, *below(key)):
                self._deadline.by(ctx, key, _row(place, value).time_ms + kept)
                break

    def _old(
        self, ctx: Context, store: str, key: str, until_ms: int
    ) -> Iterator[tuple[str, Row]]:
        last = joined(key, padded(max(0, until_ms + 1)))
        for place, value in ctx.scan(store, below(key)[0], last):
            yield place, _row(place, value)


def _between(
    ctx: Context, store: str, key: str, begin_ms: int, end_ms: int
) -> Iterator[Row]:
    first = joined(key, padded(max(0, begin_ms)))
    last = joined(key, padded(max(0, end_ms + 1)))
    for place, value in ctx.scan(store, first, last):
        yield _row(place, value)


def _row(place: str, value: dict[str, object]) -> Row:
    key, time, name = split(place)
    return Row(key, int(time), name, value)
