"""A steady stream of reports, and how long until their results can be read.

Sends at a fixed rate without transactions, reads the results `read_committed`, and
prints the delays of one hop: from the call that sends a report to the moment its
result is in a reader's hands.
"""

from __future__ import annotations

import asyncio
import json
from statistics import quantiles
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bus.clock import SystemClock
from bus.contracts import topic_name
from bus.kafka.partitioner import partition_once
from bus.record import headers_of
from ops.benchmarks.streams.material import REPORT, report
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import REPORTS, RESULTS

if TYPE_CHECKING:
    from bus.record import Event

PARTITIONS = 4
RATE = 1000
WARM_SECONDS, SECONDS = 10, 30
LAST_WAIT_SECONDS = 30.0
KEYS = 50_000


class Pacer:
    """One run.

    Args:
        given: which.
    """

    def __init__(self, given: Ticket) -> None:
        self._given = given
        self._clock = SystemClock()
        self._serde = given.serde()
        self._sent: list[float] = []
        self._delays: dict[int, float] = {}
        self._wanted = RATE * (WARM_SECONDS + SECONDS)

    async def run(self) -> list[float]:
        """Delays in seconds of all reports after the warm-up, in their order."""
        given = self._given
        topic = topic_name(given.tenant, RESULTS)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=given.bootstrap,
            isolation_level="read_committed",
            fetch_max_wait_ms=20,
        )
        producer = AIOKafkaProducer(bootstrap_servers=given.bootstrap, acks="all")
        await consumer.start()
        await producer.start()
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 0)
        reader = asyncio.create_task(self._read(consumer))
        await self._send(producer)
        async with asyncio.timeout(LAST_WAIT_SECONDS):
            await reader
        await producer.stop()
        await consumer.stop()
        first = RATE * WARM_SECONDS
        return [self._delays[number] for number in range(first, self._wanted)]

    async def _send(self, producer: AIOKafkaProducer) -> None:
        topic = topic_name(self._given.tenant, REPORTS)
        began = self._clock.monotonic()
        for number in range(self._wanted):
            wait = began + number / RATE - self._clock.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            event = self._event(number)
            key = event.key.encode()
            value = self._serde.encode(topic, REPORT, event.value or {})
            place = partition_once(key, PARTITIONS)
            self._sent.append(self._clock.monotonic())
            await producer.send(topic, value, key, place, headers=headers_of(event))

    def _event(self, number: int) -> Event:
        person = number * 7919 % KEYS
        return report(self._given.tenant, person, number, self._clock.now_ms())

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        while len(self._delays) < self._wanted:
            found = await consumer.getmany(timeout_ms=1000)
            now = self._clock.monotonic()
            for records in found.values():
                for record in records:
                    value = self._serde.decode(record.value)[1]
                    number = int(value["nomor"].removeprefix("LP-"))
                    self._delays[number] = now - self._sent[number]


def main() -> None:
    """Print `{"items": n, "p50_ms": x, "p99_ms": y}`."""
    delays = asyncio.run(Pacer(ticket()).run())
    cuts = quantiles(delays, n=100)
    told = {"p50_ms": cuts[49] * 1000, "p99_ms": cuts[98] * 1000}
    print(json.dumps({"items": len(delays), **told}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
