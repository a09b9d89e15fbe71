"""One compacted topic with one partition, followed to its end and written by one owner.

Whoever calls `acquire` last owns the log; the broker refuses what an earlier owner
still tries to write. So an owner that has read up to the end it saw after `acquire`
decides on complete knowledge: numbers it gives out cannot be given twice.
"""

import asyncio
from contextlib import closing

from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from bus.errors import FatalError, FencedError, RetriableError
from bus.kafka.admin import Admin
from bus.kafka.failures import kafka_errors, words_of
from bus.kafka.reader import as_record
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client
from bus.kafka.writer import TransactionalWriter
from bus.record import Record

ANSWER_SECONDS = 10.0


class CompactedLog:
    """A small log of keyed records; use it from one event loop.

    Args:
        bootstrap: Kafka bootstrap servers.
        topic: made if absent: one partition, compacted.
        replication_factor: of the topic when it is made.
    """

    def __init__(self, bootstrap: str, topic: str, replication_factor: int = 1) -> None:
        self.topic = topic
        self._bootstrap = bootstrap
        self._replication_factor = replication_factor
        self._place = TopicPartition(topic, 0)
        self._consumer: AIOKafkaConsumer | None = None
        self._writer: TransactionalWriter | None = None

    async def start(self) -> None:
        """Make the topic if it is absent and stand before its first record.

        Raises:
            RetriableError: broker away.
            FatalError: the topic has more than one partition, or is not compacted.
        """
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            request_timeout_ms=int(ANSWER_SECONDS * 1000),
        )
        with kafka_errors(f"reading {self.topic}"):
            async with started(consumer):  # fails at once where there is no broker
                await asyncio.to_thread(self._ensure)
                consumer.assign([self._place])
                begin = await consumer.beginning_offsets([self._place])
                consumer.seek(self._place, begin[self._place])
        self._consumer = consumer

    async def read(self, wait_seconds: float) -> list[Record]:
        """Committed records after the last ones read; none if none come in time.

        Raises:
            RetriableError: broker away, or the log no longer has our position.
        """
        with kafka_errors(f"reading {self.topic}"):
            found = await self._reader.getmany(timeout_ms=int(wait_seconds * 1000))
        return [as_record(record) for record in found.get(self._place, ())]

    async def position(self) -> int:
        """The offset that is read next; control records count."""
        with kafka_errors(f"position in {self.topic}"):
            return int(await self._reader.position(self._place))

    async def end(self) -> int:
        """The offset after the last committed record, asked of the broker now.

        Raises:
            RetriableError: the broker does not answer.
        """
        with kafka_errors(f"end of {self.topic}"):
            async with asyncio.timeout(ANSWER_SECONDS):
                ends = await self._reader.end_offsets([self._place])
        return int(ends[self._place])

    async def acquire(self) -> None:
        """Become the owner; the previous one is fenced.

        Raises:
            RetriableError: broker away.
        """
        await self.release()
        writer = TransactionalWriter(self._bootstrap, f"opdbus{self.topic}-owner")
        await writer.start()
        self._writer = writer

    async def append(self, key: bytes, value: bytes | None) -> int:
        """Write one record as the owner.

        Returns:
            Its offset.

        Raises:
            FencedError: another process has acquired the log; nothing was written.
            RetriableError: the outcome is not known: acquire again and look.
        """
        if self._writer is None:
            raise FencedError(f"{self.topic}: not the owner of the log")
        await self._writer.begin()
        self._writer.append(self.topic, 0, key, value, [])
        ends = await self._writer.commit()
        return ends[self.topic, 0] - 1

    async def release(self) -> None:
        """Stop being the owner; the next `acquire` here or elsewhere goes on."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.stop()

    async def stop(self) -> None:
        """Close all connections; may be called twice."""
        await self.release()
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await stop_client(consumer)

    @property
    def _reader(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RetriableError(f"{self.topic}: not connected")
        return self._consumer

    def _ensure(self) -> None:
        try:
            with closing(Admin(self._bootstrap, "opdbus-log", ANSWER_SECONDS)) as admin:
                self._create(admin)
                self._check(admin)
        except (KafkaError, OSError) as error:
            raise RetriableError(
                f"{self.topic} at {self._bootstrap}: {words_of(error)}"
            ) from error

    def _create(self, admin: Admin) -> None:
        if self.topic in admin.list_topics():
            return
        new = NewTopic(
            name=self.topic,
            num_partitions=1,
            replication_factor=self._replication_factor,
            topic_configs={"cleanup.policy": "compact", "min.insync.replicas": "1"},
        )
        try:
            admin.create_topics([new])
        except TopicAlreadyExistsError:
            return  # another process was faster

    def _check(self, admin: Admin) -> None:
        found = admin.describe_topics([self.topic])
        count = len(found[0]["partitions"]) if found else 0
        if count > 1:
            raise FatalError(
                f"{self.topic} has {count} partitions, it must have 1: order is what "
                "makes its ids unique; move its records to a topic with one partition"
            )
