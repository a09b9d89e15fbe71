"""Route by rule table: the first rule that fits says where an event goes.

Nothing is kept. An event that no rule fits raises `RowError` `TANPA_RUTE` and becomes
a dead letter, so a gap in the table loses nothing; a last rule that fits everything
says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.errors import RowError
from bus.streams.topology.operators.send import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.record import Event
    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table.

    Attributes:
        name: for messages.
        fits: whether it is about this event.
        topic: contract reference the event is sent to; "" lets it go, on purpose.
    """

    name: str
    fits: Callable[[Event], bool]
    topic: str = ""


def route(*rules: Rule) -> Step:
    """Send each event where the first fitting rule says; what was sent goes on."""

    def step(event: Event, ctx: Context) -> Iterable[Event]:
        for rule in rules:
            if rule.fits(event):
                if rule.topic:
                    yield write(ctx, rule.topic, event, event.key)
                return
        names = ", ".join(rule.name for rule in rules)
        raise RowError(
            "TANPA_RUTE", f"{event.type}: no rule fits; the table has: {names}"
        )

    return step
