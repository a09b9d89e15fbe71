"""Filter: events for which a question is answered with yes go on.

Nothing is kept, and the others leave no trace: filter what is of no interest. What is
wrong raises `RowError` instead, and becomes a dead letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


def keep_if(question: Callable[[Any], bool]) -> Step:
    """Only items that the question is true of."""

    def step(item: Any, ctx: Context) -> Iterable[Any]:
        if question(item):
            yield item

    return step
