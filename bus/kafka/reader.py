"""Reading committed records from a start to the end as of now, by position."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.errors import FatalError, RetriableError
from bus.kafka.failures import kafka_errors
from bus.kafka.stopping import stop_client
from bus.record import Record

STALLED_SECONDS = 30.0
AT_ONCE = 1000
"""Records unpacked together: a fetch of small ones has tens of thousands."""


async def read_committed(
    bootstrap: str,
    topic: str,
    partitions: Iterable[int] | None = None,
    start: Mapping[int, int] | None = None,
) -> AsyncGenerator[Record, None]:
    """Committed records up to the last stable offset at the time of the call.

    The end is a *position*: control records take offsets too, so waiting for a last
    record would hang or stop early. Starts are explicit offsets, because
    `seek_to_beginning` right after `assign` is overtaken by the reset to latest.

    Args:
        bootstrap: Kafka bootstrap servers.
        topic: full topic name.
        partitions: which ones; all by default.
        start: first offset by partition; the log's beginning by default.

    Raises:
        RetriableError: broker away, or no progress for 30 s.
        FatalError: topic missing, or a start before the log's beginning, i.e. the
            records between are gone.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=4 << 20,
    )
    with kafka_errors(f"reading {topic}"):
        try:
            await consumer.start()
            ends = await _assign(consumer, topic, partitions, start)
            async for record in _until(consumer, topic, ends):
                yield record
        finally:
            await stop_client(consumer)


async def _assign(
    consumer: AIOKafkaConsumer,
    topic: str,
    partitions: Iterable[int] | None,
    start: Mapping[int, int] | None,
) -> dict[TopicPartition, int]:
    """Assign and seek; the ends still to be reached, empty partitions left out."""
    if partitions is not None:
        places = [TopicPartition(topic, number) for number in sorted(partitions)]
    else:
        places = await _known(consumer, topic)
    if not places:
        raise FatalError(f"topic {topic} does not exist: opdbus topics create")
    consumer.assign(places)
    begins = await consumer.beginning_offsets(places)
    ends = await consumer.end_offsets(places)
    for place in places:
        at = (start or {}).get(place.partition, begins[place])
        if at < begins[place]:
            raise FatalError(
                f"{topic}-{place.partition}: offset {at} is gone, "
                f"the log begins at {begins[place]}"
            )
        if at > ends[place]:
            raise FatalError(
                f"{topic}-{place.partition}: offset {at} is past the end "
                f"{ends[place]}: this is another log than the one read before"
            )
        consumer.seek(place, at)
        if at >= ends[place]:
            del ends[place]
    return dict(ends)


async def _until(
    consumer: AIOKafkaConsumer, topic: str, ends: dict[TopicPartition, int]
) -> AsyncIterator[Record]:
    loop = asyncio.get_running_loop()
    progress = loop.time()
    while ends:
        found = await consumer.getmany(*ends, timeout_ms=200, max_records=AT_ONCE)
        for place, records in found.items():
            for record in records:
                if record.offset < ends[place]:
                    yield as_record(record)
        before = len(ends)
        ends = {p: end for p, end in ends.items() if await consumer.position(p) < end}
        if found or len(ends) < before:
            progress = loop.time()
        elif loop.time() - progress > STALLED_SECONDS:
            raise RetriableError(f"reading {topic}: no progress for 30 s")


async def _known(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    # The public call answers only for topics subscribed to, and we assign.
    cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001
    numbers = cluster.partitions_for_topic(topic) or ()
    return [TopicPartition(topic, number) for number in sorted(numbers)]


async def places_of(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """All partitions of a topic, for a consumer that assigns them to itself.

    Raises:
        RetriableError: the broker does not know the topic yet.
    """
    places = await _known(consumer, topic)
    if not places:
        raise RetriableError(f"{topic}: the broker does not know it yet")
    return places


def as_record(record: object) -> Record:
    """A client's record as the bus's own."""
    return Record(
        topic=record.topic,  # type: ignore[attr-defined]
        partition=record.partition,  # type: ignore[attr-defined]
        offset=record.offset,  # type: ignore[attr-defined]
        timestamp_ms=record.timestamp,  # type: ignore[attr-defined]
        key=record.key,  # type: ignore[attr-defined]
        value=record.value,  # type: ignore[attr-defined]
        headers=list(record.headers),  # type: ignore[attr-defined]
    )
