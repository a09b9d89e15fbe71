"""Keeps one connector as it should be: running in the right version, or not here."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0
"""Wait of a task that ended by itself, because it was fenced although the group gives
it to us: longer than a group needs to decide anew, so that two workers do not fence
each other in turns."""


class Runner(Protocol):
    """A source or sink at work."""

    async def run(self) -> None:
        """Work until `stop`."""
        ...

    def stop(self) -> None:
        """Ask for the end; what is under way is finished."""
        ...


Thing = TypeVar("Thing")
Task = TypeVar("Task", bound=Runner)


class Keeper(Generic[Thing, Task]):
    """Runs a task as long as it is wanted here, none of which concerns another.

    Args:
        name: connector.
        make: a task for what is wanted; may raise OpdBusError.
        verdict: what to report of a task that has ended, or None.
        left: called when nothing of it runs here any more.

    Attributes:
        problem: why the last task ended badly, or None.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[Thing], Task],
        verdict: Callable[[Task], str | None],
        left: Callable[[], None],
    ) -> None:
        self.name = name
        self.problem: str | None = None
        self._make = make
        self._verdict = verdict
        self._left = left
        self._wanted: Thing | None = None
        self._version: object = None
        self._news = asyncio.Event()
        self._task: Task | None = None
        self._job: asyncio.Task[None] | None = None
        self._running: object = None

    def want(self, thing: Thing | None, version: object = None) -> None:
        """What should run from now on.

        Args:
            thing: what a task is made of; None is nothing.
            version: the same thing in another version is started anew.
        """
        if (thing is None, version) != (self._wanted is None, self._version):
            self._wanted, self._version = thing, version
            self._news.set()

    async def run(self) -> None:
        """Keep it so until cancelled; the task is stopped then."""
        try:
            while True:
                self._news.clear()
                await self._arrange()
                await self._next()
        finally:
            await self._end()

    async def _arrange(self) -> None:
        if self._job is not None and (
            self._wanted is None or self._version != self._running
        ):
            await self._end()
        if self._wanted is not None and self._job is None:
            self.problem = None
            self._running = self._version
            try:
                self._task = self._make(self._wanted)
            except Exception as error:  # noqa: BLE001 - whatever it is, the neighbours go on
                self._fail(error)
            else:
                self._job = asyncio.create_task(self._task.run(), name=self.name)

    async def _next(self) -> None:
        """Wait for news, or for a task that ends by itself."""
        news = asyncio.create_task(self._news.wait())
        jobs = {news} if self._job is None else {news, self._job}
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if self._job is None or not self._job.done():
            return
        await self._end()
        patience = None if self.problem else AGAIN_SECONDS
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), patience)

    async def _end(self) -> None:
        """Stop the task; a failure is kept until something else is wanted."""
        if self._task is None or self._job is None:
            return
        task, job = self._task, self._job
        task.stop()
        await asyncio.wait({job})
        self._task = self._job = None
        error = None if job.cancelled() else job.exception()
        if error is not None:
            self._fail(error)
        else:
            self.problem = self._verdict(task)
            self._left()

    def _fail(self, error: BaseException) -> None:
        self.problem = f"{self.name}: {str(error) or type(error).__name__}"
        log.error("%s: stopped: %s", self.name, error)
