"""One timer for all rows of a key that wait: set for the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.timer import Timers


class Deadline:
    """Wakes an operator when the first of a key's rows has waited long enough.

    Args:
        timers: of the pipeline.
        purpose: first part of the timers' names, as in `timer.on_time`.
    """

    __slots__ = ("_purpose", "_timers")

    def __init__(self, timers: Timers, purpose: str) -> None:
        self._timers = timers
        self._purpose = purpose

    def by(self, ctx: Context, key: str, due_ms: int) -> None:
        """Wake at this moment, unless it is to wake earlier anyhow."""
        name = f"{self._purpose}/{key}"
        before = self._timers.when(ctx, name)
        if before is None or due_ms < before:
            self._timers.set(ctx, name, due_ms)

    def told(self, ctx: Context) -> int:
        """The last moment told to the pipeline, ms UTC, or -1."""
        return self._timers.told(ctx)
