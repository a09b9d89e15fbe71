"""When one owner changes, the warm copies of all other partitions stay."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bus.config.settings import Settings
from bus.contracts import Catalog, topic_name
from bus.kafka.topics import ensure_topics
from bus.kafka.writer import TransactionalWriter
from bus.serde import Serde
from bus.streams.topology.pipeline import Pipeline
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.stage import Stage, TaskSetting
from bus.streams.wiring.standby import Standby
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from tests.conformance.workshop import TENANT

pytestmark = pytest.mark.kafka

SOURCE = "santunan.anggaran.repartition.v1"
CHANGELOG = "santunan.anggaran.changelog.v1"
PARTITIONS = range(TENANT.partisi)


class Bench:
    """One stage's changelog on a real broker, and the copies of one worker."""

    def __init__(self, bootstrap: str, folder: Path, tenant_id: str) -> None:
        tenant = TENANT.model_copy(update={"id": tenant_id})
        catalog, clock = Catalog.load(), ManualClock()
        serde = Serde(catalog, MemoryRegistry())
        settings = Settings(bootstrap=bootstrap, state_dir=folder)
        ensure_topics(settings, catalog, tenant, [CHANGELOG])
        pipeline = Pipeline(
            name="uji.siaga",
            source=SOURCE,
            handlers={},
            stores={"a": "AnggaranDitetapkan"},
            changelog=CHANGELOG,
        )
        processor = PipelineProcessor(pipeline, serde, tenant.id, tenant.partisi, clock)
        self._topic = topic_name(tenant.id, CHANGELOG)
        self._writer = TransactionalWriter(bootstrap, f"{tenant_id}-siaga")
        stage = Stage(pipeline.name, processor, (topic_name(tenant.id, SOURCE),))
        shared = TaskSetting(bootstrap, tenant_id, folder, tenant, serde, clock)
        self.standby = Standby([stage], shared)
        self.name = pipeline.name

    async def start(self) -> None:
        await self._writer.start()

    async def write(self, key: bytes) -> None:
        """A change of state in every partition."""
        await self._writer.begin()
        for partition in PARTITIONS:
            self._writer.append(self._topic, partition, key, b"isi", [])
        await self._writer.commit()

    async def own(self, *partitions: int) -> None:
        await self.standby.follow((self.name, number) for number in partitions)

    def copies(self) -> dict[int, object]:
        return {place.partition: s for place, s in self.standby._stores.items()}

    def have(self, key: bytes) -> set[int]:
        stores = self.standby._stores.items()
        return {place.partition for place, store in stores if store.get(key)}

    async def stop(self) -> None:
        await self.standby.stop()
        await self._writer.stop()


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not ready():  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.05)


def test_the_other_copies_stay_open_and_are_followed_on(
    broker: str, tmp_path: Path, tenant_id: str
) -> None:
    bench = Bench(broker, tmp_path, tenant_id)

    async def run() -> None:
        await bench.start()
        await bench.write(b"a/satu")
        await bench.own(0)
        others = set(PARTITIONS) - {0}
        await until(lambda: bench.have(b"a/satu") == others)
        before = bench.copies()

        await bench.own(0, 1)
        assert bench.copies() == {n: before[n] for n in others - {1}}
        await bench.write(b"a/dua")
        await until(lambda: bench.have(b"a/dua") == others - {1})
        assert bench.copies() == {n: before[n] for n in others - {1}}

        await bench.own(1)
        await until(lambda: bench.have(b"a/dua") == set(PARTITIONS) - {1})
        assert {n: bench.copies()[n] for n in others - {1}} == {
            n: before[n] for n in others - {1}
        }
        await bench.stop()
        assert bench.copies() == {}

    asyncio.run(run())
