"""Versions of rows by key and time: which one was right at a moment.

Kept: one entry per key and version. The same version again replaces it. Old versions
are forgotten when a newer one comes, as far as nobody can ask for them any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.topology.operators.row import Row
from bus.streams.topology.operators.store_key import below, joined, padded, part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.record import Value
    from bus.streams.topology.context import Context


class Versions:
    """Rows by key and the moment from which they hold.

    Args:
        store: name of the store; its record is that of the rows.
        keep_ms: versions that ended longer than this before the newest one begins are
            forgotten; None keeps all.
    """

    def __init__(self, store: str, keep_ms: int | None = None) -> None:
        self.store = store
        self.keep_ms = keep_ms

    def put(self, ctx: Context, key: str, from_ms: int, value: Value) -> bool:
        """Keep a version.

        Returns:
            False if this very version is kept already.
        """
        place = joined(key, padded(from_ms))
        if ctx.get(self.store, place) == value:
            return False
        ctx.put(self.store, place, value)
        if self.keep_ms is not None:
            self._forget(ctx, key, self.keep_ms)
        return True

    def at(self, ctx: Context, key: str, moment_ms: int) -> Row | None:
        """The version that held at a moment; None before the first one.

        The row's `time_ms` is the moment from which it holds, its id is empty.
        """
        prefix = f"{part(key)}/"
        last = prefix + padded(moment_ms + 1)
        found = ctx.newest(self.store, prefix, last)
        return None if found is None else _row(key, *found)

    def all(self, ctx: Context, key: str) -> Iterator[Row]:
        """All versions kept, oldest first."""
        for place, value in ctx.scan(self.store, *below(key)):
            yield _row(key, place, value)

    def _forget(self, ctx: Context, key: str, keep_ms: int) -> None:
        places = [place for place, _ in ctx.scan(self.store, *below(key))]
        newest = _time(places[-1])
        oldest_asked = f"{part(key)}/{padded(max(0, newest - keep_ms + 1))}"
        ended = [place for place in places if place < oldest_asked]
        for place in ended[:-1]:
            ctx.put(self.store, place, None)


def _time(place: str) -> int:
    return int(place.rpartition("/")[2])


def _row(key: str, place: str, value: Value) -> Row:
    return Row(key, _time(place), "", value)
