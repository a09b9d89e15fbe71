"""Records that keep coming, whatever happens to the broker."""

import asyncio
import random
import threading
import time

from bus.contracts import topic_name
from bus.errors import OpdBusError
from bus.kafka.partitioner import partition_once
from bus.kafka.writer import TransactionalWriter
from bus.record import Event, headers_of
from bus.serde import Serde
from ops.benchmarks.streams.material import report
from ops.benchmarks.streams.topology import REPORTS

PAUSE_SECONDS = 0.1


class Load:
    """Writes reports from a thread of its own; use as a context manager.

    A chunk that failed may be in the log or not; its numbers are not used again, so
    no event id ever stands for two records of the log.

    Args:
        bootstrap: the broker.
        tenant: whose topic.
        serde: encodes.
        per_second: how many.
        keys: among so many people.
        seed: of the choice.
    """

    def __init__(
        self,
        bootstrap: str,
        tenant: str,
        serde: Serde,
        per_second: int,
        keys: int,
        seed: int,
    ) -> None:
        self.written = 0
        self._bootstrap = bootstrap
        self._tenant = tenant
        self._topic = topic_name(tenant, REPORTS)
        self._serde = serde
        self._chunk = int(per_second * PAUSE_SECONDS)
        self._keys = keys
        self._chance = random.Random(seed)
        self._next = 0
        self._ending = threading.Event()
        self._error: Exception | None = None
        self._writer: TransactionalWriter | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def more(self, count: int, seconds: float = 60) -> None:
        """Wait until so many more records are in the log."""
        until, enough = time.monotonic() + seconds, self.written + count
        while self.written < enough:
            assert time.monotonic() < until, (self.written, enough)
            time.sleep(0.05)

    def end(self) -> None:
        """Write a last record to each partition, then stop."""
        self._ending.set()
        self._thread.join(120)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as error:  # noqa: BLE001 - shown by end()
            self._error = error

    async def _run(self) -> None:
        while not self._ending.is_set():
            await self._write(self._reports(self._chunk))
            await asyncio.sleep(PAUSE_SECONDS)
        while not await self._write(self._one_of_each()):
            pass
        await self._close()

    def _reports(self, count: int) -> list[Event]:
        return [self._report(self._chance.randrange(self._keys)) for _ in range(count)]

    def _report(self, person: int) -> Event:
        self._next += 1
        return report(self._tenant, person, self._next)

    def _one_of_each(self, partitions: int = 4) -> list[Event]:
        found: dict[int, Event] = {}
        while len(found) < partitions:
            (event,) = self._reports(1)
            found.setdefault(partition_once(event.key.encode(), partitions), event)
        return list(found.values())

    async def _write(self, events: list[Event]) -> bool:
        try:
            await self._send(events)
        except OpdBusError:  # the broker is away
            await self._close()
            await asyncio.sleep(0.5)
            return False
        self.written += len(events)
        return True

    async def _send(self, events: list[Event]) -> None:
        if self._writer is None:
            self._writer = TransactionalWriter(self._bootstrap, f"load-{self._tenant}")
            await self._writer.start()
        await self._writer.begin()
        for event in events:
            key = event.key.encode()
            value = self._serde.encode(self._topic, event.type, event.value or {})
            place = partition_once(key, 4)
            self._writer.append(self._topic, place, key, value, headers_of(event))
        await self._writer.commit()

    async def _close(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.stop()
