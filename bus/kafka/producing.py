"""One Kafka producer: its connection, and what both kinds of writers do with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaProducer

from bus.errors import FatalError
from bus.kafka.failures import kafka_errors
from bus.kafka.staging import BATCH_BYTES
from bus.kafka.starting import started

if TYPE_CHECKING:
    from aiokafka.producer.message_accumulator import BatchBuilder


class Producing:
    """A producer that is started once; use it from one task at a time.

    Args:
        bootstrap: Kafka bootstrap servers.
        name: for messages.
        timeout_seconds: a call the broker does not answer for so long fails.
        options: further options of the client.
    """

    def __init__(
        self, bootstrap: str, name: str, timeout_seconds: float, **options: Any
    ) -> None:
        self.bootstrap = bootstrap
        self.name = name
        self._options = {
            "bootstrap_servers": bootstrap,
            "request_timeout_ms": int(timeout_seconds * 1000),
            "max_batch_size": BATCH_BYTES,
            "max_request_size": BATCH_BYTES * 24,
            **options,
        }
        self._producer: AIOKafkaProducer | None = None
        self._partitions: dict[str, int] = {}

    async def start(self, patience_seconds: float | None = None) -> None:
        """Connect.

        Args:
            patience_seconds: give up after so long; None leaves it to the client.

        Raises:
            RetriableError: the broker is not there.
        """
        producer = AIOKafkaProducer(**self._options)
        with kafka_errors(f"start of {self.name} at {self.bootstrap}"):
            async with asyncio.timeout(patience_seconds), started(producer):
                self._producer = producer

    @property
    def client(self) -> AIOKafkaProducer:
        """The started producer.

        Raises:
            FatalError: it was not started.
        """
        if self._producer is None:
            raise FatalError(f"{self.name}: writer is not started")
        return self._producer

    async def partition_count(self, topic: str) -> int:
        """Partitions of a topic, asked once.

        Raises:
            FatalError: the topic does not exist.
            RetriableError: the broker is not there.
        """
        if topic not in self._partitions:
            with kafka_errors(f"metadata of {topic}"):
                found = await self.client.partitions_for(topic)
            if not found:
                raise FatalError(f"topic {topic} does not exist: opdbus topics create")
            self._partitions[topic] = len(found)
        return self._partitions[topic]

    def create(self) -> BatchBuilder:
        """An empty batch of records."""
        return self.client.create_batch()

    def taken(self) -> AIOKafkaProducer | None:
        """The producer, to be stopped by who asks; afterwards there is none."""
        producer, self._producer = self._producer, None
        return producer
