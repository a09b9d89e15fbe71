"""A group whose positions the broker forgot does not begin again at the start."""

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka import TopicPartition as AdminPartition
from kafka.admin import KafkaAdminClient

from bus.config.settings import Settings
from bus.config.tenant import Tenant
from bus.contracts import Catalog
from bus.errors import StateError
from bus.health import Health
from bus.kafka.positions import GroupPositions
from bus.kafka.topics import ensure_topics
from bus.kafka.writer import TransactionalWriter
from bus.serde import Serde
from bus.streams.topology.pipeline import Pipeline
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.feed import Feed
from bus.streams.wiring.stage import Stage, TaskSetting
from bus.streams.wiring.tasks import TaskSet
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from tests.conformance.workshop import TENANT

pytestmark = pytest.mark.kafka

SOURCE = "santunan.anggaran.repartition.v1"
CHANGELOG = "santunan.anggaran.changelog.v1"
TYPE = "AnggaranDitetapkan"


class Bench:
    """One stateful stage on a real broker: partitions are given and taken away."""

    def __init__(self, bootstrap: str, folder: Path, tenant: Tenant) -> None:
        self.bootstrap = bootstrap
        self.group = f"{tenant.id}-lupa"
        self.topic = f"{tenant.id}.{SOURCE}"
        self._changelog = f"{tenant.id}.{CHANGELOG}"
        catalog, clock = Catalog.load(), ManualClock()
        serde = Serde(catalog, MemoryRegistry())
        settings = Settings(bootstrap=bootstrap, state_dir=folder)
        ensure_topics(settings, catalog, tenant, [SOURCE, CHANGELOG])
        pipeline = Pipeline(
            name="uji.lupa",
            source=SOURCE,
            handlers={},
            stores={"a": TYPE},
            changelog=CHANGELOG,
        )
        processor = PipelineProcessor(pipeline, serde, tenant.id, tenant.partisi, clock)
        stage = Stage(pipeline.name, processor, (self.topic,))
        self._shared = TaskSetting(bootstrap, self.group, folder, tenant, serde, clock)
        self._stages = [stage]

    def work(self, group: str) -> None:
        """What a task commits at once: state of partition 0, and its position."""

        async def commit() -> None:
            writer = TransactionalWriter(self.bootstrap, f"{group}-tugas")
            await writer.start()
            await writer.begin()
            if group == self.group:
                writer.append(self._changelog, 0, b"a/k", b"value", [])
            await writer.commit({(self.topic, 0): (1, "")}, group)
            await writer.stop()

        asyncio.run(commit())

    def forget(self) -> None:
        """What the broker does after `offsets.retention.minutes`."""
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        admin.delete_group_offsets(self.group, [AdminPartition(self.topic, 0)])
        admin.close()
        assert asyncio.run(self._positions()) == {}

    async def _positions(self) -> dict[tuple[str, int], int]:
        async with GroupPositions(self.bootstrap, self.group) as positions:
            return await positions.all()

    def start(self) -> bool:
        """A worker starts; whether it becomes ready.

        Raises:
            BaseException: what would have ended the worker.
        """

        async def assign() -> bool:
            health = Health("uji")
            failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            places = [(self.topic, 0), (self.topic, 1)]
            consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
            await consumer.start()
            consumer.assign([TopicPartition(*place) for place in places])
            tasks = TaskSet(self._stages, self._shared, health)
            tasks.fail = failed.set_exception
            await tasks.start(Feed(consumer, tasks.fail))
            try:
                await tasks.assign(places)
                while not (health.is_ready() or failed.done()):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                if failed.done():
                    failed.result()
                return health.is_ready()
            finally:
                await tasks.stop()
                await consumer.stop()

        return asyncio.run(assign())


@pytest.fixture
def bench(broker: str, tmp_path: Path, tenant_id: str) -> Bench:
    found = Bench(broker, tmp_path, TENANT.model_copy(update={"id": tenant_id}))
    found.work(f"{tenant_id}-lain")  # a new broker has no coordinator before this
    return found


def test_a_new_group_and_a_restart_are_fine(bench: Bench) -> None:
    assert bench.start()
    bench.work(bench.group)
    assert bench.start()


def test_state_without_a_position_is_refused(bench: Bench) -> None:
    bench.work(bench.group)
    bench.forget()
    with pytest.raises(StateError) as caught:
        bench.start()
    said = str(caught.value)
    assert f"no committed position for {bench.topic}-0." in said
    assert "offsets.retention.minutes" in said


def test_the_next_step_told_works(bench: Bench) -> None:
    bench.work(bench.group)
    bench.forget()
    with pytest.raises(StateError) as caught:
        bench.start()
    command = str(caught.value).partition(": python ")[2]
    command = command.replace("YYYY-MM-DDTHH:MM:SS", "2026-03-02T10:00:00")
    subprocess.run(
        [sys.executable, *shlex.split(command)], check=True, capture_output=True
    )
    assert bench.start()
