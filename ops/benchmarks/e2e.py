"""`ops/bench e2e`: connectors, the F1 processors, and one death end to end."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import FatalError
from bus.kafka.reader import read_committed
from ops.benchmarks.figure import Figure, middle
from ops.benchmarks.meter import Span, watch
from ops.benchmarks.plant import Plant
from ops.showcase.findings import percentile
from ops.showcase.inbox import delays
from ops.showcase.metrics import peak_memory_mb, sums
from ops.showcase.run import Choice
from ops.showcase.town import EXAMPLE
from ops.topologies import TOPOLOGIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.showcase.crew import Child

CONNECTORS = {"connector-csv": "siak-penduduk", "connector-sql": "desa-penduduk"}
LIVE_SECONDS, LIVE_RATE = 20.0, 20.0


def run(runs: int, residents: int, say: Callable[[str], None]) -> list[Figure]:
    """All cases, several times; the median of each.

    Args:
        runs: how often; every run has a broker and apps of its own.
        residents: size of the synthetic tenant.
        say: told what is being done.
    """
    found: dict[str, list[Figure]] = {}
    for number in range(runs):
        with tempfile.TemporaryDirectory(prefix="opdbus-bench-") as folder:
            say(f"run {number + 1} of {runs}")
            with Plant(Path(folder), residents, number) as plant:
                for figure in _cases(plant, say):
                    found.setdefault(figure.case, []).append(figure)
    return [middle(figures) for figures in found.values()]


def _cases(plant: Plant, say: Callable[[str], None]) -> Iterator[Figure]:
    for case, connector in CONNECTORS.items():
        say(case)
        yield _connector(plant, case, connector)
    say("loading the other apps")
    sources = plant.start("sources", "connect", "run", *_files("connectors"))
    plant.drain()
    say("processors")
    streams, figures = _processors(plant)
    yield from figures
    say("death-to-inbox")
    plant.start("sinks", "connect", "run", *_files("sinks"))
    plant.drain()
    yield _death_to_inbox(plant)
    for name, child in (("sources", sources), ("streams", streams)):
        if child.process is not None:
            peak = peak_memory_mb(child.process.pid)
            yield Figure("e2e", f"memory-{name}", "ours", 1, peak_rss_mb=peak)


def _connector(plant: Plant, case: str, connector: str) -> Figure:
    """One connector alone, from its first batch to its last row."""
    path = f"{EXAMPLE}/connectors/{connector}.yaml"
    child = plant.town.child("sources", "connect", "run", path)
    child.start()
    url = plant.town.url("sources")

    def rows() -> int:
        return sums(url, "opdbus_rows_total", "connector")[connector]

    try:
        span = watch(_pid(child), rows, plant.clock, plant.stop)
    finally:
        child.stop()
    return _figure(case, span.items, span)


def _processors(plant: Plant) -> tuple[Child, Iterator[Figure]]:
    """The F1 worker on a full backlog.

    `processors` counts source events, each once, over the time until the last
    decision; `processors-hops` counts what every stage processed.
    """
    events = asyncio.run(_backlog(plant))
    arguments = ("pipeline", "run", "santunan", "--worker", "bench")
    child = plant.start("streams", *arguments, wait=False)
    url = plant.town.url("streams")

    def hops() -> int:
        return sums(url, "opdbus_events_total", "component").total()

    span = watch(_pid(child), hops, plant.clock, plant.stop)
    figures = (
        _figure("processors", events, span),
        _figure("processors-hops", span.items, span),
    )
    return child, iter(figures)


async def _backlog(plant: Plant) -> int:
    """Records in the topics the F1 routers read."""
    topology = TOPOLOGIES["santunan"](plant.parts.tenant)
    count = 0
    for ref in {ref for router in topology.routers for ref in router.sources}:
        topic = topic_name(plant.parts.tenant.id, ref)
        async for _ in read_committed(plant.town.bootstrap, topic):
            count += 1
    return count


def _figure(case: str, items: int, span: Span) -> Figure:
    return Figure(
        "e2e",
        case,
        "ours",
        items,
        per_second=items / span.seconds if span.seconds else None,
        cpu_us_each=span.cpu_seconds / items * 1e6 if items else None,
        peak_rss_mb=span.peak_mb,
    )


def _pid(child: Child) -> int:
    if child.process is None:
        raise FatalError(f"{child.name} is not running")
    return child.process.pid


def _files(kind: str) -> list[str]:
    return sorted(str(path) for path in Path(f"{EXAMPLE}/{kind}").glob("*.yaml"))


def _death_to_inbox(plant: Plant) -> Figure:
    """Deaths typed in villages while all runs, until their claims are pre-filled."""
    choice = Choice(
        0, 1, keep=False, mysql=None, live_seconds=LIVE_SECONDS, rate=LIVE_RATE
    )
    life = plant.town.child(
        "life",
        "simulate",
        "live",
        *plant.stores.live_arguments(choice),
        "--only",
        "death",
    )
    life.start()
    while life.running:
        plant.stop.wait(0.2)
    plant.drain()
    zone = plant.parts.tenant.zona_waktu
    seconds = delays(plant.stores.apps, plant.stores.esakti_url, zone)
    return Figure(
        "e2e",
        "death-to-inbox",
        "ours",
        len(seconds),
        p50_ms=percentile(seconds, 0.5) * 1000,
        p99_ms=percentile(seconds, 0.99) * 1000,
    )
