"""State behind a changelog: survives loss, staleness and a strange log."""

import shutil
import uuid
from contextlib import closing

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from bus.errors import StateError
from bus.kafka.fingerprint import Fingerprint
from bus.kafka.recovery import recover
from bus.kafka.store import ChangelogStore
from bus.kafka.writer import TransactionalWriter

pytestmark = pytest.mark.kafka


def _topic(broker, policy):
    name = f"c-{uuid.uuid4().hex}"
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as admin:
        config = {"cleanup.policy": policy}
        new = NewTopic(
            name=name, num_partitions=1, replication_factor=1, topic_configs=config
        )
        admin.create_topics([new])
    return name


@pytest.fixture
def changelog(broker):
    return _topic(broker, "compact")


async def _write(broker, changelog, changes, *, commit=True):
    writer = TransactionalWriter(broker, f"w-{changelog}")
    await writer.start()
    await writer.begin()
    for key, value in changes:
        writer.append(changelog, 0, key, value, [])
    ends = await writer.commit() if commit else await writer.abort()
    await writer.stop()
    return ends and ends[changelog, 0]


def _apply(store, changes, position):
    store.apply(changes, position, store.after(changes))


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
    assert await recover(store, broker, (changelog, 0), None) == 4
    assert dict(store.items()) == {b"a": b"1", b"c": b"2"}


@pytest.mark.anyio
async def test_an_old_copy_reads_only_what_it_lacks(broker, changelog, store):
    end = await _write(broker, changelog, [(b"a", b"1")])
    _apply(store, {b"a": b"1"}, end)
    await _write(broker, changelog, [(b"a", b"2")])
    assert await recover(store, broker, (changelog, 0), None) == 1
    assert dict(store.items()) == {b"a": b"2"}
    assert await recover(store, broker, (changelog, 0), None) == 0


@pytest.mark.anyio
async def test_a_copy_of_another_log_is_thrown_away(broker, changelog, store):
    _apply(store, {b"strange": b"1"}, 10_000)
    await _write(broker, changelog, [(b"a", b"1")])
    await recover(store, broker, (changelog, 0), None)
    assert dict(store.items()) == {b"a": b"1"}


@pytest.mark.anyio
async def test_a_lost_copy_is_built_again(broker, changelog, tmp_path):
    await _write(broker, changelog, [(b"a", b"1")])
    store = ChangelogStore(tmp_path / "one")
    store.open()
    await recover(store, broker, (changelog, 0), None)
    store.close()
    shutil.rmtree(tmp_path / "one")
    store.open()
    assert dict(store.items()) == {}
    await recover(store, broker, (changelog, 0), None)
    assert dict(store.items()) == {b"a": b"1"}
    store.close()


@pytest.mark.anyio
async def test_a_state_that_is_not_what_was_committed_is_refused(
    broker, changelog, store
):
    await _write(broker, changelog, [(b"a", b"1"), (b"b", b"2")])
    whole = Fingerprint().after({b"a": b"1", b"b": b"2"}, {}.get)
    assert await recover(store, broker, (changelog, 0), whole) == 2
    more = whole.after({b"c": b"3"}, {}.get)
    with pytest.raises(StateError, match=r"hole.*2 keys instead of 3"):
        await recover(store, broker, (changelog, 0), more)


@pytest.mark.anyio
async def test_a_changelog_without_its_beginning_is_refused(broker, store):
    changelog = _topic(broker, "delete")  # somebody's mistake: Kafka guards compact
    end = await _write(broker, changelog, [(b"a", b"1")])
    await _write(broker, changelog, [(b"b", b"2")])
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as admin:
        admin.delete_records({TopicPartition(changelog, 0): end})
    with pytest.raises(StateError, match=r"hole.*offset 0 is gone"):
        await recover(store, broker, (changelog, 0), None)
    _apply(store, {b"a": b"1"}, end)
    whole = store.after({b"b": b"2"})
    assert await recover(store, broker, (changelog, 0), whole) == 1


def test_two_owners_of_one_copy_are_refused(tmp_path):
    first, second = ChangelogStore(tmp_path / "one"), ChangelogStore(tmp_path / "one")
    first.open()
    with pytest.raises(StateError, match="could not open"):
        second.open()
    first.close()
