"""Flat map: one item in, none or many out, in the order given. Nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.streams.topology.context import Context
    from bus.streams.topology.operators.chain import Step


def flat_map(spread: Callable[[Any], Iterable[Any]]) -> Step:
    """Each item as what the function makes of it."""

    def step(item: Any, ctx: Context) -> Iterable[Any]:
        return spread(item)

    return step
