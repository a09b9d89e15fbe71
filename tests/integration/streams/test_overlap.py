"""The next batch is worked on while the last one is being committed."""

from collections import Counter
from pathlib import Path

import pytest

from bus.config.settings import Settings
from bus.errors import FencedError
from bus.kafka.positions import GroupPositions
from bus.kafka.reader import read_committed
from bus.kafka.topics import ensure_topics
from bus.record import Record, headers_of
from bus.streams.topology.operators.aggregate import NUMBER_RECORD, next_number
from bus.streams.topology.pipeline import Pipeline, Topology
from bus.streams.wiring.feed import Batch
from bus.streams.wiring.stage import TaskSetting, stages_of
from bus.streams.wiring.task import Task
from bus.testing.clock import ManualClock
from tests.conformance.workshop import TENANT
from tests.unit.operators.kontrak import HASIL, LOG, SIMPANAN, catatan, katalog, serde

pytestmark = pytest.mark.kafka
BATCHES, SIZE, KEYS = 30, 40, 25


def _count(event, ctx):
    number = next_number(ctx, "nomor", event.key)
    value = {"isi": event.value["isi"], "angka": number, "revisi": 0}
    ctx.emit(HASIL, "Hasil", event.key, value)


class Desk:
    """One task after the other on partition 0, each with files of its own."""

    def __init__(self, bootstrap: str, folder: Path, tenant_id: str) -> None:
        tenant = TENANT.model_copy(update={"id": tenant_id})
        settings = Settings(bootstrap=bootstrap, state_dir=folder)
        ensure_topics(settings, katalog(), tenant, [LOG, SIMPANAN, HASIL])
        stores = {"nomor": NUMBER_RECORD}
        pipeline = Pipeline(
            "uji.ganda", LOG, {"Catatan": _count}, stores, SIMPANAN, (HASIL,)
        )
        self._clock = ManualClock()
        topology = Topology("ganda", (), (pipeline,))
        (self._stage,) = stages_of(topology, serde(), tenant, self._clock)
        self._tenant, self._bootstrap, self._folder = tenant, bootstrap, folder
        self._group, self.topic = f"{tenant_id}-ganda", f"{tenant_id}.{LOG}"
        self._made = 0

    async def task(self) -> Task:
        """A new owner of the partition, at the committed position."""
        self._made += 1
        folder = self._folder / str(self._made)
        shared = TaskSetting(
            self._bootstrap, self._group, folder, self._tenant, serde(), self._clock
        )
        task = Task(self._stage, self.topic, 0, shared)
        await task.fence()
        positions = GroupPositions(self._bootstrap, self._group)
        standing = await positions.of((self.topic, 0))
        await positions.close()
        await task.recover(standing, lambda _: None)
        task.position = 0 if standing is None else standing.offset
        return task

    def batch(self, start: int) -> Batch:
        """Records from an offset on."""
        return Batch(
            [self._record(n) for n in range(start, start + SIZE)], start + SIZE
        )

    def _record(self, offset: int) -> Record:
        event = catatan(f"k{offset * 7 % KEYS}", isi=str(offset))
        value = serde().encode(self.topic, event.type, event.value or {})
        key = event.key.encode()
        return Record(self.topic, 0, offset, 0, key, value, headers_of(event))

    async def numbers(self) -> dict[str, list[int]]:
        """What was counted by key, in the order in which it can be read."""
        found: dict[str, list[int]] = {}
        topic = f"{self._tenant.id}.{HASIL}"
        async for record in read_committed(self._bootstrap, topic):
            assert record.key is not None
            assert record.value is not None
            number = serde().decode(record.value)[1]["angka"]
            found.setdefault(record.key.decode(), []).append(number)
        return found

    def wanted(self, records: int) -> dict[str, list[int]]:
        """What has to be counted of the first records."""
        counts = Counter(f"k{offset * 7 % KEYS}" for offset in range(records))
        return {key: list(range(count)) for key, count in counts.items()}


@pytest.fixture
def desk(broker: str, tmp_path: Path, tenant_id: str) -> Desk:
    return Desk(broker, tmp_path, tenant_id)


@pytest.mark.anyio
async def test_each_batch_sees_what_the_one_in_flight_has_changed(desk):
    task = await desk.task()
    flying = 0
    for _ in range(BATCHES):
        await task.process(desk.batch(task.position))
        flying += task.is_busy
    assert flying == BATCHES
    await task.settle()
    assert not task.is_busy
    await task.stop()
    assert await desk.numbers() == desk.wanted(BATCHES * SIZE)
    heir = await desk.task()  # its state is proven against what was committed
    assert heir.position == BATCHES * SIZE
    await heir.process(desk.batch(heir.position))
    await heir.stop()


@pytest.mark.anyio
async def test_what_was_in_flight_or_built_on_it_is_gone_with_the_partition(desk):
    task = await desk.task()
    for _ in range(3):
        await task.process(desk.batch(task.position))
    await task.settle()
    heir = await desk.task()
    await task.process(desk.batch(task.position))
    with pytest.raises(FencedError):
        await task.process(desk.batch(task.position))
    with pytest.raises(FencedError):
        await task.settle()
    await task.idle()
    await task.stop()
    assert await desk.numbers() == desk.wanted(3 * SIZE)
    assert heir.position == 3 * SIZE
    await heir.process(desk.batch(heir.position))
    await heir.settle()
    await heir.stop()
    assert await desk.numbers() == desk.wanted(4 * SIZE)
