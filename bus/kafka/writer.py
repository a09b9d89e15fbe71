"""Transactional writing: everything of one batch becomes visible together or never."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiokafka import TopicPartition
from aiokafka.producer import sender
from aiokafka.structs import OffsetAndMetadata

from bus.kafka.failures import kafka_errors
from bus.kafka.producing import Producing
from bus.kafka.staging import Place, Staging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aiokafka import AIOKafkaProducer

    from bus.record import Headers

sender.BACKOFF_OVERRIDE = 0.002
"""A transaction right after another waits until the markers of the first are written,
about 2 ms; the client would ask again after 20 ms only."""


class TransactionalWriter:
    """One Kafka producer with one transactional id; use it from one task at a time.

    A failed call leaves the transaction in an unknown state: stop the writer, start
    a new one with the same id and go on from what is committed.

    Args:
        bootstrap: Kafka bootstrap servers.
        transactional_id: names the task; whoever starts last with it owns it, and
            the previous owner gets FencedError at its next call.
        timeout_seconds: after this the broker aborts what a dead writer left open,
            and a call that the broker does not answer fails.
    """

    def __init__(
        self, bootstrap: str, transactional_id: str, timeout_seconds: float = 30.0
    ) -> None:
        self.transactional_id = transactional_id
        timeout_ms = int(timeout_seconds * 1000)
        self._own = Producing(
            bootstrap,
            transactional_id,
            timeout_seconds,
            transactional_id=transactional_id,
            transaction_timeout_ms=timeout_ms,
        )
        self.partition_count = self._own.partition_count
        self._staged = self.stage()

    async def start(self) -> None:
        """Connect, fence the previous owner and settle what it left open.

        Raises:
            RetriableError: the broker is not there.
        """
        await self._own.start()

    def stage(self) -> Staging:
        """An empty place for the records of a later transaction."""
        return Staging(self._own.create)

    async def begin(self, staged: Staging | None = None) -> None:
        """Open a transaction.

        Args:
            staged: its first records; `append` adds to them.

        Raises:
            FencedError, RetriableError.
        """
        self._staged = staged or self.stage()
        with kafka_errors(f"begin of {self.transactional_id}"):
            await self._own.client.begin_transaction()

    def append(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        timestamp_ms: int | None = None,
    ) -> None:
        """Add one record to the open transaction; nothing is sent before `commit`.

        Args:
            topic: full topic name.
            partition: where it goes, from `partition_for`.
            key: record key.
            value: Avro in the Confluent wire format, or None for a tombstone.
            headers: CloudEvents and other headers.
            timestamp_ms: record time; None is now.
        """
        self._staged.append(topic, partition, key, value, headers, timestamp_ms)

    async def commit(
        self,
        offsets: Mapping[Place, tuple[int, str]] | None = None,
        group: str | None = None,
    ) -> dict[Place, int]:
        """Send all, add input positions, commit.

        Args:
            offsets: next offset to read and a note kept beside it, by (topic,
                partition) of the input.
            group: consumer group those positions belong to.

        Returns:
            For each place written, the offset after its last record; the commit
            marker still follows it.

        Raises:
            FencedError, RetriableError.
        """
        client, ends = self._own.client, {}
        with kafka_errors(f"commit of {self.transactional_id}"):
            futures = []
            for place, batch in self._staged.batches:
                sending = await client.send_batch(batch, place[0], partition=place[1])
                sending.add_done_callback(_seen)
                futures.append((place, batch, sending))
            await asyncio.gather(*(sending for _, _, sending in futures))
            if offsets and group:
                positions = {
                    TopicPartition(*place): OffsetAndMetadata(*stand)
                    for place, stand in offsets.items()
                }
                # Beside the records they would meet the last transaction's markers
                # still being written, for which the client waits 100 ms.
                await client.send_offsets_to_transaction(positions, group)
            for place, batch, future in futures:
                ends[place] = future.result().offset + batch.record_count()
            await client.commit_transaction()
        self._staged = self.stage()
        return ends

    async def abort(self) -> None:
        """Drop the open transaction; what was sent stays invisible.

        Raises:
            FencedError, RetriableError.
        """
        self._staged = self.stage()
        with kafka_errors(f"abort of {self.transactional_id}"):
            await self._own.client.abort_transaction()

    async def stop(self) -> None:
        """Close connections. An open transaction is settled by the next owner."""
        if (producer := self._own.taken()) is not None:
            await producer.stop()
            for waiter in _waiters(producer):
                if waiter.done():
                    _seen(waiter)


def _waiters(producer: AIOKafkaProducer) -> Iterator[asyncio.Future[object]]:
    """What the client's own tasks wait for.

    One that failed keeps its error there too; whoever used it was told, and each error
    that nobody asked for is logged with a traceback when it is collected.
    """
    waiter = producer._txn_manager._transaction_waiter  # noqa: SLF001
    if waiter is not None:
        yield waiter
    accumulator = producer._message_accumulator  # noqa: SLF001
    for batches in accumulator._batches.values():  # noqa: SLF001
        for batch in batches:
            yield batch._drain_waiter  # noqa: SLF001


def _seen(sending: asyncio.Future[object]) -> None:
    """One batch of several that failed is told; the others shall not be logged."""
    if not sending.cancelled():
        sending.exception()
