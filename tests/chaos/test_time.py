"""The clock jumps forth and back; records are not what they should be."""

import asyncio
import random
import time

import pytest

from bus.kafka.partitioner import partition_once
from bus.kafka.reader import read_committed
from bus.kafka.writer import TransactionalWriter
from bus.record import headers_of
from ops.benchmarks.streams.material import report
from tests.chaos.conftest import SEED
from tests.chaos.field import Field
from tests.chaos.topologies import CLOCK
from tests.unit.operators.kontrak import HASIL, LOG, catatan

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(180)]
DAY_SECONDS = 86_400
JUMPS = (DAY_SECONDS, -2 * DAY_SECONDS, 3600, 3 * DAY_SECONDS, -DAY_SECONDS)
AT_ONCE = 100
POISON = 500


def test_timers_fire_once_however_the_clock_jumps(track, tenant_id, say, tmp_path):
    field = Field(track, tenant_id, SEED, say, CLOCK)
    chance, jump = random.Random(SEED), tmp_path / "jump"
    worker = field.start("satu", OPDBUS_CHAOS_JUMP=str(jump))
    try:
        for number, seconds in enumerate(JUMPS):
            now_ms = track.clock.now_ms()
            events = (
                catatan(f"{number}-{n}", "", chance.randrange(4000), now_ms)
                for n in range(AT_ONCE)
            )
            track.feed(tenant_id, LOG, events)
            jump.write_text(str(seconds))
            time.sleep(2.5)
        jump.write_text(str(10 * DAY_SECONDS))
        total = AT_ONCE * len(JUMPS)
        field.until(lambda: field.count(HASIL) >= total, 60, worker)
        time.sleep(2.5)  # nothing comes after that
        assert field.count(HASIL) == total
        assert worker.restarts == 0, worker.tail(30)
        field.end(worker)
        audit = field.audit("clock jumps", total)
        assert audit.outputs == total
    finally:
        field.close()


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
