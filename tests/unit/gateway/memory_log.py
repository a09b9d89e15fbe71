"""A topic in memory, shared by several registries, with Kafka's fencing."""

from __future__ import annotations

import asyncio

from bus.errors import FencedError, RetriableError
from bus.record import Record


class Topic:
    """What the broker keeps: records, who owns the log, whether it answers."""

    def __init__(self) -> None:
        self.records: list[tuple[bytes, bytes | None]] = []
        self.owner: MemoryLog | None = None
        self.is_up = True
        self.news = asyncio.Event()


class MemoryLog:
    """One process's view of the topic; offset 0 of each transaction is its marker."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.at = 0
        self.delay_seconds = 0.0

    async def start(self) -> None:
        self._check()
        self.at = 0

    async def read(self, wait_seconds: float) -> list[Record]:
        if self.at == len(self.topic.records):
            await asyncio.sleep(min(wait_seconds, 0.001))
        await asyncio.sleep(self.delay_seconds)
        start, self.at = self.at, len(self.topic.records)
        return [
            Record("_schemas", 0, start + n, 0, key, value)
            for n, (key, value) in enumerate(self.topic.records[start : self.at])
        ]

    async def position(self) -> int:
        return self.at

    async def end(self) -> int:
        self._check()
        return len(self.topic.records)

    async def acquire(self) -> None:
        self._check()
        self.topic.owner = self

    async def append(self, key: bytes, value: bytes | None) -> int:
        self._check()
        await asyncio.sleep(0)
        if self.topic.owner is not self:
            raise FencedError("another process owns the log")
        self.topic.records.append((key, value))
        return len(self.topic.records) - 1

    async def release(self) -> None: ...

    async def stop(self) -> None: ...

    def _check(self) -> None:
        if not self.topic.is_up:
            raise RetriableError("broker away")
