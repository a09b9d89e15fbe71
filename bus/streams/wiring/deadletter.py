"""Dead letters of processors: the original bytes, where they stood, and why."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, NamedTuple

from bus.contracts import topic_name
from bus.errors import PoisonError
from bus.kafka.partitioner import partition_for
from bus.privacy.mask import mask_text
from bus.record import Event, event_id, header, tried_before
from bus.streams.wiring.outgoing import Outgoing

if TYPE_CHECKING:
    from bus.serde import Serde
    from bus.streams.wiring.batch import Incoming

DEAD_LETTERS = "platform.deadletter.dlq.v1"


class Origin(NamedTuple):
    """Where a record failed: the pipeline, and the place it was read from."""

    pipeline: str
    topic: str
    partition: int


def dead_letter(
    serde: Serde,
    tenant: str,
    origin: Origin,
    record: Incoming,
    error: Exception,
    now_ms: int,
) -> Outgoing:
    """The dead letter of one record; its id follows from the record's place.

    Args:
        serde: encodes it.
        tenant: tenant id.
        origin: who failed on it, and where it stood.
        record: what it failed on.
        error: why; the text of an unexpected error is left out, it may hold data.
        now_ms: when.
    """
    topic = topic_name(tenant, DEAD_LETTERS)
    pipeline, topic_read, partition = origin
    letter_id = letter_id_of(origin, record.offset)
    event = Event(
        type="DeadLetter",
        key=letter_id,
        value={
            "stage": "PROCESSOR",
            "origin": pipeline,
            "topic": topic_read,
            "partition": partition,
            "offset": record.offset,
            "event_type": header(record.headers, "ce_type"),
            "code": code_of(error),
            "error_class": type(error).__name__,
            "message": message_of(error),
            "attempts": tried_before(record.headers) + 1,
            "ce_id": header(record.headers, "ce_id") or letter_id,
            "failed_at": now_ms,
            "payload": record.value or b"",
            "headers": {name: value.decode() for name, value in record.headers},
            "key": None if record.key is None else record.key.decode(errors="replace"),
        },
        id=letter_id,
        source=f"/{tenant}/{pipeline}",
        time_ms=now_ms,
        correlation_id=header(record.headers, "ce_correlationid") or "",
        causation_id=header(record.headers, "ce_id") or "",
    )
    return Outgoing(
        topic,
        partition_for(letter_id.encode(), 1),
        letter_id.encode(),
        serde.encode(topic, "DeadLetter", event.value or {}),
        event,
    )


def letter_id_of(origin: Origin, offset: int) -> str:
    """Id of the dead letter of the record at a place, whether there is one or not."""
    place = f"{origin.topic}|{origin.partition}|{offset}"
    return event_id("dead-letter", origin.pipeline, place)


def code_of(error: Exception) -> str:
    """Reason code, a metric label."""
    return error.code if isinstance(error, PoisonError) else "PROSES_GAGAL"


def message_of(error: Exception) -> str:
    """Words for the operator, without personal data."""
    if isinstance(error, PoisonError):
        return mask_text(error.message)
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno}"
