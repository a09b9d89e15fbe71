"""Where consumer groups stand, and where logs begin."""

import asyncio
from dataclasses import dataclass
from typing import Self

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from bus.kafka.async_admin import AsyncAdmin
from bus.kafka.coordinator import answered
from bus.kafka.failures import kafka_errors
from bus.kafka.starting import started

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands in one partition.

    Attributes:
        offset: next offset to read.
        note: what was committed beside it, by whoever committed.
    """

    offset: int
    note: str


class GroupPositions:
    """Asks for the positions of one group, over one connection.

    Args:
        bootstrap: Kafka bootstrap servers.
        group: consumer group id.
    """

    def __init__(self, bootstrap: str, group: str) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._admin: AsyncAdmin | None = None
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def of(self, place: Place) -> Standing | None:
        """Where the group stands; None where it has no position.

        Raises:
            RetriableError: the broker is not there, or has no coordinator for groups.
        """
        topic, partition = place
        found = await self._asked(
            f"position of {self._group} in {topic}-{partition}",
            [TopicPartition(*place)],
        )
        stand = found.get(TopicPartition(*place))
        if stand is None or stand.offset < 0:
            return None
        return Standing(stand.offset, stand.metadata or "")

    async def all(self) -> dict[Place, int]:
        """Where the group stands everywhere: place → next offset to read.

        Raises:
            RetriableError: the broker is not there, or has no coordinator for groups.
        """
        found = await self._asked(f"positions of {self._group} at {self._bootstrap}")
        return {
            (place.topic, place.partition): stand.offset
            for place, stand in found.items()
            if stand.offset >= 0
        }

    async def _asked(
        self, doing: str, partitions: list[TopicPartition] | None = None
    ) -> dict[TopicPartition, OffsetAndMetadata]:
        """What the coordinator says; a new broker takes a while to name one."""
        with kafka_errors(doing):
            async with self._lock:
                admin = await self._client()
            return await answered(
                lambda: admin.list_consumer_group_offsets(
                    self._group, partitions=partitions
                ),
                doing,
            )

    async def _client(self) -> AsyncAdmin:
        if self._admin is None:
            admin = AsyncAdmin(
                bootstrap_servers=self._bootstrap, client_id="opdbus-positions"
            )
            async with started(admin):
                self._admin = admin
        return self._admin

    async def close(self) -> None:
        """Close the connection."""
        if self._admin is not None:
            admin, self._admin = self._admin, None
            await admin.stop()
