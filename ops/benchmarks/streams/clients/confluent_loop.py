"""`confluent`: a bare loop over librdkafka with our serde.

At least once, as its guide tells: consume a batch, produce, flush, then commit. No
transactions, no recovery; in case `count` the changelog is written, never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confluent_kafka import Consumer, Producer

from bus.contracts import topic_name
from ops.benchmarks.streams.clients.envelope import envelope
from ops.benchmarks.streams.clients.people import names_by_key
from ops.benchmarks.streams.material import RESULT, answer
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import COUNTS, REPORTS, RESULTS

if TYPE_CHECKING:
    from bus.record import Value

MOST_RECORDS = 5000


def run(given: Ticket) -> None:
    """Work until killed."""
    serde = given.serde()
    sink, counts_topic = (topic_name(given.tenant, ref) for ref in (RESULTS, COUNTS))
    encode, decode = serde.encoder(sink, RESULT), serde.decode
    counts: dict[bytes, int] = {}
    names = names_by_key(given, serde) if given.case == "join" else {}

    def work(key: bytes, value: Value) -> Value:
        if given.case == "count":
            counts[key] = count = counts.get(key, 0) + 1
            return answer(value, count)
        return answer(value, name=names[key] if names else None)

    consumer = Consumer(
        {
            "bootstrap.servers": given.bootstrap,
            "group.id": given.name,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.queue.backoff.ms": 10,
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": given.bootstrap,
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 5,
            "batch.size": 1 << 19,
            "queue.buffering.max.messages": 4 * MOST_RECORDS,
        }
    )
    change = serde.encoder(counts_topic, "HitunganTersimpan")
    consumer.subscribe([topic_name(given.tenant, REPORTS)])
    while True:
        messages = consumer.consume(MOST_RECORDS, 1.0)
        touched = {}
        for message in messages:
            key = message.key()
            value = encode(work(key, decode(message.value())[1]))
            headers = envelope(given.name, message.headers())
            place = message.partition()
            producer.produce(sink, value, key, place, headers=headers)
            touched[key] = place
        if given.case == "count":
            for key, place in touched.items():
                value = change({"jumlah": counts[key]})
                producer.produce(counts_topic, value, key, place)
        if messages:
            producer.flush()
            consumer.commit(asynchronous=False)


if __name__ == "__main__":
    run(ticket())
