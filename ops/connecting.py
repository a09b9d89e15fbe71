"""The connect worker: its files, and the sources and sinks that come from them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from bus.connect.delivery.roster import SinkRoster
from bus.connect.reading.roster import SourceRoster

if TYPE_CHECKING:
    from bus.connect.delivery.worker import Delivering
    from bus.connect.reading.task import Collecting
    from ops.cli.connect_files import Files

LOOK_SECONDS = 1.0


class Worker:
    """Runs what the files say, as they come and go.

    Args:
        collecting: parts for the sources.
        delivering: parts for the sinks.
    """

    def __init__(self, collecting: Collecting, delivering: Delivering) -> None:
        self._sources = SourceRoster(collecting)
        self._sinks = SinkRoster(delivering)
        self._collecting = collecting
        self._running: list[asyncio.Task[list[str]]] = []
        self._started: set[str] = set()

    async def run(self, files: Files, stop: asyncio.Event) -> list[str]:
        """Work until `stop`.

        Returns:
            One line for each connector that had failed or paused itself.
        """
        health = self._collecting.health
        try:
            self._offer(files, stop)
            health.ready()
            while not await self._stopped(stop):
                if await asyncio.to_thread(files.reload):
                    self._offer(files, stop)
                self._tell(files)
        finally:
            stop.set()
            ended = await asyncio.gather(*self._running, return_exceptions=True)
        problems: list[str] = []
        for found in ended:
            if isinstance(found, BaseException):
                raise found
            problems.extend(found)
        return problems

    def _offer(self, files: Files, stop: asyncio.Event) -> None:
        if files.sources and "sources" not in self._started:
            self._started.add("sources")
            self._running.append(asyncio.create_task(self._sources.run(stop)))
        if files.sinks and "sinks" not in self._started:
            self._started.add("sinks")
            self._running.append(asyncio.create_task(self._sinks.run(stop)))
        self._sources.offer(files.sources)
        self._sinks.offer(files.sinks)

    def _tell(self, files: Files) -> None:
        """A file that is not used makes the process not ready; the others run."""
        health = self._collecting.health
        if files.problems:
            health.part("files").not_ready("; ".join(files.problems.values()))
        else:
            health.part("files").ready()

    async def _stopped(self, stop: asyncio.Event) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        return stop.is_set()
