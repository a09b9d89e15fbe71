"""What operators and limits want of connectors: a record each in a compacted topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import PoisonError
from bus.kafka.follower import Follower

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bus.config.settings import Settings
    from bus.contracts import Catalog
    from bus.record import Record, Value
    from bus.serde import Serde

CONTROL = "ConnectorControl"
RUNNING, PAUSED = "RUNNING", "PAUSED"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator, or its limit, wants of one connector.

    Attributes:
        connector: its name.
        wanted: RUNNING or PAUSED.
        restart: a number; when it changes, a running task starts from its position
            anew.
        reason: why, for those who come later.
        at_ms: when it was said.
        by_limit: the connector paused itself, and waits for an operator.
    """

    connector: str
    wanted: str = RUNNING
    restart: int = 0
    reason: str | None = None
    at_ms: int = 0
    by_limit: bool = False

    @property
    def is_paused(self) -> bool:
        return self.wanted == PAUSED

    @property
    def value(self) -> Value:
        """The payload of its record."""
        return {
            "connector": self.connector,
            "wanted": self.wanted,
            "restart": self.restart,
            "reason": self.reason,
            "updated_at": self.at_ms,
            "by_limit": self.by_limit,
        }


def wish_of(value: Value) -> Wish:
    """The wish of a payload."""
    return Wish(
        value["connector"],
        value["wanted"],
        value["restart"],
        value["reason"],
        value["updated_at"],
        value["by_limit"],
    )


class ControlTopic:
    """Reads the records.

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
            found.append(wish_of(value))
        return found
