"""The sinks of this worker, one for each of its files; each of them on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bus.connect.control.keeper import Keeper
from bus.connect.delivery.task import SinkTask
from bus.connect.delivery.worker import sink_task
from bus.connect.views.view import watch_views
from bus.ending import ORDERLY_SECONDS, end
from bus.kafka.lag import watch_lag

if TYPE_CHECKING:
    from bus.connect.delivery.worker import Delivering
    from bus.connect.files.sink_file import SinkDocument

Offered = Mapping[str, tuple["SinkDocument", bytes]]
"""Name → sink file and its fingerprint."""
_Keeper = Keeper["SinkDocument", SinkTask]


class SinkRoster:
    """All sinks a worker runs; Kafka shares each sink's partitions among workers.

    Args:
        shared: parts of the process.
    """

    def __init__(self, shared: Delivering) -> None:
        self._shared = shared
        self._keepers: dict[str, tuple[_Keeper, asyncio.Task[None]]] = {}
        self._groups: dict[str, str] = {}

    def offer(self, sinks: Offered) -> None:
        """The sinks there are files for; call it whenever they change."""
        for name in sinks:
            if name not in self._keepers:
                keeper = self._keeper(name)
                job = asyncio.create_task(keeper.run(), name=f"keeper {name}")
                self._keepers[name] = (keeper, job)
        for name, (keeper, _) in self._keepers.items():
            keeper.want(*sinks.get(name, (None, None)))

    async def run(self, stop: asyncio.Event) -> list[str]:
        """Work until `stop`.

        Returns:
            One line for each sink that had ended with an error.
        """
        of = self._shared
        settings = of.settings
        views = [
            asyncio.create_task(watch_lag(settings.bootstrap, self._groups, of.clock)),
            asyncio.create_task(watch_views(settings, of.catalog, of.tenant, of.serde)),
        ]
        try:
            await stop.wait()
        finally:
            await end(*views)
            jobs = [job for _, job in self._keepers.values()]
            await end(*jobs, again_seconds=ORDERLY_SECONDS)
        problems = [keeper.problem for keeper, _ in self._keepers.values()]
        return [problem for problem in problems if problem]

    def _keeper(self, name: str) -> _Keeper:
        return Keeper(name, self._task, lambda _: None, lambda: self._left(name))

    def _task(self, read: SinkDocument) -> SinkTask:
        task = sink_task(read, self._shared)
        self._groups[task.name] = task.group
        return task

    def _left(self, name: str) -> None:
        self._groups.pop(name, None)
        self._shared.health.drop(name)
