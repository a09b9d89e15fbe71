"""A topic read from any offsets on, again and again, outside any group."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer

from bus.errors import FatalError, RetriableError
from bus.kafka.failures import kafka_errors
from bus.kafka.log_edges import ANSWER_SECONDS
from bus.kafka.reader import as_record
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiokafka import TopicPartition

    from bus.kafka.log_edges import LogEdges
    from bus.record import Record

FETCH_WAIT_MS = 200
"""A fetch that finds nothing holds up a seek for so long."""
STALLED_SECONDS = 10.0


class PositionGoneError(FatalError):
    """Records between a position and the log are gone, or it is another log.

    Args:
        topic: full name.
        gone: partition → wanted offset, begin and end of the log.
    """

    def __init__(self, topic: str, gone: Mapping[int, tuple[int, int, int]]) -> None:
        self.gone = dict(gone)
        told = ", ".join(
            f"{number}: {at} is not in {begin}…{end}"
            for number, (at, begin, end) in self.gone.items()
        )
        super().__init__(f"{topic}: {told}")


class PageReader:
    """Committed records of all partitions; use it from one task at a time.

    Args:
        bootstrap: Kafka bootstrap servers.
        topic: full name.
        edges: where logs begin and end.
    """

    def __init__(self, bootstrap: str, topic: str, edges: LogEdges) -> None:
        self._topic = topic
        self._edges = edges
        self._bootstrap = bootstrap
        self._consumer: AIOKafkaConsumer | None = None
        self._places: dict[int, TopicPartition] = {}
        self._ends: dict[int, int] = {}
        self.positions: dict[int, int] = {}
        """Partition → offset of the next record to read."""

    async def start(self) -> None:
        """Connect.

        Raises:
            RetriableError: the broker is not there, or does not know the topic.
        """
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            client_id="opdbus-pull",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            request_timeout_ms=int(ANSWER_SECONDS * 1000),
        )
        with kafka_errors(f"reading {self._topic}"):
            async with started(consumer):
                places = await self._edges.places(self._topic)
                consumer.assign(places)
        self._places = {place.partition: place for place in places}
        self._consumer = consumer

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RetriableError(f"{self._topic}: not connected")
        return self._consumer

    async def go(self, positions: Mapping[int, int], *, at_end: bool = False) -> None:
        """Stand at these offsets; partitions not named at their beginning.

        Args:
            positions: partition → offset of the next record.
            at_end: partitions not named at their end instead.

        Raises:
            PositionGoneError: records in between are gone.
            RetriableError: the broker is not there.
        """
        edges = await self._edges.of(list(self._places.values()))
        self._ends = {number: end for number, (_, end) in edges.items()}
        wanted, gone = {}, {}
        for number, (begin, end) in edges.items():
            at = positions.get(number, end if at_end else begin)
            wanted[number] = at
            if not begin <= at <= end:
                gone[number] = (at, begin, end)
        if gone:
            raise PositionGoneError(self._topic, gone)
        self.stand(wanted)

    def stand(self, positions: Mapping[int, int]) -> None:
        """Read on from these offsets; what was fetched beyond is dropped."""
        for number, at in positions.items():
            if self.positions.get(number) != at:
                self._client.seek(self._places[number], at)
                self.positions[number] = at

    def behind(self) -> int:
        """Offsets between here and the end when `go` was called."""
        return sum(
            max(0, end - self.positions.get(number, end))
            for number, end in self._ends.items()
        )

    async def read(self, most: int, wait_seconds: float) -> list[Record]:
        """The next records, in order within each partition.

        What is known to be there is waited for, whatever `wait_seconds` says.

        Raises:
            RetriableError: the broker is not there, or does not send what it has.
        """
        client = self._client
        loop = asyncio.get_running_loop()
        until = loop.time() + STALLED_SECONDS
        with kafka_errors(f"reading {self._topic}"):
            found = await client.getmany(
                timeout_ms=int(wait_seconds * 1000), max_records=most
            )
            await self._stood()
            while not found and self.behind():
                if loop.time() > until:
                    raise RetriableError(f"{self._topic}: no progress for 10 s")
                found = await client.getmany(timeout_ms=100, max_records=most)
                await self._stood()
        return [as_record(record) for part in found.values() for record in part]

    async def _stood(self) -> None:
        for number, place in self._places.items():
            self.positions[number] = await self._client.position(place)

    async def stop(self) -> None:
        """Close the connection; may be called twice."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            self.positions.clear()
            await stop_client(consumer)
