"""Dead letters of sinks: events a receiver will never take, with all that is known."""

from collections.abc import Sequence
from typing import Protocol

from bus.clock import Clock
from bus.contracts import topic_name
from bus.errors import PoisonError
from bus.kafka.partitioner import partition_for
from bus.kafka.writer import TransactionalWriter
from bus.record import Event, Record, event_id, header, headers_of, tried_before
from bus.serde import Serde

DEAD_LETTERS = "platform.deadletter.dlq.v1"


class DeadLetters(Protocol):
    """Where dead letters of one sink go."""

    async def send(self, letters: Sequence[Event]) -> None:
        """Make them durable.

        Raises:
            RetriableError: broker or registry away; nothing was written.
        """
        ...


def dead_letter(
    record: Record, error: PoisonError, origin: tuple[str, str], attempts: int, now: int
) -> Event:
    """The dead letter of one record; the same record always gives the same id.

    Args:
        record: the record as read.
        error: why it cannot be delivered.
        origin: tenant id and connector name.
        attempts: how often delivery was tried.
        now: time in ms.
    """
    tenant, name = origin
    place = f"{record.topic}-{record.partition}-{record.offset}"
    ident = event_id(tenant, "sink", name, place)
    ce_type = header(record.headers, "ce_type")
    value = {
        "stage": "SINK",
        "origin": name,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "sumber_ref": None,
        "event_type": ce_type,
        "contract": record.topic.partition(".")[2] or None,
        "code": error.code,
        "error_class": type(error).__name__,
        "message": error.message,
        "attempts": tried_before(record.headers) + attempts,
        "ce_id": header(record.headers, "ce_id") or ident,
        "failed_at": now,
        "payload": record.value or b"",
        "headers": {k: v.decode(errors="replace") for k, v in record.headers},
        "key": None if record.key is None else record.key.decode(errors="replace"),
        "place": None,
    }
    return Event(
        type="DeadLetter",
        key=ident,
        value=value,
        id=ident,
        source=f"/{tenant}/{name}",
        time_ms=now,
        classification="PRIBADI_SPESIFIK",
        correlation_id=header(record.headers, "ce_correlationid") or "",
        causation_id=header(record.headers, "ce_id") or "",
    )


class DeadLetterTopic:
    """Writes dead letters to the tenant's topic, one transaction per call.

    Rejections are rare, so it connects for each call: no idle producer per sink.
    """

    def __init__(
        self, bootstrap: str, tenant: str, name: str, serde: Serde, clock: Clock
    ) -> None:
        self._bootstrap = bootstrap
        self._topic = topic_name(tenant, DEAD_LETTERS)
        self._id = f"sink-{tenant}-{name}-dead"
        self._serde = serde
        self._clock = clock

    async def send(self, letters: Sequence[Event]) -> None:
        """Make them durable.

        Raises:
            RetriableError, FencedError: nothing was written.
        """
        writer = TransactionalWriter(self._bootstrap, self._id)
        await writer.start()
        try:
            count = await writer.partition_count(self._topic)
            await writer.begin()
            for letter in letters:
                key = letter.key.encode()
                writer.append(
                    self._topic,
                    partition_for(key, count),
                    key,
                    self._serde.encode(self._topic, letter.type, letter.value or {}),
                    headers_of(letter),
                    letter.time_ms,
                )
            await writer.commit()
        finally:
            await writer.stop()
