"""Who runs which task: pure, so that every worker comes to the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Offer:
    """What one worker tells the group.

    Attributes:
        able: tasks it has files for.
        has: tasks it runs now; it keeps them as far as that is fair.
    """

    able: frozenset[str]
    has: frozenset[str]


def share(offers: Mapping[str, Offer]) -> dict[str, frozenset[str]]:
    """Tasks per worker: each task once, evenly, moving as few as possible.

    Args:
        offers: worker → its offer; a task only goes to a worker able to run it.
    """
    able = {
        task: sorted(worker for worker, offer in offers.items() if task in offer.able)
        for task in frozenset[str]().union(*(offer.able for offer in offers.values()))
    }
    workers = sum(bool(offer.able) for offer in offers.values())
    least, more = divmod(len(able), max(1, workers))
    given: dict[str, set[str]] = {worker: set() for worker in sorted(offers)}
    left = sorted(able)
    for room in (least, least + 1):  # some may keep one more than others
        still = []
        for task in left:
            owner = next((w for w in able[task] if task in offers[w].has), None)
            if (
                owner is None
                or len(given[owner]) >= room
                or (room > least and not more)
            ):
                still.append(task)
            else:
                given[owner].add(task)
                more -= room > least
        left = still
    for task in sorted(left, key=lambda task: (len(able[task]), task)):
        freest = min(able[task], key=lambda worker: (len(given[worker]), worker))
        given[freest].add(task)
    return {worker: frozenset(tasks) for worker, tasks in given.items()}
