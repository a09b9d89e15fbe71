"""`aiokafka`: a bare batch loop with our serde, one transaction per fetched batch.

The ceiling of what Python with aiokafka reaches: no tasks, no dead letters, no
recovery, no timers. State is a dict whose changes go to the changelog in the same
transaction.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bus.contracts import topic_name
from ops.benchmarks.streams.clients.envelope import envelope
from ops.benchmarks.streams.clients.people import read_names
from ops.benchmarks.streams.material import RESULT, answer
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import CHANGELOGS, REPORTS, RESULTS

if TYPE_CHECKING:
    from bus.record import Value

BATCH_BYTES = 1 << 20
MOST_RECORDS = 4000


class Loop:
    """One run.

    Args:
        given: which.
    """

    def __init__(self, given: Ticket) -> None:
        self._given = given
        self._serde = given.serde()
        self._sink = topic_name(given.tenant, RESULTS)
        changelog = CHANGELOGS[given.case]
        self._changelog = topic_name(given.tenant, changelog) if changelog else ""
        self._encode = self._serde.encoder(self._sink, RESULT)
        self._producers: dict[int, AIOKafkaProducer] = {}
        self._counts: dict[bytes, int] = {}
        self._names: dict[bytes, str] = {}

    async def run(self) -> None:
        """Work until killed."""
        given = self._given
        if given.case == "join":
            self._names = await read_names(given, self._serde)
        consumer = AIOKafkaConsumer(
            topic_name(given.tenant, REPORTS),
            bootstrap_servers=given.bootstrap,
            group_id=given.name,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=4 << 20,
            fetch_max_wait_ms=20,
        )
        await consumer.start()
        while True:
            found = await consumer.getmany(timeout_ms=1000, max_records=MOST_RECORDS)
            await asyncio.gather(*(self._batch(p, r) for p, r in found.items()))

    async def _batch(self, place: TopicPartition, records: list[Any]) -> None:
        producer = await self._producer(place.partition)
        await producer.begin_transaction()
        packed = _Packed(producer, place.partition)
        work, name = self._work, self._given.name
        counts = self._counts
        touched = set()
        decode, encode = self._serde.decode, self._encode
        for record in records:
            value = encode(work(record.key, decode(record.value)[1]))
            packed.add(self._sink, record.key, value, envelope(name, record.headers))
            touched.add(record.key)
        if self._given.case == "count":
            change = self._serde.encoder(self._changelog, "HitunganTersimpan")
            for key in touched:
                packed.add(self._changelog, key, change({"jumlah": counts[key]}), [])
        await packed.send()
        await producer.send_offsets_to_transaction(
            {place: records[-1].offset + 1}, name
        )
        await producer.commit_transaction()

    def _work(self, key: bytes, value: Value) -> Value:
        case = self._given.case
        if case == "count":
            self._counts[key] = count = self._counts.get(key, 0) + 1
            return answer(value, count)
        return answer(value, name=self._names[key] if case == "join" else None)

    async def _producer(self, partition: int) -> AIOKafkaProducer:
        found = self._producers.get(partition)
        if found is None:
            found = self._producers[partition] = AIOKafkaProducer(
                bootstrap_servers=self._given.bootstrap,
                transactional_id=f"{self._given.name}-{partition}",
                max_batch_size=BATCH_BYTES,
                max_request_size=BATCH_BYTES * 8,
            )
            await found.start()
        return found


class _Packed:
    """Records of one transaction, in batches by topic."""

    def __init__(self, producer: AIOKafkaProducer, partition: int) -> None:
        self._producer = producer
        self._partition = partition
        self._batches: list[tuple[str, Any]] = []
        self._open: dict[str, Any] = {}

    def add(self, topic: str, key: bytes, value: bytes, headers: list[Any]) -> None:
        batch = self._open.get(topic)
        if batch and batch.append(
            key=key, value=value, timestamp=None, headers=headers
        ):
            return
        batch = self._open[topic] = self._producer.create_batch()
        self._batches.append((topic, batch))
        batch.append(key=key, value=value, timestamp=None, headers=headers)

    async def send(self) -> None:
        futures = [
            await self._producer.send_batch(batch, topic, partition=self._partition)
            for topic, batch in self._batches
        ]
        await asyncio.gather(*futures)


if __name__ == "__main__":
    asyncio.run(Loop(ticket()).run())
