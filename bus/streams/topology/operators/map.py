"""Map: one event in, one event out.

Nothing is kept. The result keeps the time, the operation and the classification of
its event, so late, repeated and corrected events pass like any other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event, Value
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


def map_event(change: Callable[[Event], Event]) -> Step:
    """Each event as another; make it with `dataclasses.replace`."""

    def step(event: Event, ctx: Context) -> Iterable[Event]:
        yield change(event)

    return step


def map_value(change: Callable[[Value], Value], event_type: str = "") -> Step:
    """Each event with another payload.

    Args:
        change: old payload → new payload; does not change the old one.
        event_type: type of the result; by default the same.
    """

    def step(event: Event, ctx: Context) -> Iterable[Event]:
        value = change(event.value or {})
        yield replace(event, value=value, type=event_type or event.type)

    return step
