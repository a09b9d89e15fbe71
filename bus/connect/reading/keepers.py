"""Sources of one process, each kept as its file and its operators want it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bus.connect.control.keeper import Keeper
from bus.connect.control.topic import Wish
from bus.connect.reading.task import FAILED, PAUSED, SourceTask
from bus.connect.reading.watch import watch_resting
from bus.ending import ORDERLY_SECONDS, end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.connect.files.connector import Connector
    from bus.connect.reading.task import Collecting

Offered = Mapping[str, tuple["Connector", bytes]]
"""Name → connector and fingerprint of its file."""
_Keeper = Keeper["Connector", SourceTask]


class Keepers:
    """Runs the sources that are this process's, unless operators have paused them.

    Args:
        shared: parts of the process.
        left: told the name of a source that does not run here any more.
    """

    def __init__(
        self, shared: Collecting, left: Callable[[str], None] = lambda _: None
    ) -> None:
        self._shared = shared
        self._left = left
        self._offered: Offered = {}
        self._mine: frozenset[str] = frozenset()
        self._wishes: dict[str, Wish] = {}
        self._keepers: dict[str, tuple[_Keeper, asyncio.Task[None]]] = {}
        self._watches: dict[str, tuple[asyncio.Event, asyncio.Task[None]]] = {}

    def offer(self, connectors: Offered, mine: frozenset[str]) -> None:
        """What there are files for, and which of it runs here."""
        self._offered, self._mine = connectors, mine
        self._arrange()

    def heard(self, wishes: Iterable[Wish]) -> None:
        """What operators want."""
        self._wishes.update({wish.connector: wish for wish in wishes})
        self._arrange()

    def is_paused(self, name: str) -> bool:
        """Whether operators want it to rest."""
        return name in self._wishes and self._wishes[name].is_paused

    async def close(self) -> list[str]:
        """Stop all.

        Returns:
            One line for each source that had failed or paused itself.
        """
        jobs = [job for _, job in (*self._keepers.values(), *self._watches.values())]
        await end(*jobs, again_seconds=ORDERLY_SECONDS)
        problems = [keeper.problem for keeper, _ in self._keepers.values()]
        return [problem for problem in problems if problem]

    def _arrange(self) -> None:
        """Tell each keeper what should run; keepers of others' tasks end."""
        for name in self._mine & frozenset(self._offered):
            if name not in self._keepers:
                keeper = self._keeper(name)
                job = asyncio.create_task(keeper.run(), name=f"keeper {name}")
                self._keepers[name] = (keeper, job)
        for name, (keeper, _) in self._keepers.items():
            wish = self._wishes.get(name, Wish(name))
            offered = self._offered.get(name) if name in self._mine else None
            rests = offered is not None and wish.is_paused
            self._watch(name, offered[0] if offered and rests else None)
            if offered is None or rests:
                keeper.want(None)
            else:
                keeper.want(offered[0], (offered[1], wish.restart))

    def _watch(self, name: str, paused: Connector | None) -> None:
        """Look at what is kept for a source that an operator has paused."""
        watch = self._watches.pop(name, None) if paused is None else None
        if watch is not None:
            watch[0].set()
        if paused is not None and name not in self._watches:
            stop = asyncio.Event()
            job = asyncio.create_task(watch_resting(paused, self._shared, stop))
            self._watches[name] = stop, job

    def _keeper(self, name: str) -> _Keeper:
        return Keeper(
            name,
            lambda connector: SourceTask(connector, self._shared),
            _verdict,
            lambda: self._gone(name),
        )

    def _gone(self, name: str) -> None:
        self._shared.health.drop(name)
        self._left(name)


def _verdict(task: SourceTask) -> str | None:
    bad = task.state in (FAILED, PAUSED)
    return f"{task.name}: {task.state}: {task.message}" if bad else None
