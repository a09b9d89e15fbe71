"""A member of a consumer group that reads committed batches and commits by hand."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from bus.errors import FatalError
from bus.kafka.continuity import Continuity
from bus.kafka.failures import kafka_errors
from bus.kafka.reader import as_record
from bus.kafka.session import session_options
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client
from bus.record import Record

Place = tuple[str, int]

PATIENCE_MS = 24 * 3_600_000
"""A receiver may be away for hours while its batch waits; the heartbeat, not the
pace of work, tells the broker that we live."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one fetch, in offset order within each partition.

    Attributes:
        records: what was read; may be empty.
        positions: next offset by (topic, partition), behind control records too;
            commit it when the records are done.
    """

    records: list[Record] = field(default_factory=list)
    positions: dict[Place, int] = field(default_factory=dict)


class GroupConsumer:
    """Reads topics as a member of a group; at-least-once, the caller commits.

    Args:
        bootstrap: Kafka bootstrap servers.
        group: consumer group id.
        topics: full topic names.
        client_id: for the broker's logs.
        start: `earliest` or `latest`, where the group has no position yet.
    """

    def __init__(
        self,
        bootstrap: str,
        group: str,
        topics: Iterable[str],
        client_id: str = "opdbus",
        start: str = "earliest",
    ) -> None:
        self.group = group
        self.topics = tuple(topics)
        self._options: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "group_id": group,
            "client_id": client_id,
            "auto_offset_reset": start,
            "enable_auto_commit": False,
            "isolation_level": "read_committed",
            "max_poll_interval_ms": PATIENCE_MS,
            # One fetch is in flight per broker: what was just read waits for its end.
            "fetch_max_wait_ms": 50,
        }
        self._continuity = Continuity(group, bootstrap)
        self._consumer: AIOKafkaConsumer | None = None
        self._committed: dict[Place, int] = {}

    async def start(self) -> None:
        """Connect and join the group.

        Raises:
            RetriableError: the broker is not there.
        """
        session = await session_options(self._options["bootstrap_servers"])
        consumer = AIOKafkaConsumer(**self._options, **session)
        consumer.subscribe(self.topics, listener=self._continuity)
        with kafka_errors(f"joining {self.group}"):
            async with started(consumer):
                self._consumer = consumer

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise FatalError(f"{self.group}: consumer is not started")
        return self._consumer

    async def fetch(self, max_records: int, timeout_seconds: float) -> Batch:
        """What is there, at most `max_records`; waits while there is nothing.

        Raises:
            RetriableError: the broker refused.
            StateError: records were deleted before the group had read them.
        """
        client = self._client
        with kafka_errors(f"reading as {self.group}"):
            found = await client.getmany(
                timeout_ms=int(timeout_seconds * 1000), max_records=max_records
            )
            positions = await self._positions(client)
            await self._continuity.check(client, found, positions)
            records = [as_record(record) for part in found.values() for record in part]
            places = {(at.topic, at.partition): o for at, o in positions.items()}
            return Batch(records, places)

    async def commit(self, positions: Mapping[Place, int]) -> bool:
        """Store the group's positions.

        Returns:
            False when a rebalance has taken a partition away meanwhile; its new
            owner reads the records again.

        Raises:
            RetriableError: the broker refused.
        """
        news = {p: at for p, at in positions.items() if self._committed.get(p) != at}
        if not news:
            return True
        with kafka_errors(f"commit of {self.group}"):
            try:
                await self._client.commit(
                    {TopicPartition(*place): at for place, at in news.items()}
                )
            except (CommitFailedError, IllegalStateError):
                self._committed.clear()
                return False
        self._committed.update(news)
        return True

    async def stop(self) -> None:
        """Leave the group and close connections."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await stop_client(consumer)

    async def _positions(self, client: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        found: dict[TopicPartition, int] = {}
        for place in client.assignment():
            try:
                async with asyncio.timeout(1):
                    at = await client.position(place)
            except (TimeoutError, IllegalStateError):
                continue
            found[place] = at
        return found
