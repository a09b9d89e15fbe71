"""Where logs begin and end, asked over a connection of its own.

A broker answers the requests of one connection in turn: behind a fetch that waits for
records, a question waits as long.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer

from bus.kafka.failures import kafka_errors
from bus.kafka.reader import places_of
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client

if TYPE_CHECKING:
    from aiokafka import TopicPartition

ANSWER_SECONDS = 5.0
"""An app is told that the broker is away before it gives up waiting for us."""


class LogEdges:
    """Asks for begins and ends as a reader of committed records sees them.

    Args:
        bootstrap: Kafka bootstrap servers.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._consumer: AIOKafkaConsumer | None = None
        self._lock = asyncio.Lock()

    async def places(self, topic: str) -> list[TopicPartition]:
        """All partitions of a topic.

        Raises:
            RetriableError: the broker is not there, or does not know the topic.
        """
        with kafka_errors(f"partitions of {topic}"):
            return await places_of(await self._client(), topic)

    async def of(self, places: list[TopicPartition]) -> dict[int, tuple[int, int]]:
        """Partition → first offset there is, and the offset after the last one.

        Raises:
            RetriableError: the broker is not there.
        """
        with kafka_errors("begins and ends of logs"):
            client = await self._client()
            begins, ends = await asyncio.gather(
                client.beginning_offsets(places), client.end_offsets(places)
            )
        return {place.partition: (begins[place], ends[place]) for place in places}

    async def stop(self) -> None:
        """Close the connection; the next question opens another."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await stop_client(consumer)

    async def _client(self) -> AIOKafkaConsumer:
        async with self._lock:
            if self._consumer is None:
                consumer = AIOKafkaConsumer(
                    bootstrap_servers=self._bootstrap,
                    isolation_level="read_committed",
                    enable_auto_commit=False,
                    client_id="opdbus-edges",
                    request_timeout_ms=int(ANSWER_SECONDS * 1000),
                )
                async with started(consumer):
                    self._consumer = consumer
            return self._consumer
