"""Windows: aggregates over stretches of event time, tumbling or hopping.

A window is published when the engine's clock reaches its end (revision 0). Kept: its
aggregate, for `keep_ms` after the end; an event that belongs to it and comes in that
time yields a revision at once, never a silent change. An event that comes when all
its windows are forgotten raises `RowError` `TERLAMBAT` and becomes a dead letter. A
window without events is not published. Repeated events count again: put a dedupe
before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bus.errors import RowError
from bus.streams.topology.operators.aggregate import next_number
from bus.streams.topology.operators.row import operation_of
from bus.streams.topology.operators.store_key import joined, padded, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bus.record import Event, Value
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.aggregate import Fold
    from bus.streams.topology.operators.deadline import Deadline


class Frame(NamedTuple):
    """A window's result; `begin_ms` <= event time < `end_ms`."""

    key: str
    begin_ms: int
    end_ms: int
    value: Value
    revision: int

    @property
    def operation(self) -> str:
        """DIBUAT for the first result, DIKOREKSI for a revision."""
        return operation_of(self.revision)


class Window:
    """A keyed aggregate per stretch of event time.

    Args:
        store: store of aggregates; its record is the flow's.
        numbers: store of revision numbers, record `NomorTersimpan`.
        deadline: what wakes `ended`; its purpose belongs to this window alone.
        size_ms: length.
        hop_ms: from one begin to the next; None: `size_ms`, tumbling.
        offset_ms: begins are multiples of the hop plus this; for days in a time zone.
        keep_ms: how long after its end a window can be revised.
        start: the aggregate of nothing.
        add: aggregate and payload → aggregate with it; changes neither.
    """

    def __init__(  # noqa: PLR0913 - stores, shape and function
        self,
        *,
        store: str,
        numbers: str,
        deadline: Deadline,
        size_ms: int,
        keep_ms: int,
        start: Value,
        add: Fold,
        hop_ms: int | None = None,
        offset_ms: int = 0,
    ) -> None:
        self._store, self._numbers = store, numbers
        self._deadline = deadline
        self._size, self._hop = size_ms, hop_ms or size_ms
        self._offset, self._keep = offset_ms, keep_ms
        self._start, self._add = start, add

    def begins(self, time_ms: int) -> Iterator[int]:
        """Begins of the windows that a time belongs to, latest first."""
        begin = time_ms - (time_ms - self._offset) % self._hop
        while begin > time_ms - self._size:
            yield begin
            begin -= self._hop

    def take(self, event: Event, ctx: Context) -> Iterable[Frame]:
        """Step for events; yields revisions of windows that are published."""
        told = self._deadline.told(ctx)
        lasting = self._size + self._keep
        open_ = [b for b in self.begins(event.time_ms) if b + lasting > told]
        if not open_:
            raise RowError(
                "TERLAMBAT",
                f"{event.type}: its time lies {told - event.time_ms} ms back; windows "
                f"of {self._size} ms are kept for {self._keep} ms after their end",
            )
        for begin in open_:
            yield from self._put(ctx, event, begin)

    def _put(self, ctx: Context, event: Event, begin: int) -> Iterable[Frame]:
        place = joined(event.key, padded(begin))
        before = ctx.get(self._store, place) or self._start
        value = self._add(before, event.value or {})
        ctx.put(self._store, place, value)
        if ctx.get(self._numbers, place) is None:
            self._deadline.by(ctx, place, begin + self._size)
        else:
            yield self._frame(ctx, place, value)

    def _frame(self, ctx: Context, place: str, value: Value) -> Frame:
        key, begin = split(place)
        number = next_number(ctx, self._numbers, place)
        return Frame(key, int(begin), int(begin) + self._size, value, number)

    def ended(self, ctx: Context, place: str, now_ms: int) -> Iterable[Frame]:
        """When the deadline's timer is due: publish a window, or forget it."""
        value = ctx.get(self._store, place)
        if value is None:
            return
        end = int(place.rpartition("/")[2]) + self._size
        if ctx.get(self._numbers, place) is None:
            yield self._frame(ctx, place, value)
            self._deadline.by(ctx, place, end + self._keep)
        else:
            ctx.put(self._store, place, None)
            ctx.put(self._numbers, place, None)
