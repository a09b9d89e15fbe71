"""As-of join: an event with the row of a table that held at the event's time.

Kept: the table's versions by key (`versions`), and left events that wait or may have
to be corrected, until `wait_ms` after their event time by the engine's clock. What
happens when the right side is late is the policy:

- WAIT: a left event without any version waits; it goes on when one comes that held at
  its time, or with None when its time is up. One with a version goes on at once, and
  a nearer version that comes later does not change it.
- EMIT_THEN_CORRECT: it goes on at once with what is known, also None; every version
  that comes before its time is up and changes its match yields a revision.
- FINAL: it goes on at once, with what is known, for good; nothing waits.

The wait counts from the event's time, so old events do not wait: load the table
first. A left event repeated while it is kept yields nothing.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from bus.streams.topology.operators.aggregate import next_number
from bus.streams.topology.operators.row import Pair, Row, row_of
from bus.streams.topology.operators.store_key import below, joined, padded, split
from bus.streams.topology.operators.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.deadline import Deadline


class Policy(Enum):
    """What to do about a right side that is late."""

    WAIT = "wait"
    EMIT_THEN_CORRECT = "emit then correct"
    FINAL = "final"


def _time_of(event: Event) -> int:
    return event.time_ms


class AsOfJoin:
    """Joins left events to versions of right rows with the same key.

    Args:
        policy: about a late right side.
        table: store of the versions; its record is that of the right events.
        waiting: store of left events; its record is theirs. Not used by FINAL.
        numbers: store of revisions, record `NomorTersimpan`; EMIT_THEN_CORRECT only.
        deadline: what wakes `expired`; its purpose belongs to this join alone.
        wait_ms: how long after its event time a left event is kept.
        keep_ms: how long ended versions are kept, as in `Versions`; None is for ever.
    """

    def __init__(  # noqa: PLR0913 - named stores
        self,
        *,
        policy: Policy,
        table: str,
        waiting: str = "",
        numbers: str = "",
        deadline: Deadline | None = None,
        wait_ms: int = 0,
        keep_ms: int | None = None,
    ) -> None:
        self.table = Versions(table, keep_ms)
        self.policy = policy
        self.wait_ms = wait_ms
        self._waiting = waiting
        self._numbers = numbers
        self._deadline = deadline

    def left(self, event: Event, ctx: Context) -> Iterable[Pair]:
        """Step for left events."""
        row = row_of(event)
        match = self.table.at(ctx, row.key, row.time_ms)
        waits = self.policy is Policy.WAIT and match is None
        if waits or self.policy is Policy.EMIT_THEN_CORRECT:
            if not self._keep(ctx, row):
                return
            if waits:
                return
        yield Pair(row, match)

    def _keep(self, ctx: Context, row: Row) -> bool:
        """Keep a left row; False if it is kept already."""
        place = joined(row.key, padded(row.time_ms), row.id)
        if ctx.get(self._waiting, place) is not None:
            return False
        ctx.put(self._waiting, place, row.value)
        if self._deadline is not None:
            self._deadline.by(ctx, row.key, row.time_ms + self.wait_ms)
        return True

    def right(
        self, from_ms_of: Callable[[Event], int] = _time_of
    ) -> Callable[[Event, Context], Iterable[Pair]]:
        """Step for right events.

        Args:
            from_ms_of: from when the row holds, ms UTC; by default its event time.
        """

        def step(event: Event, ctx: Context) -> Iterable[Pair]:
            from_ms, value = from_ms_of(event), event.value or {}
            if self.table.put(ctx, event.key, from_ms, value):
                yield from self._late(ctx, event.key, from_ms, event.id)

        return step

    def _late(
        self, ctx: Context, key: str, from_ms: int, right_id: str
    ) -> Iterable[Pair]:
        """Left rows whose match this version now is."""
        if self.policy is Policy.FINAL:
            return
        first, last = joined(key, padded(from_ms)), below(key)[1]
        for place, value in ctx.scan(self._waiting, first, last):
            left = _left(place, value)
            match = self.table.at(ctx, key, left.time_ms)
            if match is None or match.time_ms != from_ms:
                continue
            match = match._replace(id=right_id)
            if self.policy is Policy.WAIT:
                ctx.put(self._waiting, place, None)
                yield Pair(left, match)
            else:
                yield Pair(left, match, next_number(ctx, self._numbers, place) + 1)

    def expired(self, ctx: Context, key: str, now_ms: int) -> Iterable[Pair]:
        """When the deadline's timer is due: left rows whose time is up."""
        for place, value in ctx.scan(self._waiting, *below(key)):
            left = _left(place, value)
            due = left.time_ms + self.wait_ms
            if due > now_ms:
                if self._deadline is not None:
                    self._deadline.by(ctx, key, due)
                return
            ctx.put(self._waiting, place, None)
            if self.policy is Policy.WAIT:
                yield Pair(left, None)
            else:
                ctx.put(self._numbers, place, None)


def _left(place: str, value: dict[str, object]) -> Row:
    key, time, name = split(place)
    return Row(key, int(time), name, value)
