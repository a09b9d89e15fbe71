"""Aggregate by key: a sum, count or list that stays right when rows change.

Kept: per key the aggregate, and per row what it last contributed. A row seen again
unchanged changes nothing; a corrected row is subtracted as it was and added as it is;
a row taken back is subtracted. Each change yields the aggregate with a revision
number, 0 for the first, so a later one is a correction and never a silent change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bus.streams.topology.operators.row import operation_of
from bus.streams.topology.operators.store_key import below, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event, Value
    from bus.streams.topology.context import Context

    Fold = Callable[[Value, Value], Value]

NUMBER_RECORD = "NomorTersimpan"


class Total(NamedTuple):
    """An aggregate after a change; `revision` counts its changes from 0."""

    key: str
    value: Value
    revision: int

    @property
    def operation(self) -> str:
        """DIBUAT for the first result, DIKOREKSI for a revision."""
        return operation_of(self.revision)


class Aggregate:
    """A keyed aggregate over rows.

    Args:
        store: name of the store of aggregates; its record is the flow's.
        rows: name of the store of contributions; its record is that of the events.
        numbers: name of the store of revision numbers; record `NomorTersimpan`.
        start: the aggregate of nothing.
        add: aggregate and row → aggregate with it; changes neither.
        subtract: aggregate and row → aggregate without it.
    """

    def __init__(
        self,
        *,
        store: str,
        rows: str,
        numbers: str,
        start: Value,
        add: Fold,
        subtract: Fold,
    ) -> None:
        self.store, self.row_store, self.number_store = store, rows, numbers
        self._start, self._add, self._subtract = start, add, subtract

    def take(
        self,
        ref_of: Callable[[Event], str],
        key_of: Callable[[Event], str] | None = None,
    ) -> Callable[[Event, Context], Iterable[Total]]:
        """A step; `DIBATALKAN` takes the row back.

        Args:
            ref_of: which row this is, the same over its corrections.
            key_of: what is aggregated; by default the event's key.
        """

        def step(event: Event, ctx: Context) -> Iterable[Total]:
            key = event.key if key_of is None else key_of(event)
            gone = event.operation == "DIBATALKAN"
            value = None if gone else event.value
            found = self.change(ctx, key, ref_of(event), value)
            if found is not None:
                yield found

        return step

    def change(
        self, ctx: Context, key: str, ref: str, value: Value | None
    ) -> Total | None:
        """Let a row contribute this from now on; None takes it back.

        Returns:
            The new aggregate, or None if nothing changes.
        """
        place = joined(key, ref)
        before = ctx.get(self.row_store, place)
        if before == value:
            return None
        total = self.value(ctx, key)
        if before is not None:
            total = self._subtract(total, before)
        if value is not None:
            total = self._add(total, value)
        ctx.put(self.row_store, place, value)
        ctx.put(self.store, key, total)
        return Total(key, total, next_number(ctx, self.number_store, key))

    def value(self, ctx: Context, key: str) -> Value:
        """The aggregate as it stands."""
        found = ctx.get(self.store, key)
        return self._start if found is None else found

    def forget(self, ctx: Context, key: str) -> None:
        """Forget a key with all its rows."""
        for place, _ in ctx.scan(self.row_store, *below(key)):
            ctx.put(self.row_store, place, None)
        ctx.put(self.store, key, None)
        ctx.put(self.number_store, key, None)


def next_number(ctx: Context, store: str, key: str) -> int:
    """Count results about a key, from 0."""
    found = ctx.get(store, key)
    number = 0 if found is None else int(found["nomor"]) + 1
    ctx.put(store, key, {"nomor": number})
    return number
