"""Members of a group that have ended are taken out of it."""

import asyncio
import uuid

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from bus.kafka.members import members_of, remove_gone
from bus.kafka.name_group import Membership, Place

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
    assert await remove_gone(broker, group, lambda _: True) == frozenset()
    workers = [_member(broker, topic, name) for name in ("dead", "living")]
    for worker in workers:
        await worker.start()
    for _ in range(600):
        if await members_of(broker, group) == {"dead", "living"}:
            break
        await asyncio.sleep(0.1)
    gone = await remove_gone(broker, group, lambda name: name == "dead")
    assert gone == {"dead"}
    for worker in workers:
        await worker.stop()
