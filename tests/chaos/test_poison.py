"""Records that are not what they should be."""

import asyncio

import pytest

from bus.kafka.partitioner import partition_once
from bus.kafka.reader import read_committed
from bus.kafka.writer import TransactionalWriter
from bus.record import headers_of
from ops.benchmarks.streams.material import report
from tests.chaos.field import Field

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(180)]
POISON = 500


def test_a_poison_batch_becomes_dead_letters_and_the_stream_goes_on(field):
    worker = field.start("satu")
    with field.load():
        field.until_moving()
        asyncio.run(_poison(field))
        field.until_moving()
    field.rest()
    assert worker.restarts == 0, worker.tail(30)
    field.end(worker)
    letters = asyncio.run(_letters(field))
    assert {letter["code"] for letter in letters} == {"BUKAN_AVRO"}
    assert sorted(letter["payload"] for letter in letters) == _PAYLOADS
    field.audit(f"a poison batch of {POISON}", POISON)


_PAYLOADS = sorted(b"not avro %d" % number for number in range(POISON))


async def _poison(field: Field) -> None:
    writer = TransactionalWriter(field.track.bootstrap, f"poison-{field.id}")
    await writer.start()
    await writer.begin()
    for number, payload in enumerate(_PAYLOADS):
        event = report(field.id, number, 1_000_000 + number)
        key = event.key.encode()
        place = partition_once(key, 4)
        writer.append(field.source, place, key, payload, headers_of(event))
    await writer.commit()
    await writer.stop()


async def _letters(field: Field):
    topic = f"{field.id}.platform.deadletter.dlq.v1"
    return [
        field.track.serde.decode(record.value)[1]
        async for record in read_committed(field.track.bootstrap, topic)
    ]
