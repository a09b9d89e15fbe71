"""Chance by seed: the only place that makes random generators."""

from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *parts: str | int) -> Random:
    """A generator of its own for one part of the world.

    Parts have streams of their own so that a larger village does not shift what
    happens in the next one.
    """
    text = "|".join(str(part) for part in (seed, *parts))
    return Random(text)  # noqa: S311 - a simulation, nothing to protect


def drawer(weights: Sequence[tuple[T, float]]) -> Callable[[Random], T]:
    """A function that draws one value with the given weights; quicker than choices."""
    values = [value for value, _ in weights]
    edges = list(accumulate(weight for _, weight in weights))
    total = edges[-1]

    def draw(rng: Random) -> T:
        return values[bisect(edges, rng.random() * total)]

    return draw
