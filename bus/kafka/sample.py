"""The newest records of some topics, read from outside any group."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.kafka.failures import kafka_errors
from bus.kafka.reader import as_record
from bus.kafka.stopping import stop_client

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bus.record import Record

ANSWER_SECONDS = 5.0


async def newest(
    bootstrap: str, topics: Iterable[str], each: int = 20
) -> dict[str, list[Record]]:
    """Some of the newest committed records of each partition.

    A sample: what does not come within 5 s is left out.

    Args:
        bootstrap: Kafka bootstrap servers.
        topics: full topic names; those that do not exist are passed over.
        each: offsets looked back in each partition, control records included.

    Raises:
        RetriableError: the broker is not there.
    """
    found: dict[str, list[Record]] = defaultdict(list)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
    )
    with kafka_errors("sampling topics"):
        try:
            await consumer.start()
            ends = await _stand(consumer, topics, each)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await _take(consumer, ends, found)
            except TimeoutError:
                pass
        finally:
            await stop_client(consumer)
    return found


async def _stand(
    consumer: AIOKafkaConsumer, topics: Iterable[str], each: int
) -> dict[TopicPartition, int]:
    """Stand a little before the end of each partition that has records."""
    cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001
    places = [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(cluster.partitions_for_topic(topic) or ())
    ]
    if not places:
        return {}
    begins = await consumer.beginning_offsets(places)
    ends = await consumer.end_offsets(places)
    filled = [place for place in places if begins[place] < ends[place]]
    consumer.assign(filled)
    for place in filled:
        consumer.seek(place, max(begins[place], ends[place] - each))
    return {place: ends[place] for place in filled}


async def _take(
    consumer: AIOKafkaConsumer,
    ends: dict[TopicPartition, int],
    found: dict[str, list[Record]],
) -> None:
    while ends:
        for place, records in (await consumer.getmany(*ends, timeout_ms=200)).items():
            found[place.topic] += map(as_record, records)
        ends = {p: end for p, end in ends.items() if await consumer.position(p) < end}
