"""Positions and lag of a group while a restarted broker still reads them."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka.admin import NewTopic

from bus.kafka.admin import Admin
from bus.kafka.lag import Lag, LagPoller
from bus.kafka.positions import GroupPositions
from bus.testing.clock import ManualClock
from ops.kafka.broker import LocalBroker

pytestmark = pytest.mark.kafka
PLACES = [TopicPartition("uji", number) for number in range(200)]
COMMITS, NOTE = 200, "x" * 4000
"""Of all places, with a note each; the broker reads for more than half a second."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LocalBroker]:
    one = "offsets.topic.num.partitions=1\n"
    with LocalBroker(tmp_path / "kafka", more=one, tied=True) as found:
        yield found


@pytest.mark.anyio
async def test_no_answer_yet_is_not_no_position(small: LocalBroker) -> None:
    with closing(Admin(small.bootstrap, "uji")) as admin:
        admin.create_topics([NewTopic("uji", len(PLACES), 1)])
    member = AIOKafkaConsumer(
        bootstrap_servers=small.bootstrap, group_id="uji", enable_auto_commit=False
    )
    await member.start()
    member.assign(PLACES)
    for number in range(COMMITS):
        await member.commit(dict.fromkeys(PLACES, (number + 1, NOTE)))
    await member.stop()
    await asyncio.to_thread(small.restart, hard=True)
    poller = LagPoller(small.bootstrap, {"uji": "uji"}, ManualClock())

    async def polled() -> list[Lag]:
        await poller.start()
        return await poller.poll()

    try:
        async with GroupPositions(small.bootstrap, "uji") as positions:
            found, lags = await asyncio.gather(positions.all(), polled())
    finally:
        await poller.stop()
    assert found == {(place.topic, place.partition): COMMITS for place in PLACES}
    assert {lag.partition for lag in lags} == {place.partition for place in PLACES}
