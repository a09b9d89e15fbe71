"""One case followed through every hop: who, where, when; never a NIK or a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.contracts import ref_of, topic_name
from bus.kafka.reader import read_committed
from bus.record import event_from

if TYPE_CHECKING:
    from bus.record import Record
    from ops.runtime import Base

KINDS = ("fact", "repartition")


@dataclass(frozen=True, slots=True)
class Hop:
    """One record that belongs to a case.

    Attributes:
        written_ms: when the broker's record was written.
        time_ms: the event's own time.
        topic: contract reference of the topic.
        type: event type.
        source: who made the event, `/k3325/esakti/tb_santunan`.
        key: record key.
        id: event id; `cause` the id of the event that led to it.
    """

    written_ms: int
    time_ms: int
    topic: str
    type: str
    source: str
    key: str
    id: str
    cause: str


async def hops(parts: Base, wanted: str) -> list[Hop]:
    """All records of a case in the order they were written.

    Args:
        parts: where to read.
        wanted: subjek_id, klaim_id, or the id of any event of the case.

    Raises:
        RetriableError: broker away.
    """
    key = wanted.removesuffix("-K")
    found = []
    for contract in parts.catalog.contracts:
        if contract.kind not in KINDS or contract.name.startswith("platform"):
            continue
        topic = topic_name(parts.tenant.id, contract.ref)
        async for record in read_committed(parts.settings.bootstrap, topic):
            hop = _hop(record)
            if hop and (key in (hop.key, hop.id) or _names(record, key)):
                found.append(hop)
    return sorted(found, key=lambda hop: hop.written_ms)


def _names(record: Record, key: str) -> bool:
    """Whether the payload mentions the case, e.g. a reservation its claim."""
    return key.encode() in (record.value or b"")


def _hop(record: Record) -> Hop | None:
    try:
        event = event_from(record.headers, (record.key or b"").decode(), None)
    except (KeyError, ValueError):
        return None
    return Hop(
        written_ms=record.timestamp_ms,
        time_ms=event.time_ms,
        topic=ref_of(record.topic)[1],
        type=event.type,
        source=event.source,
        key=event.key,
        id=event.id,
        cause=event.causation_id,
    )
