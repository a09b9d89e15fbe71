"""Alias: two keys turn out to be one, and their states become one.

The smaller key stays (by text), so links told in any order, twice or in circles end
at the same key. `link` writes `KunciDisatukan` to the pipeline's own log under the
key that goes; its task takes that key's state out and sends it after the other key,
where the flow's function merges it. Kept: one entry per key that went, for ever: what
comes under it later follows (`follow`), in order.

A record that is on its way under the old key is not lost: it is either in the state
that moves, or it follows. The merge function decides what is true of both; it is to
give the same result whichever state comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.topology.operators.send import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event, Value
    from bus.streams.topology.context import Context

LINK = "KunciDisatukan"


class Alias:
    """Links between keys of one pipeline.

    Args:
        store: store of the links, record `AliasTersimpan`.
        topic: the pipeline's own source, which is also one of its sinks; its contract
            carries `KunciDisatukan` and the type of moved states.
        moved_type: event type that carries a state; its record is the flow's.
        take: takes the state of a key out of all stores and gives it, or None if
            there is none. Timers of the key are part of its state.
        merge: puts a state that came from another key to that of a key.
    """

    def __init__(
        self,
        *,
        store: str,
        topic: str,
        moved_type: str,
        take: Callable[[Context, str], Value | None],
        merge: Callable[[Context, str, Value], None],
    ) -> None:
        self._store = store
        self._topic = topic
        self._moved_type = moved_type
        self._take = take
        self._merge = merge

    def link(self, ctx: Context, one: str, other: str) -> None:
        """Two keys are one; to be called in whatever task finds out."""
        if one != other:
            stays, goes = sorted((one, other))
            ctx.emit(self._topic, LINK, goes, {"ke": stays}, classification="INTERNAL")

    def target(self, ctx: Context, key: str) -> str | None:
        """The key that this key of this task became; None if it stands for itself."""
        found = ctx.get(self._store, key)
        return None if found is None else str(found["ke"])

    def follow(self, event: Event, ctx: Context) -> Iterable[Event]:
        """First step of every keyed handler: sends after a key that went."""
        target = self.target(ctx, event.key)
        if target is None:
            yield event
        else:
            write(ctx, self._topic, event, target)

    def on_link(self, event: Event, ctx: Context) -> None:
        """Handler of `KunciDisatukan`."""
        key, stays = event.key, (event.value or {})["ke"]
        known = self.target(ctx, key)
        if known is not None:
            self.link(ctx, known, stays)
            return
        ctx.put(self._store, key, {"ke": stays, "sebab": event.id})
        state = self._take(ctx, key)
        if state is not None:
            ctx.emit(self._topic, self._moved_type, stays, state)

    def on_moved(self, event: Event, ctx: Context) -> None:
        """Handler of the event type that carries a state."""
        for arrived in self.follow(event, ctx):
            self._merge(ctx, arrived.key, arrived.value or {})
