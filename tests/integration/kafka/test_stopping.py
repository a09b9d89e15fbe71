"""A consumer is stopped while its broker is away."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka.admin import NewTopic

from bus.kafka.admin import Admin
from bus.kafka.stopping import stop_client
from ops.kafka.broker import LocalBroker

pytestmark = [pytest.mark.kafka, pytest.mark.anyio]
BETWEEN_TRIES_MS = 5_000


async def test_a_broken_off_try_is_nobodys_cancellation(
    own_broker: LocalBroker,
) -> None:
    admin = Admin(own_broker.bootstrap, "uji", 10.0)
    admin.create_topics([NewTopic(name="uji", num_partitions=1, replication_factor=1)])
    admin.close()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=own_broker.bootstrap,
        auto_offset_reset="earliest",
        retry_backoff_ms=BETWEEN_TRIES_MS,
    )
    await consumer.start()
    consumer.assign([TopicPartition("uji", 0)])
    await consumer.getmany(timeout_ms=500)
    own_broker.stop()
    await asyncio.sleep(1)  # it waits for its next try now
    await stop_client(consumer)
    assert not any(each.connected() for each in consumer._client._conns.values())
