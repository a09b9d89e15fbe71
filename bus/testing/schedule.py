"""In which steps a driver works: straight on, or with everything that may happen.

Kafka promises the order of one partition only. So a stream application must come to
the same end whichever task is first, however its input is cut into batches, whichever
transactions are aborted, and whenever a task starts anew without its local state.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bus.record import Event

ItemT = TypeVar("ItemT")
Waiting = tuple[int, tuple[str, int]]
"""Number of a stage, and a topic partition with records that it has not read."""


class Schedule(Protocol):
    """What a driver asks before each step."""

    def pick(self, waiting: Sequence[Waiting]) -> Sequence[Waiting]:
        """Which to work on now, in this order; at least one."""
        ...

    def size(self, limit: int) -> int:
        """How many records the next batch has at most; at least one."""
        ...

    def aborts(self) -> bool:
        """Whether the next transaction fails, so that its batch comes again."""
        ...

    def loses_state(self) -> bool:
        """Whether the task starts anew without its local state."""
        ...


class Straight:
    """Whole batches, stage by stage, partition by partition; nothing fails."""

    def pick(self, waiting: Sequence[Waiting]) -> Sequence[Waiting]:
        return [one for one in waiting if one[0] == waiting[0][0]]

    def size(self, limit: int) -> int:
        return limit

    def aborts(self) -> bool:
        return False

    def loses_state(self) -> bool:
        return False


class Shaken:
    """Any order of tasks, any batches, aborts and restarts; the same for a seed.

    Args:
        seed: of the chances.
        largest: records of the largest batch.
    """

    def __init__(self, seed: int, largest: int = 5) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - replayable, not secret
        self._largest = largest

    def pick(self, waiting: Sequence[Waiting]) -> Sequence[Waiting]:
        return self._chance.sample(waiting, self._chance.randint(1, len(waiting)))

    def size(self, limit: int) -> int:
        return self._chance.randint(1, min(limit, self._largest))

    def aborts(self) -> bool:
        return self._chance.random() < 0.2  # noqa: PLR2004 - often enough

    def loses_state(self) -> bool:
        return self._chance.random() < 0.1  # noqa: PLR2004 - often enough


def repeated(events: Iterable[Event], seed: int, share: float = 0.3) -> list[Event]:
    """The events, some of them a second time, later, as a source repeats itself."""
    chance = random.Random(seed)  # noqa: S311 - replayable, not secret
    found = list(events)
    for event in [one for one in found if chance.random() < share]:
        after = found.index(event) + 1
        found.insert(chance.randint(after, len(found)), event)
    return found


def out_of_order(events: Iterable[Event], seed: int, reach: int = 5) -> list[Event]:
    """The events, each at most about `reach` places from where it was."""
    chance = random.Random(seed)  # noqa: S311 - replayable, not secret
    places = [(n + chance.uniform(0, reach), e) for n, e in enumerate(events)]
    return [event for _, event in sorted(places, key=lambda one: one[0])]


def interleaved(streams: Iterable[Sequence[ItemT]], seed: int) -> list[ItemT]:
    """All streams as one, each in its own order: other arrival, same order per key."""
    chance = random.Random(seed)  # noqa: S311 - replayable, not secret
    waiting = [list(reversed(stream)) for stream in streams if stream]
    found = []
    while waiting:
        stream = chance.choice(waiting)
        found.append(stream.pop())
        if not stream:
            waiting.remove(stream)
    return found
