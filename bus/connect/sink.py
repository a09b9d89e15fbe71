"""What a sink connector is: receivers of events outside Kafka, one protocol.

Delivery is at-least-once; a sink makes it one effect by ignoring an event id it has
already written. It is synchronous and runs in a thread of its own, so a receiver
that hangs holds up nobody else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel

from bus.clock import Clock
from bus.errors import PoisonError


class Written(StrEnum):
    """What became of one delivery at the receiver."""

    NEW = "new"
    DUPLICATE = "duplicate"


Outcome = Written | PoisonError


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as the receiver gets it.

    Attributes:
        event_id: the event's id; the receiver's key against doubles.
        kind: the receiver's word for it (`jenis`), `KLAIM_TERISI`.
        fields: receiver's field name → JSON value; dates and money are text.
        time_ms: the event's time.
        key: what the event is about; events of one key go out in their order.
    """

    event_id: str
    kind: str
    fields: dict[str, Any]
    time_ms: int
    key: str = ""


class Sink(Protocol):
    """Writer to one receiver. Calls never overlap."""

    def check(self) -> None:
        """See that the receiver can be written to; called before the first write.

        Raises:
            ConfigError: something is missing that only its owner can provide.
            RetriableError: it does not answer at the moment.
        """
        ...

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        """Write in order; when it returns, everything is durable.

        Returns:
            One outcome per delivery: new, duplicate, or a PoisonError for one the
            receiver will never take.

        Raises:
            RetriableError: nothing can be said; the whole batch comes again.
        """
        ...

    def close(self) -> None:
        """Free what is held; the sink is not used afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class SinkContext:
    """What a sink may know about where it runs.

    Attributes:
        name: connector name.
        app: the receiving app or office.
        columns: all field names of the mapping, in order of first use.
        clock: the time.
        zone: the tenant's time zone, for dates that people read.
    """

    name: str
    app: str
    columns: tuple[str, ...]
    clock: Clock
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """Declaration of a kind of sink; validation, lint and docs come from it.

    Attributes:
        kind: word in the YAML, `sql-inbox`.
        summary: one line for people.
        guarantee: what the receiver can rely on.
        config: model of the YAML's `sink:` part.
        open: makes the sink; does not connect yet.
        example: a `sink:` part that validates.
    """

    kind: str
    summary: str
    guarantee: str
    config: type[BaseModel]
    open: Callable[[Any, SinkContext], Sink]
    example: str
