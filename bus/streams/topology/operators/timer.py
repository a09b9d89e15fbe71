"""Timers: a pipeline is told when a moment has come; survives restarts, fires once.

Kept: per timer its due time (two small entries), and the last moment told. Time comes
in only as `WaktuTiba` records of the pipeline's own log; the engine writes one for
each due time that its clock has reached, with the due time in it, so replays see the
same moments at the same places.

Late: while the engine was away its clock passed some due times; it writes a record
for each of them, in order, when it is back. Duplicate: a moment that was told before
fires nothing. A timer set for a moment that was told already becomes due one
millisecond after the last moment told, so no two firings share an event id.

Failure: when the handler of a moment fails, the moment is a dead letter, its timers
are kept, and time goes on without them; the redriven moment fires them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bus.record import Event
    from bus.streams.topology.context import Context, StateReader
    from bus.streams.topology.pipeline import Handler

WAKTU = "WaktuTiba"
TIMER_RECORD = "TimerTersimpan"
_LAST = "akhir"
_BY_NAME, _BY_TIME, _FAILED = "n/", "t/", "g/"
_NAME_AT = len(f"{_BY_TIME}{0:015d}/")


class Timers:
    """Named timers of one pipeline.

    A name is free text without personal data; by convention `<purpose>/<key>`, which
    is what `on_time` goes by.

    Args:
        store: name of the store; its record is `TimerTersimpan`, and the pipeline
            names the store in `timers`.
    """

    __slots__ = ("store",)

    def __init__(self, store: str) -> None:
        self.store = store

    def set(self, ctx: Context, name: str, due_ms: int) -> int:
        """Set a timer, or move it if it is set.

        Args:
            ctx: of the event in work.
            name: which timer.
            due_ms: when it is due, ms since 1970-01-01 UTC.

        Returns:
            When it will be due: later than asked if that moment was told already.
        """
        due = max(due_ms, _told(ctx, self.store) + 1)
        before = self.when(ctx, name)
        if before == due:
            return due
        if before is not None:
            ctx.put(self.store, _by_time(before, name), None)
        value = {"waktu": due, "sebab": ctx.event.id}
        ctx.put(self.store, _BY_NAME + name, value)
        ctx.put(self.store, _by_time(due, name), value)
        return due

    def cancel(self, ctx: Context, name: str) -> bool:
        """Take a timer back; False if it was not set."""
        before = self.when(ctx, name)
        if before is None:
            return False
        ctx.put(self.store, _BY_NAME + name, None)
        ctx.put(self.store, _by_time(before, name), None)
        return True

    def when(self, ctx: Context, name: str) -> int | None:
        """When a timer is due, ms UTC; None if it is not set."""
        found = ctx.get(self.store, _BY_NAME + name)
        return None if found is None else int(found["waktu"])

    def told(self, ctx: Context) -> int:
        """The last moment told, ms UTC, or -1: time has come at least so far."""
        return _told(ctx, self.store)

    def due(self, ctx: Context, now_ms: int) -> list[str]:
        """Names of the timers due by now, by due time and name; they are removed.

        To be called once per `WaktuTiba`, with its `waktu`; a moment not after the
        last one gives none, unless its handler failed the first time.
        """
        told = _told(ctx, self.store)
        if now_ms > told:
            ctx.put(self.store, _LAST, {"waktu": now_ms, "sebab": ctx.event.id})
            return self._take(ctx, told + 1, now_ms)
        failed = ctx.get(self.store, _failed(now_ms))
        if failed is None:
            return []
        ctx.put(self.store, _failed(now_ms), None)
        return self._take(ctx, failed["waktu"] + 1, now_ms)

    def _take(self, ctx: Context, begin_ms: int, now_ms: int) -> list[str]:
        found = ctx.scan(self.store, _by_time(begin_ms), _by_time(now_ms + 1))
        keys = [key for key, _ in found]
        names = [key[_NAME_AT:] for key in keys]
        for key, name in zip(keys, names, strict=True):
            ctx.put(self.store, key, None)
            ctx.put(self.store, _BY_NAME + name, None)
        return names

    def pass_over(self, ctx: Context, now_ms: int) -> None:
        """Go on without the timers of a moment whose handler failed; for the engine.

        Else it would tell the same moment again for ever, and all later ones would
        wait for it.
        """
        told = _told(ctx, self.store)
        if now_ms > told:
            value = {"sebab": ctx.event.id}
            ctx.put(self.store, _LAST, {**value, "waktu": now_ms})
            ctx.put(self.store, _failed(now_ms), {**value, "waktu": told})


def on_time(
    timers: Timers, purposes: Mapping[str, Callable[[Context, str, int], None]]
) -> Handler:
    """The handler of `WaktuTiba` for timers named `<purpose>/<key>`.

    Args:
        timers: whose due timers are told.
        purposes: purpose → what to do, called with the context, the rest of the
            name and the moment in ms.
    """

    def handle(event: Event, ctx: Context) -> None:
        now_ms = (event.value or {})["waktu"]
        for name in timers.due(ctx, now_ms):
            purpose, _, key = name.partition("/")
            purposes[purpose](ctx, key, now_ms)

    return handle


def due_times(state: StateReader, store: str, now_ms: int, limit: int) -> list[int]:
    """The distinct due times up to now, earliest first; what the engine asks.

    Args:
        state: committed state of one task.
        store: the pipeline's `timers`.
        now_ms: the engine's clock.
        limit: at most so many.
    """
    found: list[int] = []
    begin = _by_time(_told(state, store) + 1)
    for _, value in state.scan(store, begin, _by_time(now_ms + 1)):
        if not found or value["waktu"] > found[-1]:
            if len(found) == limit:
                break
            found.append(value["waktu"])
    return found


def next_due(state: StateReader, store: str) -> int | None:
    """The earliest due time of one task, ms UTC; None if no timer is set."""
    begin = _by_time(_told(state, store) + 1)
    for _, value in state.scan(store, begin, f"{_BY_TIME}:"):
        return int(value["waktu"])
    return None


def _told(state: StateReader | Context, store: str) -> int:
    """The last moment told, or -1."""
    last = state.get(store, _LAST)
    return -1 if last is None else int(last["waktu"])


def _failed(now_ms: int) -> str:
    return f"{_FAILED}{now_ms:015d}"


def _by_time(due_ms: int, name: str = "") -> str:
    return f"{_BY_TIME}{due_ms:015d}/{name}" if name else f"{_BY_TIME}{due_ms:015d}"
