"""A stream worker on a real broker when things go wrong around it."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bus.kafka.partitioner import partition_for
from bus.kafka.reader import read_committed
from bus.kafka.writer import TransactionalWriter
from bus.record import Event, headers_of
from bus.streams.wiring.audit import Audit, Auditor
from bus.streams.wiring.stage import group_of, stages_of
from ops.benchmarks.plant import Plant
from ops.runtime import TOPOLOGIES
from ops.showcase.crew import Child
from ops.showcase.metrics import ready, sums
from ops.showcase.town import EXAMPLE

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

RUN = ("pipeline", "run", "santunan", "--worker")
FACTS = "k3325.adminduk.peristiwa.fact.v1"


@pytest.fixture
def plant(tmp_path):
    with Plant(tmp_path / "plant", 1500, 7) as found:
        files = sorted(str(p) for p in Path(f"{EXAMPLE}/connectors").glob("*.yaml"))
        found.start("sources", "connect", "run", *files)
        yield found


def _audit(plant: Plant) -> Audit:
    parts = plant.parts
    topology = TOPOLOGIES["santunan"](parts.tenant)
    stages = stages_of(topology, parts.serde, parts.tenant, parts.clock)
    group = group_of(topology, parts.tenant)
    auditor = Auditor(plant.town.bootstrap, group, parts.tenant, stages)
    audit = asyncio.run(auditor.run())
    assert audit.waiting == 0, audit.words()
    return audit


def _until(done, seconds: float, child: Child) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, child.tail(30)
        time.sleep(0.05)


def _events(plant: Plant) -> int:
    url = plant.town.url("streams")
    return sums(url, "opdbus_events_total", "component").total()


def test_a_full_disk_stops_the_worker_and_loses_nothing(plant, tmp_path):
    plant.drain()
    child = plant.town.child("streams", *RUN, "full")
    state = tmp_path / "small"
    state.mkdir()
    # A disk of two megabytes, seen by this process only.
    script = f'mount -t tmpfs -o size=2m none {state} && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    environment = {**child.environment, "OPDBUS_STATE_DIR": str(state)}
    done = subprocess.run(
        [*command, sys.executable, "-m", "ops.cli", *child.arguments],
        env=environment | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr[-3000:]
    assert "disk full" in done.stderr, done.stderr[-3000:]
    assert "nothing is lost" in done.stderr
    worker = plant.start("streams", *RUN, "full")
    plant.drain(quiet_seconds=6.0)
    plant.crew.end(worker)
    audit = _audit(plant)
    assert audit.clean, audit.words()
    assert audit.inputs > 3000


def test_a_broker_restart_in_the_middle_loses_nothing(own_broker_plant):
    plant, broker = own_broker_plant
    worker = plant.start("streams", *RUN, "w", wait=False)
    _until(lambda: _events(plant) > 200, 60, worker)
    broker.restart(hard=True)

    def works() -> bool:  # crash-only: whoever runs a worker starts it again
        return ready(plant.town.url("streams")) or (
            not worker.running and worker.start()
        )

    _until(works, 90, worker)
    plant.drain(quiet_seconds=4.0)
    plant.crew.end(worker)
    audit = _audit(plant)
    assert audit.clean, audit.words()
    assert audit.inputs > 3000


@pytest.fixture
def own_broker_plant(plant):
    plant.drain()
    return plant, plant.broker


def test_a_second_worker_joins_and_the_first_leaves(plant):
    first = plant.start("streams", *RUN, "one", wait=False)
    _until(lambda: _events(plant) > 200, 60, first)
    second = plant.town.child("second", *RUN, "two")
    plant.crew.start(second)
    time.sleep(4)
    plant.crew.end(first)
    # A static member that leaves keeps its place until its session (10 s) is over.
    plant.drain(quiet_seconds=14.0)
    assert second.running, second.tail(30)
    plant.crew.end(second)
    audit = _audit(plant)
    assert audit.clean, audit.words()


def test_a_poison_record_is_a_dead_letter_and_the_stream_goes_on(plant):
    worker = plant.start("streams", *RUN, "w")
    plant.drain()
    asyncio.run(_write_poison(plant.town.bootstrap))
    plant.drain()
    assert worker.running, worker.tail(30)
    letters = asyncio.run(_letters(plant))
    found = {letter["code"]: letter for letter in letters}
    assert {"BUKAN_AVRO"} <= found.keys()
    assert found["BUKAN_AVRO"]["payload"] == b"not avro"
    assert found["BUKAN_AVRO"]["ce_id"] == "f" * 32
    plant.crew.end(worker)
    audit = _audit(plant)
    assert audit.clean, audit.words()


async def _write_poison(bootstrap: str) -> None:
    writer = TransactionalWriter(bootstrap, "poison")
    await writer.start()
    await writer.begin()
    event = Event("KematianDilaporkan", "poison", None, "f" * 32, "/k3325/test", 1)
    partition = partition_for(b"poison", 4)
    writer.append(FACTS, partition, b"poison", b"not avro", headers_of(event))
    await writer.commit()
    await writer.stop()


async def _letters(plant: Plant):
    topic = "k3325.platform.deadletter.dlq.v1"
    return [
        plant.parts.serde.decode(record.value)[1]
        async for record in read_committed(plant.town.bootstrap, topic)
    ]
