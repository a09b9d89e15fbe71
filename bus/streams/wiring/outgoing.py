"""A record on its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.kafka.packing import packed_event
from bus.record import Event, headers_of

if TYPE_CHECKING:
    from bus.kafka.staging import Staging
    from bus.record import Headers


class Outgoing:
    """One record to send, encoded and placed.

    Attributes:
        topic: full topic name.
        partition: where it goes.
        key: record key.
        value: Avro in the wire format; None is a tombstone.
        envelope: the event whose envelope it has, or headers that are copied.
    """

    __slots__ = ("envelope", "key", "partition", "topic", "value")

    def __init__(
        self,
        topic: str,
        partition: int,
        key: bytes,
        value: bytes | None,
        envelope: Event | Headers,
    ) -> None:
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.envelope = envelope

    @property
    def headers(self) -> Headers:
        """The record's headers."""
        envelope = self.envelope
        return headers_of(envelope) if isinstance(envelope, Event) else envelope

    def stage(self, staged: Staging, now_ms: int) -> None:
        """Add it to a transaction; events are packed, copies keep their headers."""
        envelope, value = self.envelope, self.value
        if isinstance(envelope, Event) and value is not None:
            rest = packed_event(self.key, value, envelope)
            staged.append_packed((self.topic, self.partition), rest, now_ms)
        else:
            staged.append(self.topic, self.partition, self.key, value, self.headers)
