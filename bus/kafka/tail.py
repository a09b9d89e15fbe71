"""A topic read on from given offsets, for callers without an event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.errors import FatalError, RetriableError
from bus.kafka.failures import kafka_errors
from bus.kafka.reader import STALLED_SECONDS, as_record, places_of
from bus.kafka.stopping import stop_client

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bus.record import Record


class Tail:
    """Committed records of all partitions of a topic, outside any group.

    The client works only while `read` waits; use it from one thread at a time.

    Args:
        bootstrap: Kafka bootstrap servers.
        topic: full name.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._runner: asyncio.Runner | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self.positions: dict[int, int] = {}
        """Partition → offset of the next record to read."""
        self.ends: dict[int, int] = {}
        """Partition → end, of several partitions as asked after the last `read`."""

    def open(self, positions: Mapping[int, int]) -> None:
        """Read on from these offsets; partitions not named from their beginning.

        Raises:
            RetriableError: the broker is not there, or does not know the topic.
            FatalError: an offset is not in the topic any more, or not yet.
        """
        self.close()
        self._runner = asyncio.Runner()
        try:
            self._runner.run(self._open(positions))
        except BaseException:
            self.close()
            raise

    def read(self, most: int, wait_seconds: float, only: Iterable[int]) -> list[Record]:
        """The next records; none if none come in time and none are there.

        Args:
            most: records.
            wait_seconds: for the first one.
            only: of these partitions.

        Raises:
            RetriableError: the broker is not there, or does not send what it has.
        """
        if self._runner is None:
            raise RetriableError(f"{self._topic}: not connected")
        try:
            return self._runner.run(self._read(most, wait_seconds, only))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection; may be called twice."""
        runner, self._runner = self._runner, None
        consumer, self._consumer = self._consumer, None
        if runner is not None:
            if consumer is not None:
                runner.run(stop_client(consumer))
            runner.close()

    async def _open(self, positions: Mapping[int, int]) -> None:
        self._consumer = consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            client_id="opdbus-tail",
            max_partition_fetch_bytes=4 << 20,
        )
        with kafka_errors(f"reading {self._topic}"):
            await consumer.start()
            places = await places_of(consumer, self._topic)
            consumer.assign(places)
            begins = await consumer.beginning_offsets(places)
            ends = await consumer.end_offsets(places)
        for place in places:
            at = positions.get(place.partition, begins[place])
            self._check(place.partition, at, begins[place], ends[place])
            consumer.seek(place, at)
            self.positions[place.partition] = at
            self.ends[place.partition] = ends[place]

    def _check(self, partition: int, at: int, begin: int, end: int) -> None:
        if begin <= at <= end:
            return
        what = f"is gone, the log begins at {begin}"
        if at > end:
            what = f"is past the end {end}: this is another topic than the one read"
        raise FatalError(f"{self._topic}-{partition}: offset {at} {what}")

    async def _read(
        self, most: int, wait_seconds: float, only: Iterable[int]
    ) -> list[Record]:
        consumer = self._consumer
        if consumer is None:
            raise RetriableError(f"{self._topic}: not connected")
        wanted = [TopicPartition(self._topic, each) for each in only]
        with kafka_errors(f"reading {self._topic}"):
            milliseconds = int(wait_seconds * 1000)
            found = await consumer.getmany(
                *wanted, timeout_ms=milliseconds, max_records=most
            )
            loop = asyncio.get_running_loop()
            until = loop.time() + STALLED_SECONDS
            while not found and await self._is_behind(consumer, wanted):
                if loop.time() > until:
                    raise RetriableError(f"{self._topic}: no progress for 30 s")
                found = await consumer.getmany(
                    *wanted, timeout_ms=200, max_records=most
                )
            for place in self._places():
                self.positions[place.partition] = await consumer.position(place)
            await self._look_at_partitions(consumer)
        return [as_record(record) for part in found.values() for record in part]

    async def _look_at_partitions(self, consumer: AIOKafkaConsumer) -> None:
        """Their ends; one that was added since makes the reader begin anew."""
        if len(self.positions) > 1:
            ends = await consumer.end_offsets(self._places())
            self.ends = {place.partition: end for place, end in ends.items()}
        known = consumer._client.cluster.partitions_for_topic(self._topic)  # noqa: SLF001
        if known and not known <= self.positions.keys():
            raise RetriableError(f"{self._topic} has more partitions than before")

    def _places(self) -> list[TopicPartition]:
        return [TopicPartition(self._topic, number) for number in self.positions]

    async def _is_behind(
        self, consumer: AIOKafkaConsumer, places: list[TopicPartition]
    ) -> bool:
        """Whether committed records are there that have not arrived yet."""
        ends = await consumer.end_offsets(places)
        for place, end in ends.items():
            if await consumer.position(place) < end:
                return True
        return False
