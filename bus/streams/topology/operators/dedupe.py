"""Dedupe: an id seen before does not go on, within a stated horizon.

Kept: per id two small entries. Time comes from ticks: `forget` is called with each,
and ids seen since are stamped with it, so event times far in the future cannot make
it forget too early. An id is kept at least for the horizon after it was first seen,
and at most until the second tick after that. Later the id counts as new: the horizon
is a promise about how late a source repeats itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.streams.topology.operators.store_key import below, joined, padded, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event
    from bus.streams.topology.context import Context

_LAST, _BY_ID, _BY_TIME = "akhir", "i", "t"


def _id_of(event: Event) -> str:
    return event.id


class Dedupe:
    """A step that lets each id pass once.

    Args:
        store: name of the store; its record is `IdTerlihat`.
        horizon_ms: how long an id is remembered at least.
        id_of: what makes an item the same; by default the event's id.
    """

    def __init__(
        self, store: str, horizon_ms: int, id_of: Callable[[Any], str] = _id_of
    ) -> None:
        self.store = store
        self.horizon_ms = horizon_ms
        self._id_of = id_of

    def __call__(self, item: Any, ctx: Context) -> Iterable[Any]:
        if self.is_first(ctx, self._id_of(item)):
            yield item

    def is_first(self, ctx: Context, name: str) -> bool:
        """Whether this id is new; from now on it is not."""
        if ctx.get(self.store, joined(_BY_ID, name)) is not None:
            return False
        last = ctx.get(self.store, _LAST)
        seen = {"waktu": 0 if last is None else last["waktu"]}
        ctx.put(self.store, joined(_BY_ID, name), seen)
        ctx.put(self.store, joined(_BY_TIME, padded(seen["waktu"]), name), seen)
        return True

    def forget(self, ctx: Context, now_ms: int) -> int:
        """Forget what is older than the horizon; call it with each tick.

        An id stamped with one tick was seen before the next, so ids whose stamp is
        followed by another one at or before `now_ms - horizon_ms` are old enough.

        Returns:
            How many ids were forgotten.
        """
        last = ctx.get(self.store, _LAST)
        if last is not None and now_ms <= last["waktu"]:
            return 0
        ctx.put(self.store, _LAST, {"waktu": now_ms})
        first, _ = below(_BY_TIME)
        old = joined(_BY_TIME, padded(max(0, now_ms - self.horizon_ms + 1)))
        found = [key for key, _ in ctx.scan(self.store, first, old)]
        newest = found[-1].rpartition("/")[0] if found else ""
        gone = [key for key in found if not key.startswith(newest + "/")]
        for key in gone:
            _, _, name = split(key)
            ctx.put(self.store, key, None)
            ctx.put(self.store, joined(_BY_ID, name), None)
        return len(gone)
