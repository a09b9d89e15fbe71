"""`faststream`: subscriber and publisher as its guide tells, over librdkafka."""

from __future__ import annotations

import asyncio
from typing import Any

from faststream import FastStream
from faststream.confluent import KafkaBroker, KafkaMessage
from faststream.confluent.response import KafkaResponse

from bus.contracts import topic_name
from ops.benchmarks.streams.clients.envelope import envelope
from ops.benchmarks.streams.material import RESULT, answer
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import REPORTS, RESULTS


def app_of(given: Ticket) -> FastStream:
    """The app of a run."""
    broker = KafkaBroker(given.bootstrap, acks="all")
    serde, sink = given.serde(), topic_name(given.tenant, RESULTS)
    encode = serde.encoder(sink, RESULT)

    async def decoder(message: KafkaMessage) -> Any:
        return serde.decode(message.body)[1]

    @broker.subscriber(
        topic_name(given.tenant, REPORTS),
        group_id=given.name,
        auto_offset_reset="earliest",
        decoder=decoder,
    )
    @broker.publisher(sink)
    async def process(value: dict[str, Any], message: KafkaMessage) -> KafkaResponse:
        cause = [(k, v.encode()) for k, v in message.headers.items()]
        headers = {k: v.decode() for k, v in envelope(given.name, cause)}
        key = message.raw_message.key()
        return KafkaResponse(encode(answer(value)), key=key, headers=headers)

    return FastStream(broker)


if __name__ == "__main__":
    asyncio.run(app_of(ticket()).run())
