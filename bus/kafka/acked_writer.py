"""Writing without transactions: each call returns when all in-sync replicas have it.

For posts that wait for an answer. A transaction per handful of records would make
them wait for the one before to be settled, and one that a killed process left open
would hold up every reader of committed data.
The producer is idempotent: what the broker took is in the log once, in order.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaProducer

from bus.errors import FatalError, RetriableError
from bus.kafka.failures import kafka_errors
from bus.kafka.staging import BATCH_BYTES, Staging

if TYPE_CHECKING:
    from aiokafka.producer.message_accumulator import BatchBuilder

_STOP_SECONDS = 0.5


class AckedWriter:
    """One idempotent Kafka producer; use it from one task at a time.

    A failed `send` may or may not have written: stop the writer and start another.

    Args:
        bootstrap: Kafka bootstrap servers.
        client_id: for the broker's logs.
        timeout_seconds: a call the broker does not answer for so long fails.
    """

    def __init__(
        self, bootstrap: str, client_id: str, timeout_seconds: float = 5.0
    ) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._timeout = timeout_seconds
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect.

        Raises:
            RetriableError: the broker is not there.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            enable_idempotence=True,
            request_timeout_ms=int(self._timeout * 1000),
            max_batch_size=BATCH_BYTES,
            max_request_size=BATCH_BYTES * 24,
        )
        with kafka_errors(f"start of {self._client_id} at {self._bootstrap}"):
            try:
                async with asyncio.timeout(self._timeout):
                    await producer.start()
            except BaseException:
                await producer.stop()
                raise
        self._producer = producer

    @property
    def _client(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise FatalError(f"{self._client_id}: writer is not started")
        return self._producer

    async def partition_count(self, topic: str) -> int:
        """Partitions of a topic.

        Raises:
            FatalError: the topic does not exist.
            RetriableError: the broker is not there.
        """
        with kafka_errors(f"metadata of {topic}"):
            found = await self._client.partitions_for(topic)
        if not found:
            raise FatalError(f"topic {topic} does not exist; create it first")
        return len(found)

    def stage(self) -> Staging:
        """An empty place for the records of a later `send`."""
        return Staging(self._create, transactional=False)

    def _create(self) -> BatchBuilder:
        return self._client.create_batch()

    async def send(self, staged: Staging) -> None:
        """Write all; when it returns, all in-sync replicas have them.

        Raises:
            RetriableError: some may not be written.
        """
        client = self._client
        try:
            with kafka_errors(f"writing as {self._client_id}"):
                async with asyncio.timeout(self._timeout) as patience:
                    waiting = [
                        await client.send_batch(batch, place[0], partition=place[1])
                        for place, batch in staged.batches
                    ]
                    await asyncio.gather(*waiting)
        except RetriableError:
            if patience.expired():
                raise RetriableError(
                    f"no answer of {self._bootstrap} within {self._timeout:g} s"
                ) from None
            raise

    async def stop(self) -> None:
        """Close connections; what is not written yet is given up soon."""
        if self._producer is None:
            return
        producer, self._producer = self._producer, None
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await producer.stop()
        except TimeoutError:
            # The client would try for ever; whoever waited has been told already.
            with kafka_errors(f"stop of {self._client_id}"):
                await producer._sender.close()  # noqa: SLF001 - no public way
                await producer.client.close()
