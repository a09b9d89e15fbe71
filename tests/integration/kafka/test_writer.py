"""Transactions on a real broker: all or nothing, and one owner per task."""

import asyncio
import gc
import uuid

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from bus.errors import FatalError, FencedError
from bus.kafka.reader import read_committed
from bus.kafka.writer import TransactionalWriter

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(broker):
    name = f"t-{uuid.uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics([NewTopic(name=name, num_partitions=2, replication_factor=1)])
    admin.close()
    return name


async def _overtaken(broker, topic):
    """A writer with an open transaction, and the one that took its id over."""
    first = TransactionalWriter(broker, f"w-{topic}")
    second = TransactionalWriter(broker, f"w-{topic}")
    await first.start()
    await first.begin()
    first.append(topic, 0, b"zombie", b"v", [])
    await second.start()
    return first, second


async def _keys(broker, topic, **options):
    return [r.key async for r in read_committed(broker, topic, **options)]


@pytest.mark.anyio
async def test_aborted_and_open_transactions_are_invisible(broker, topic):
    writer = TransactionalWriter(broker, f"w-{topic}")
    await writer.start()
    for key, end in ((b"kept", writer.commit), (b"dropped", writer.abort)):
        await writer.begin()
        writer.append(topic, 0, key, b"v", [("ce_type", b"X")])
        await end()
    await writer.begin()
    writer.append(topic, 1, b"open", b"v", [])
    assert await _keys(broker, topic) == [b"kept"]
    await writer.abort()
    await writer.stop()


@pytest.mark.anyio
async def test_commit_says_where_each_partition_ends(broker, topic):
    writer = TransactionalWriter(broker, f"w-{topic}")
    await writer.start()
    await writer.begin()
    for number in range(5000):
        writer.append(topic, number % 2, b"%d" % number, b"v" * 300, [])
    ends = await writer.commit()
    assert ends == {(topic, 0): 2500, (topic, 1): 2500}
    assert len(await _keys(broker, topic)) == 5000
    await writer.stop()


@pytest.mark.anyio
async def test_a_second_writer_with_the_same_id_fences_the_first(broker, topic):
    first, second = await _overtaken(broker, topic)
    with pytest.raises(FencedError, match="another worker"):
        await first.commit()
    await second.begin()
    second.append(topic, 0, b"owner", b"v", [])
    await second.commit()
    assert await _keys(broker, topic) == [b"owner"]
    await first.stop()
    await second.stop()


@pytest.mark.anyio
async def test_what_a_fenced_writer_was_told_is_not_logged_again(broker, topic):
    logged = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: logged.append(context["message"]))
    first, second = await _overtaken(broker, topic)
    with pytest.raises(FencedError):
        await first.commit()
    await first.stop()
    await second.stop()
    del first
    gc.collect()
    await asyncio.sleep(0)
    assert logged == []


@pytest.mark.anyio
async def test_a_record_larger_than_a_batch_goes_through(broker, topic):
    writer = TransactionalWriter(broker, f"w-{topic}")
    await writer.start()
    await writer.begin()
    writer.append(topic, 0, b"small", b"v", [])
    writer.append(topic, 0, b"large", b"x" * 900_000, [])
    writer.append(topic, 0, b"after", b"v", [])
    await writer.commit()
    await writer.stop()
    assert await _keys(broker, topic) == [b"small", b"large", b"after"]


@pytest.mark.anyio
async def test_reading_starts_where_it_is_told_and_refuses_another_log(broker, topic):
    writer = TransactionalWriter(broker, f"w-{topic}")
    await writer.start()
    for key in (b"a", b"b", b"c"):
        await writer.begin()
        writer.append(topic, 0, key, b"v", [])
        await writer.commit()
    await writer.stop()
    # Commit markers take offsets too: a=0, b=2, c=4, end 6.
    assert await _keys(broker, topic, start={0: 2}) == [b"b", b"c"]
    assert await _keys(broker, topic, start={0: 6}) == []
    with pytest.raises(FatalError, match="another log"):
        await _keys(broker, topic, start={0: 7})
