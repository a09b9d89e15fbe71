"""kill -9 of the stream worker at seeded moments changes nothing that can be read.

Replay a run with OPDBUS_CHAOS_SEED; more kills with OPDBUS_CHAOS_KILLS.
"""

import asyncio
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from bus.clock import SystemClock
from bus.kafka.topics import ensure_topics
from bus.streams.wiring.audit import Audit, Auditor
from bus.streams.wiring.stage import group_of, stages_of
from ops.runtime import Base, base
from ops.showcase.crew import Child
from ops.showcase.metrics import ready, sums
from ops.showcase.quiet import wait_until_quiet
from ops.showcase.run import Choice
from ops.showcase.stores import Stores
from ops.showcase.town import EXAMPLE, Town
from ops.topologies import TOPOLOGIES

pytestmark = [pytest.mark.chaos, pytest.mark.kafka]

SEED = int(os.environ.get("OPDBUS_CHAOS_SEED", "20261121"))
KILLS = int(os.environ.get("OPDBUS_CHAOS_KILLS", "8"))
RESIDENTS = 10_000


@pytest.mark.timeout(420)
def test_killing_the_worker_loses_and_doubles_nothing(own_broker, tmp_path, capsys):
    chance = random.Random(SEED)
    stores = Stores(tmp_path / "demo", None)
    stores.clean()
    town = Town(tmp_path / "demo", own_broker.bootstrap, stores.environment())
    children: list[Child] = []
    try:
        parts = _start(town, stores, children)
        worker = _worker(town)
        children.append(worker)
        worker.start()
        kills_at_work = _kill_often(worker, town, chance)
        life = town.child(
            "life",
            "simulate",
            "live",
            *stores.live_arguments(Choice(RESIDENTS, SEED, False, None, 5, 40)),
        )
        life.start()
        assert life.process is not None
        assert life.process.wait(60) == 0, life.tail(20)
        _wait(lambda: ready(town.url("streams")), 60, worker)
        assert wait_until_quiet(
            town.bootstrap,
            parts.tenant.id,
            SystemClock(),
            threading.Event(),
            # Crash-only: whoever runs a worker starts it again.
            look=lambda _total: worker.running or worker.start(),
            quiet_seconds=3.0,
            limit_seconds=120,
        )
        worker.stop()
        audit = asyncio.run(_audit(parts))
        parts.close()
    finally:
        for child in reversed(children):
            child.stop()
        stores.close()
    with capsys.disabled():
        print(
            f"\nseed {SEED}: {KILLS} kills, {kills_at_work} while working:",
            audit.words(),
        )
    assert audit.inputs > 2 * RESIDENTS
    assert audit.state_keys > RESIDENTS
    assert audit.waiting == 0, audit.words()
    assert audit.clean, audit.words()


def _start(town: Town, stores: Stores, children: list[Child]) -> Base:
    gateway = town.child("gateway", "gateway", "run")
    children.append(gateway)
    gateway.start()
    _wait(lambda: ready(town.url("gateway")), 30, gateway)
    parts = base(town.settings)
    refs = [contract.ref for contract in parts.catalog.contracts]
    ensure_topics(parts.settings, parts.catalog, parts.tenant, refs)
    from rich.console import Console

    stores.fill(RESIDENTS, SEED, Console(quiet=True))
    files = sorted(str(path) for path in Path(f"{EXAMPLE}/connectors").glob("*.yaml"))
    sources = town.child("sources", "connect", "run", *files)
    children.append(sources)
    sources.start()
    _wait(lambda: ready(town.url("sources")), 60, sources)
    return parts


def _worker(town: Town) -> Child:
    return town.child("streams", "pipeline", "run", "santunan", "--worker", "chaos")


def _kill_often(worker: Child, town: Town, chance: random.Random) -> int:
    """Kill and start again; how many kills hit a worker that was processing.

    One kill in four comes at any moment, so start-up and recovery are hit too. A
    worker that has nothing left to do is killed all the same.
    """
    at_work = 0
    for _ in range(KILLS):
        if chance.random() < 0.25:
            time.sleep(chance.uniform(0.2, 3.0))
        else:
            _until_it_works(town)
            time.sleep(chance.uniform(0.0, 0.5))
        at_work += _events(town) > 0
        worker.signal(signal.SIGKILL)
        assert worker.process is not None
        worker.process.wait(10)
        worker.start()
    return at_work


def _until_it_works(town: Town) -> None:
    until = time.monotonic() + 15
    while not _events(town) and time.monotonic() < until:
        time.sleep(0.02)


def _events(town: Town) -> int:
    """Records this incarnation of the worker has processed so far."""
    return sums(town.url("streams"), "opdbus_events_total", "component").total()


def _wait(done, seconds: float, child: Child) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, child.tail(30)
        time.sleep(0.02)


async def _audit(parts: Base) -> Audit:
    topology = TOPOLOGIES["santunan"](parts.tenant)
    stages = stages_of(topology, parts.serde, parts.tenant, parts.clock)
    group = group_of(topology, parts.tenant)
    return await Auditor(parts.settings.bootstrap, group, parts.tenant, stages).run()
