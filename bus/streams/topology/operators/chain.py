"""Chain: steps behind each other, so that a handler reads like a page.

A step is a function `(item, context) -> items`. What a step yields goes through the
next one; what the last one yields is dropped. Items are events at first; joins and
windows yield rows and pairs. Nothing is kept; order is kept; if a step raises, the
whole event becomes a dead letter with nothing done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event
    from bus.streams.topology.context import Context
    from bus.streams.topology.pipeline import Handler

    Step = Callable[[Any, Context], Iterable[Any]]
    Moment = Callable[[Context, str, int], None]


def chain(*steps: Step) -> Handler:
    """A handler that runs an event through the steps."""

    def handle(event: Event, ctx: Context) -> None:
        run([event], steps, ctx)

    return handle


def chain_moment(
    source: Callable[[Context, str, int], Iterable[Any]], *steps: Step
) -> Moment:
    """What to do when a timer is due (`timer.on_time`), as a chain.

    Args:
        source: gives the first items, from the context, the rest of the timer's name
            and the moment in ms.
        steps: what they go through.
    """

    def handle(ctx: Context, name: str, now_ms: int) -> None:
        run(source(ctx, name, now_ms), steps, ctx)

    return handle


def run(items: Iterable[Any], steps: Iterable[Step], ctx: Context) -> None:
    """Items through steps, one step after the other."""
    for step in steps:
        items = [found for item in items for found in step(item, ctx)]
        if not items:
            return
    for _ in items:  # the last step may be lazy
        pass
