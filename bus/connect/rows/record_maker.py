"""Events, dead letters, memory and position as Kafka records of one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.connect.control.topic import CONTROL
from bus.contracts import topic_name
from bus.kafka.partitioner import partition_once
from bus.record import Event, Headers, event_id, headers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bus.connect.control.topic import Wish
    from bus.connect.rows.outcome import Refused
    from bus.contracts import Catalog
    from bus.record import Value
    from bus.serde import Serde
    from bus.serde.spread import Shape

Prepared = tuple[str, int, bytes, bytes | None, Headers]
"""Topic, partition, key, value, headers."""

TASK = "0"
OFFSET, ROW, LETTER, STATUS = (
    "SourceOffset",
    "SourceRow",
    "DeadLetter",
    "ConnectorStatus",
)


class RecordMaker:
    """Makes the records of one connector.

    Args:
        tenant: tenant id.
        connector: its name.
        source: `ce_source`.
        serde: values to bytes.
        catalog: contracts.
        partitions: partition count by topic.
    """

    def __init__(
        self,
        names: tuple[str, str, str],
        serde: Serde,
        catalog: Catalog,
        partitions: Mapping[str, int],
    ) -> None:
        self.tenant, self.connector, self.source = names
        self._serde = serde
        self._catalog = catalog
        self.partitions = partitions
        self._constant: dict[tuple[str, str], Headers] = {}
        self._topics: dict[str, str] = {}

    def encoder(self, contract: str, event_type: str) -> Callable[[Value], bytes]:
        """Encoder of an event type on the topic of a contract."""
        return self._serde.encoder(self.topic(contract), event_type)

    def spread_encoder(
        self, contract: str, event_type: str, shape: Shape
    ) -> Callable[..., bytes]:
        """The same for payloads given as arguments."""
        return self._serde.spread_encoder(self.topic(contract), event_type, shape)

    def topic(self, contract: str) -> str:
        """Full topic name of a contract reference."""
        found = self._topics.get(contract)
        if found is None:
            found = self._topics[contract] = topic_name(self.tenant, contract)
        return found

    def topic_of(self, event_type: str) -> str:
        """Full topic name of the owner of an event type."""
        return self.topic(self.contract_of(event_type))

    def contract_of(self, event_type: str) -> str:
        """Reference of the contract that owns an event type."""
        return self._catalog.event(event_type).contract

    def constant_headers(self, event_type: str, operation: str) -> Headers:
        """Headers that all events of a type and operation share; they come first."""
        found = self._constant.get((event_type, operation))
        if found is None:
            event = Event(
                type=event_type,
                key="",
                value=None,
                id="",
                source=self.source,
                time_ms=0,
                operation=operation,
                classification=self._catalog.event(event_type).classification,
            )
            varying = {"ce_id", "ce_time", "ce_correlationid"}
            found = [pair for pair in headers_of(event) if pair[0] not in varying]
            self._constant[event_type, operation] = found
        return found

    def letters(self, refused: Sequence[Refused], now_ms: int) -> list[Prepared]:
        """Records of dead letters."""
        return [self._letter(item, now_ms) for item in refused]

    def _letter(self, item: Refused, now_ms: int) -> Prepared:
        ident = event_id(self.source, item.ref, item.payload)
        error = item.error
        value = {
            "stage": "SOURCE",
            "origin": self.connector,
            "topic": None,
            "partition": None,
            "offset": None,
            "sumber_ref": item.ref,
            "event_type": None,
            "contract": None,
            "code": error.code,
            "error_class": type(error).__name__,
            "message": error.message,
            "attempts": 1,
            "ce_id": ident,
            "failed_at": now_ms,
            "payload": item.payload,
            "headers": None,
            "place": item.place or None,
        }
        return self._platform(LETTER, ident, value, now_ms, ident)

    def position(self, cursor: str, rows: int, now_ms: int) -> Prepared:
        """The record of the position."""
        value = {
            "connector": self.connector,
            "task": TASK,
            "cursor": cursor,
            "rows": rows,
            "updated_at": now_ms,
        }
        return self._platform(OFFSET, f"{self.connector}|{TASK}", value, now_ms)

    def status(
        self, state: str, message: str | None, worker: str, now_ms: int
    ) -> Prepared:
        """The record of the task's state."""
        value = {
            "connector": self.connector,
            "task": TASK,
            "worker": worker,
            "state": state,
            "message": message,
            "updated_at": now_ms,
        }
        return self._platform(STATUS, f"{self.connector}|{TASK}", value, now_ms)

    def wish(self, wish: Wish) -> Prepared:
        """The record of what is wanted of a connector."""
        return self._platform(CONTROL, wish.connector, wish.value, wish.at_ms)

    def _partition(self, topic: str, key: bytes) -> int:
        count = self.partitions[topic]
        return 0 if count == 1 else partition_once(key, count)

    def _platform(
        self, event_type: str, key: str, value: Value, now_ms: int, ident: str = ""
    ) -> Prepared:
        topic, data = self.topic_of(event_type), key.encode()
        event = Event(
            type=event_type,
            key=key,
            value=value,
            id=ident or event_id(self.source, event_type, key, str(now_ms)),
            source=self.source,
            time_ms=now_ms,
            classification=self._catalog.event(event_type).classification,
        )
        return (
            topic,
            self._partition(topic, data),
            data,
            self._serde.encode(topic, event_type, value),
            headers_of(event),
        )
