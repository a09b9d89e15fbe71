"""All committed records of a compacted topic, and then those that come."""

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.errors import RetriableError
from bus.kafka.failures import kafka_errors
from bus.kafka.reader import as_record, places_of
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client
from bus.record import Record


class Follower:
    """Reads a topic from its beginning on, outside any group.

    Args:
        bootstrap: Kafka bootstrap servers.
        topic: full name; it exists.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = topic
        self._bootstrap = bootstrap
        self._consumer: AIOKafkaConsumer | None = None

    async def start(self) -> list[Record]:
        """Everything there is now.

        Raises:
            RetriableError: the broker is not there, or does not know the topic yet.
        """
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            client_id="opdbus-follower",
        )
        with kafka_errors(f"following {self._topic}"):
            async with started(consumer):
                places = await places_of(consumer, self._topic)
                consumer.assign(places)
                await consumer.seek_to_beginning(*places)
                ends = await consumer.end_offsets(places)
        self._consumer = consumer
        found: list[Record] = []
        while await self._is_behind(ends):
            found += await self.read(0.2)
        return found

    async def read(self, wait_seconds: float) -> list[Record]:
        """Records after the last ones read; none if none come in time.

        Raises:
            RetriableError: the broker is not there.
        """
        if self._consumer is None:
            raise RetriableError(f"{self._topic}: not connected")
        with kafka_errors(f"following {self._topic}"):
            found = await self._consumer.getmany(timeout_ms=int(wait_seconds * 1000))
        return [as_record(record) for part in found.values() for record in part]

    async def stop(self) -> None:
        """Close the connection; may be called twice."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await stop_client(consumer)

    async def _is_behind(self, ends: dict[TopicPartition, int]) -> bool:
        if self._consumer is None:
            return False
        for place, end in ends.items():
            if await self._consumer.position(place) < end:
                return True
        return False
