"""A group whose positions the broker forgot does not begin again at the start."""

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from bus.config.settings import Settings
from bus.config.tenant import Tenant
from bus.contracts import Catalog
from bus.errors import StateError
from bus.health import Health
from bus.kafka.positions import committed
from bus.kafka.topics import ensure_topics
from bus.record import Event, Record, headers_of
from bus.serde import Serde
from bus.streams.topology.pipeline import Pipeline
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.task import Stage, TaskSetting
from bus.streams.wiring.tasks import TaskSet
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from tests.conformance.workshop import TENANT

pytestmark = pytest.mark.kafka

SOURCE = "santunan.anggaran.repartition.v1"
CHANGELOG = "santunan.anggaran.changelog.v1"
TYPE = "AnggaranDitetapkan"


class Bench:
    """One stateful stage on a real broker, driven record by record."""

    def __init__(self, bootstrap: str, folder: Path, tenant: Tenant) -> None:
        self.group = f"{tenant.id}-lupa"
        self.topic = f"{tenant.id}.{SOURCE}"
        self._catalog = Catalog.load()
        self._serde = Serde(self._catalog, MemoryRegistry())
        settings = Settings(bootstrap=bootstrap, state_dir=folder)
        ensure_topics(settings, self._catalog, tenant, [SOURCE, CHANGELOG])
        clock = ManualClock()
        pipeline = Pipeline(
            name="uji.lupa",
            source=SOURCE,
            handlers={TYPE: lambda event, context: context.put("a", "k", event.value)},
            stores={"a": TYPE},
            changelog=CHANGELOG,
        )
        processor = PipelineProcessor(
            pipeline, self._serde, tenant.id, tenant.partisi, clock
        )
        self.health = Health("uji")
        stage = Stage(pipeline.name, processor, (self.topic,))
        shared = TaskSetting(bootstrap, self.group, folder, tenant, self._serde, clock)
        self._tasks = lambda: TaskSet([stage], shared, self.health)

    async def run(self, *records: Record) -> bool:
        """A worker's life: assignment, some records, the end; whether it was ready."""
        tasks = self._tasks()
        try:
            await tasks.assign([(self.topic, 0), (self.topic, 1)])
            for record in records:
                await tasks.process([record])
            return self.health.is_ready()
        finally:
            await tasks.stop()

    def record(self, offset: int) -> Record:
        example = self._catalog.event(TYPE).examples[0]
        event = Event(TYPE, example.key, example.value, f"{offset:032x}", "/x", 1)
        data = self._serde.encode(self.topic, TYPE, example.value)
        key = event.key.encode()
        return Record(self.topic, 0, offset, 1, key, data, headers_of(event))


@pytest.fixture
def bench(broker: str, tmp_path: Path, tenant_id: str) -> Bench:
    return Bench(broker, tmp_path, TENANT.model_copy(update={"id": tenant_id}))


def forget(broker: str, bench: Bench) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.delete_group_offsets(bench.group, [TopicPartition(bench.topic, 0)])
    admin.close()
    assert asyncio.run(committed(broker, bench.group)) == {}


def test_a_new_group_and_a_restart_are_fine(bench: Bench) -> None:
    assert asyncio.run(bench.run(bench.record(0)))
    assert asyncio.run(bench.run(bench.record(1)))


def test_state_without_a_position_is_refused(broker: str, bench: Bench) -> None:
    asyncio.run(bench.run(bench.record(0)))
    forget(broker, bench)
    with pytest.raises(StateError) as caught:
        asyncio.run(bench.run(bench.record(0)))
    said = str(caught.value)
    assert f"no committed position for {bench.topic}-0." in said
    assert "offsets.retention.minutes" in said
    assert not bench.health.is_ready()


def test_the_next_step_told_works(broker: str, bench: Bench) -> None:
    asyncio.run(bench.run(bench.record(0)))
    forget(broker, bench)
    with pytest.raises(StateError) as caught:
        asyncio.run(bench.run())
    command = str(caught.value).partition(": python ")[2]
    command = command.replace("YYYY-MM-DDTHH:MM:SS", "2026-03-02T10:00:00")
    subprocess.run(
        [sys.executable, *shlex.split(command)], check=True, capture_output=True
    )
    assert asyncio.run(bench.run())
