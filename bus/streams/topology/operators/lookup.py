"""Lookup: global tables, such as holidays, routing and code maps.

Reference records enter the log of every task by a broadcast route
(`Route(..., broadcast=True)`), so each task has the whole table, and a replay sees
each version at the same place of the log. Kept: one entry per code and version
(`versions`). A version that comes late holds for what is decided after it; what was
decided before is not decided again: a flow that wants that reads `changed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.topology.operators.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event, Value
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


def _time_of(event: Event) -> int:
    return event.time_ms


class Lookup:
    """A table by code and validity.

    Args:
        store: name of the store; its record is that of the reference records.
        keep_ms: as in `Versions`; None keeps all versions.
    """

    def __init__(self, store: str, keep_ms: int | None = None) -> None:
        self.versions = Versions(store, keep_ms)

    def learn(
        self,
        code_of: Callable[[Event], str],
        from_ms_of: Callable[[Event], int] = _time_of,
    ) -> Step:
        """A step that takes reference records over; those that change it go on.

        Args:
            code_of: the code.
            from_ms_of: from when the record holds, ms UTC; by default its event time.
        """

        def step(event: Event, ctx: Context) -> Iterable[Event]:
            value = event.value or {}
            if self.versions.put(ctx, code_of(event), from_ms_of(event), value):
                yield event

        return step

    def at(self, ctx: Context, code: str, moment_ms: int) -> Value | None:
        """What the table said of a code at a moment, as far as is known now."""
        row = self.versions.at(ctx, code, moment_ms)
        return None if row is None else row.value

    def newest(self, ctx: Context, code: str) -> Value | None:
        """What the table says last of a code."""
        found = None
        for row in self.versions.all(ctx, code):
            found = row.value
        return found
