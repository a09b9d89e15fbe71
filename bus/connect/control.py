"""What operators want of connectors: a record per connector in a compacted topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import PoisonError
from bus.kafka.follower import Follower
from bus.record import Event, event_id, headers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.config.settings import Settings
    from bus.connect.record_maker import Prepared
    from bus.contracts import Catalog
    from bus.record import Record
    from bus.serde import Serde

CONTROL = "ConnectorControl"
RUNNING, PAUSED = "RUNNING", "PAUSED"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator wants of one connector.

    Attributes:
        connector: its name.
        wanted: RUNNING or PAUSED.
        restart: a number; when it changes, a running task starts from its position
            anew.
        reason: why, for those who come later.
        at_ms: when it was said.
    """

    connector: str
    wanted: str = RUNNING
    restart: int = 0
    reason: str | None = None
    at_ms: int = 0

    @property
    def is_paused(self) -> bool:
        return self.wanted == PAUSED


class ControlTopic:
    """Reads and makes the records.

    Args:
        settings: broker.
        tenant: tenant id.
        serde: bytes to values.
        catalog: contracts.
    """

    def __init__(
        self, settings: Settings, tenant: str, serde: Serde, catalog: Catalog
    ) -> None:
        self.contract = catalog.event(CONTROL).contract
        self.topic = topic_name(tenant, self.contract)
        self._tenant = tenant
        self._serde = serde
        self._follower = Follower(settings.bootstrap, self.topic)

    async def start(self) -> list[Wish]:
        """All wishes that hold now.

        Raises:
            RetriableError: the broker is not there.
        """
        return self._wishes(await self._follower.start())

    async def news(self, wait_seconds: float) -> list[Wish]:
        """Wishes said since; empty if there are none in time.

        Raises:
            RetriableError: the broker is not there.
        """
        return self._wishes(await self._follower.read(wait_seconds))

    async def stop(self) -> None:
        """Close the connection."""
        await self._follower.stop()

    def record(self, wish: Wish, partition: Callable[[str, bytes], int]) -> Prepared:
        """A wish as a Kafka record.

        Args:
            wish: what is wanted.
            partition: topic and key → partition.
        """
        value = {
            "connector": wish.connector,
            "wanted": wish.wanted,
            "restart": wish.restart,
            "reason": wish.reason,
            "updated_at": wish.at_ms,
        }
        source = f"/{self._tenant}/operator"
        event = Event(
            type=CONTROL,
            key=wish.connector,
            value=value,
            id=event_id(source, CONTROL, wish.connector, str(wish.at_ms)),
            source=source,
            time_ms=wish.at_ms,
            classification="INTERNAL",
        )
        key = wish.connector.encode()
        data = self._serde.encode(self.topic, CONTROL, value)
        return self.topic, partition(self.topic, key), key, data, headers_of(event)

    def _wishes(self, records: Iterable[Record]) -> list[Wish]:
        found = []
        for record in records:
            name = (record.key or b"").decode("utf-8", "replace")
            if record.value is None:
                found.append(Wish(name))
                continue
            try:
                _, value = self._serde.decode(record.value)
            except PoisonError:
                continue  # nobody's wish; the connector goes on as it is
            found.append(
                Wish(
                    name,
                    value["wanted"],
                    value["restart"],
                    value["reason"],
                    value["updated_at"],
                )
            )
        return found
