"""Members of a group: who they are, and that those that have ended are taken out."""

import asyncio
import uuid
from contextlib import AsyncExitStack

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from bus.errors import RetriableError
from bus.kafka import coordinator
from bus.kafka.members import members_of, remove_gone
from bus.kafka.name_group import Membership, Place
from ops.kafka.broker import LocalBroker

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(broker):
    name = f"t-{uuid.uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics([NewTopic(name=name, num_partitions=1, replication_factor=1)])
    admin.close()
    return name


def _member(broker, topic, worker):
    place = Place(broker, f"g-{topic}", topic, worker)
    return Membership(place, dict, lambda _: {}, lambda _: None)


@pytest.mark.anyio
async def test_only_who_has_ended_is_taken_out(broker, topic):
    group = f"g-{topic}"
    async with AsyncExitStack() as at_end:
        for name in ("dead", "living"):
            worker = _member(broker, topic, name)
            at_end.push_async_callback(worker.stop)
            await worker.start()
        for _ in range(600):
            if await members_of(broker, group) == {"dead", "living"}:
                break
            await asyncio.sleep(0.1)
        gone = await remove_gone(broker, group, lambda name: name == "dead")
        assert gone == {"dead"}


@pytest.mark.anyio
async def test_a_new_broker_is_waited_for_and_has_no_members(own_broker):
    assert await members_of(own_broker.bootstrap, "uji") == frozenset()


@pytest.mark.anyio
async def test_nobody_is_taken_out_on_a_new_broker(own_broker):
    said = await remove_gone(own_broker.bootstrap, "uji", lambda _: True)
    assert said == frozenset()


@pytest.mark.anyio
async def test_a_broker_that_cannot_keep_groups_is_told_with_the_reason(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(coordinator, "PATIENCE_SECONDS", 0.5)
    three = "offsets.topic.replication.factor=3\n"
    said = r"no coordinator.*replication\.factor"
    with (
        LocalBroker(tmp_path / "kafka", more=three) as alone,
        pytest.raises(RetriableError, match=said),
    ):
        await members_of(alone.bootstrap, "uji")
