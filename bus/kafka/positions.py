"""Where consumer groups stand, and where logs begin."""

import asyncio
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code

from bus.errors import RetriableError
from bus.kafka.coordinator import answered
from bus.kafka.failures import kafka_errors

Place = tuple[str, int]
COORDINATOR_TRIES = 20
TRY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands in one partition.

    Attributes:
        offset: next offset to read.
        note: what was committed beside it, by whoever committed.
    """

    offset: int
    note: str


class _Admin(AIOKafkaAdminClient):
    """Raises what a broker refuses as a whole.

    While a restarted broker still reads the positions it answers with an error and no
    partitions, which the library takes for a group that has no position.
    """

    async def _send_request(self, request: Any, node_id: int | None = None) -> Any:
        response = await super()._send_request(request, node_id)
        if code := getattr(response, "error_code", 0):
            raise for_code(code)(type(request).__name__)
        return response


class GroupPositions:
    """Asks for the positions of one group, over one connection.

    Args:
        bootstrap: Kafka bootstrap servers.
        group: consumer group id.
    """

    def __init__(self, bootstrap: str, group: str) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._admin: AIOKafkaAdminClient | None = None
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def of(self, place: Place) -> Standing | None:
        """Where the group stands; None where it has no position.

        A new broker takes a while to name a coordinator; waits for it.

        Raises:
            RetriableError: the broker is not there.
        """
        for _ in range(COORDINATOR_TRIES):
            try:
                return await self._ask(place)
            except RetriableError:
                await asyncio.sleep(TRY_SECONDS)
        return await self._ask(place)

    async def _ask(self, place: Place) -> Standing | None:
        tp = TopicPartition(*place)
        with kafka_errors(f"position of {self._group} in {tp.topic}-{tp.partition}"):
            async with self._lock:
                admin = await self._client()
            found = await admin.list_consumer_group_offsets(
                self._group, partitions=[tp]
            )
        stand = found.get(tp)
        if stand is None or stand.offset < 0:
            return None
        return Standing(stand.offset, stand.metadata or "")

    async def all(self) -> dict[Place, int]:
        """Where the group stands everywhere: place → next offset to read.

        Raises:
            RetriableError: the broker is not there, or has no coordinator for groups.
        """
        doing = f"positions of {self._group} at {self._bootstrap}"
        with kafka_errors(doing):
            async with self._lock:
                admin = await self._client()
            found = await answered(
                lambda: admin.list_consumer_group_offsets(self._group), doing
            )
        return {
            (place.topic, place.partition): stand.offset
            for place, stand in found.items()
            if stand.offset >= 0
        }

    async def _client(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            admin = _Admin(
                bootstrap_servers=self._bootstrap, client_id="opdbus-positions"
            )
            try:
                await admin.start()
            except BaseException:
                await admin.close()
                raise
            self._admin = admin
        return self._admin

    async def close(self) -> None:
        """Close the connection."""
        if self._admin is not None:
            admin, self._admin = self._admin, None
            await admin.close()
