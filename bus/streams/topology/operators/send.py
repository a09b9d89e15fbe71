"""Send: events leave the pipeline. Nothing is kept.

Ids derive from the event in work and the running number of the output, so repeating
an event repeats its outputs under the same ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


def send(topic: str) -> Step:
    """Write each event to a topic; what was written goes on.

    Args:
        topic: contract reference, one of the pipeline's `sinks`.
    """

    def step(event: Event, ctx: Context) -> Iterable[Event]:
        yield write(ctx, topic, event, event.key)

    return step


def rekey(topic: str, key_of: Callable[[Event], str]) -> Step:
    """Write each event under another key to a repartition topic.

    What has the same new key meets in one partition there, in the order in which each
    sender wrote it. Two senders have no order between them: a reader that needs one
    goes by version or event time.

    Args:
        topic: contract reference of the repartition topic, one of `sinks`.
        key_of: the new key; never personal data.
    """

    def step(event: Event, ctx: Context) -> Iterable[Event]:
        yield write(ctx, topic, event, key_of(event))

    return step


def write(ctx: Context, topic: str, event: Event, key: str) -> Event:
    """Emit an event as it is, under a key."""
    return ctx.emit(
        topic,
        event.type,
        key,
        event.value or {},
        operation=event.operation,
        classification=event.classification,
        time_ms=event.time_ms,
    )
