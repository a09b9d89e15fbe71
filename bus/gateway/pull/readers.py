"""Open readers of topics, one per grant and topic, kept while their apps ask."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bus.errors import OpdBusError, RetriableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bus.clock import Clock
    from bus.kafka.page_reader import PageReader

IDLE_SECONDS = 10.0
OLD_SECONDS = 300.0
"""A reader knows the partitions its topic had when it was opened."""
MOST_READERS = 256

Key = tuple[str, str]


@dataclass(slots=True)
class Desk:
    """A reader and who uses it.

    Attributes:
        lock: held by the request it serves.
        leave: set when another request waits: the app has come again, most likely
            because its former connection is dead.
        reader: open one, if there is one.
        opened: when it was opened, monotonic seconds.
        used: when it was last used.
        waiting: requests that use it or want to.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    reader: PageReader | None = None
    opened: float = 0.0
    used: float = 0.0
    waiting: int = 0


class Readers:
    """Opens and closes readers; for one event loop.

    Args:
        make: topic → reader, not started.
        clock: the time.
        most: open at once.
    """

    def __init__(
        self, make: Callable[[str], PageReader], clock: Clock, most: int = MOST_READERS
    ) -> None:
        self._make = make
        self._clock = clock
        self._most = most
        self._desks: dict[Key, Desk] = {}

    @asynccontextmanager
    async def use(
        self, grant: str, topic: str
    ) -> AsyncIterator[tuple[PageReader, asyncio.Event]]:
        """The reader of an app's topic, and the sign that it should answer now.

        Raises:
            RetriableError: the broker is not there, or too many apps read.
        """
        desk = self._desk((grant, topic))
        desk.waiting += 1
        desk.leave.set()
        try:
            async with desk.lock:
                desk.leave.clear()
                try:
                    yield await self._opened(desk, topic), desk.leave
                except OpdBusError as error:
                    if isinstance(error, RetriableError):
                        await _close(desk)
                    raise
                except BaseException:
                    await _close(desk)
                    raise
        finally:
            desk.waiting -= 1
            desk.used = self._clock.monotonic()

    async def sweep(self) -> None:
        """Close what nobody has used for a while."""
        now = self._clock.monotonic()
        for key, desk in list(self._desks.items()):
            if not desk.waiting and now - desk.used > IDLE_SECONDS:
                del self._desks[key]
                await _close(desk)

    async def close(self) -> None:
        """Close all."""
        desks, self._desks = list(self._desks.values()), {}
        for desk in desks:
            await _close(desk)

    def _desk(self, key: Key) -> Desk:
        if key not in self._desks:
            if len(self._desks) >= self._most:
                raise RetriableError(f"{self._most} topics are being read", 5.0)
            self._desks[key] = Desk()
        return self._desks[key]

    async def _opened(self, desk: Desk, topic: str) -> PageReader:
        now = self._clock.monotonic()
        if desk.reader is not None and now - desk.opened > OLD_SECONDS:
            await _close(desk)
        if desk.reader is None:
            reader = self._make(topic)
            await reader.start()
            desk.reader, desk.opened = reader, now
        return desk.reader


async def _close(desk: Desk) -> None:
    reader, desk.reader = desk.reader, None
    if reader is not None:
        with suppress(OpdBusError):
            await reader.stop()
