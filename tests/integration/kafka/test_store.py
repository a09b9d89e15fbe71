"""State behind a changelog: survives loss, staleness and a strange log."""

import shutil
import uuid

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from bus.errors import StateError
from bus.kafka.store import ChangelogStore
from bus.kafka.writer import TransactionalWriter

pytestmark = pytest.mark.kafka


@pytest.fixture
def changelog(broker):
    name = f"c-{uuid.uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics(
        [
            NewTopic(
                name=name,
                num_partitions=1,
                replication_factor=1,
                topic_configs={"cleanup.policy": "compact"},
            )
        ]
    )
    admin.close()
    return name


async def _write(broker, changelog, changes, *, commit=True):
    writer = TransactionalWriter(broker, f"w-{changelog}")
    await writer.start()
    await writer.begin()
    for key, value in changes:
        writer.append(changelog, 0, key, value, [])
    ends = await writer.commit() if commit else await writer.abort()
    await writer.stop()
    return ends and ends[changelog, 0]


@pytest.fixture
def store(tmp_path):
    found = ChangelogStore(tmp_path / "state" / "task-0")
    found.open()
    yield found
    found.close()


@pytest.mark.anyio
async def test_an_empty_copy_is_rebuilt_from_committed_changes_only(
    broker, changelog, store
):
    await _write(broker, changelog, [(b"a", b"1"), (b"b", b"1")])
    await _write(broker, changelog, [(b"a", b"lost")], commit=False)
    await _write(broker, changelog, [(b"b", None), (b"c", b"2")])
    assert await store.recover(broker, changelog, 0) == 4
    assert dict(store.items()) == {b"a": b"1", b"c": b"2"}


@pytest.mark.anyio
async def test_an_old_copy_reads_only_what_it_lacks(broker, changelog, store):
    end = await _write(broker, changelog, [(b"a", b"1")])
    store.apply([(b"a", b"1")], end)
    await _write(broker, changelog, [(b"a", b"2")])
    assert await store.recover(broker, changelog, 0) == 1
    assert dict(store.items()) == {b"a": b"2"}
    assert await store.recover(broker, changelog, 0) == 0


@pytest.mark.anyio
async def test_a_copy_of_another_log_is_thrown_away(broker, changelog, store):
    store.apply([(b"strange", b"1")], 10_000)
    await _write(broker, changelog, [(b"a", b"1")])
    await store.recover(broker, changelog, 0)
    assert dict(store.items()) == {b"a": b"1"}


@pytest.mark.anyio
async def test_a_lost_copy_is_built_again(broker, changelog, tmp_path):
    await _write(broker, changelog, [(b"a", b"1")])
    store = ChangelogStore(tmp_path / "one")
    store.open()
    await store.recover(broker, changelog, 0)
    store.close()
    shutil.rmtree(tmp_path / "one")
    store.open()
    assert dict(store.items()) == {}
    await store.recover(broker, changelog, 0)
    assert dict(store.items()) == {b"a": b"1"}
    store.close()


def test_two_owners_of_one_copy_are_refused(tmp_path):
    first, second = ChangelogStore(tmp_path / "one"), ChangelogStore(tmp_path / "one")
    first.open()
    with pytest.raises(StateError, match="could not open"):
        second.open()
    first.close()
