"""Two layers of keyed entries read as one: what is settled, and changes above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

K = TypeVar("K", str, bytes)
V = TypeVar("V")


def merged(
    settled: Iterable[tuple[K, V]], changes: Sequence[tuple[K, V | None]]
) -> Iterator[tuple[K, V]]:
    """Both in key order; what is changed wins, and None hides.

    Args:
        settled: entries in key order.
        changes: of the same range, in key order.
    """
    at, count = 0, len(changes)
    for key, value in settled:
        while at < count and changes[at][0] < key:
            yield from _shown(changes[at])
            at += 1
        if at < count and changes[at][0] == key:
            yield from _shown(changes[at])
            at += 1
        else:
            yield key, value
    for entry in changes[at:]:
        yield from _shown(entry)


def newest(
    settled: Callable[[K], tuple[K, V] | None],
    changes: Sequence[tuple[K, V | None]],
    last: K,
) -> tuple[K, V] | None:
    """The last entry that `merged` would show.

    Args:
        settled: the last settled entry of the range before a key.
        changes: of the range, in key order.
        last: the range ends before it.
    """
    changed = dict(changes)
    found = settled(last)
    while found is not None and found[0] in changed:
        found = settled(found[0])
    for key, value in reversed(changes):
        if value is not None:
            return found if found is not None and found[0] > key else (key, value)
    return found


def _shown(entry: tuple[K, V | None]) -> Iterator[tuple[K, V]]:
    key, value = entry
    if value is not None:
        yield key, value
