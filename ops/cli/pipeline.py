"""`opdbus pipeline`: run, show and verify stream applications."""

import asyncio
import socket
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bus.errors import ConfigError
from bus.health import Health, serve
from bus.kafka.lag import watch_lag
from bus.kafka.reader import read_committed
from bus.kafka.sample import newest
from bus.kafka.topics import ensure_topics, partition_counts
from bus.record import header
from bus.streams.topology.diagram import mermaid
from bus.streams.topology.pipeline import Pipeline, Topology
from bus.streams.wiring.audit import Auditor
from bus.streams.wiring.check import topology_problems
from bus.streams.wiring.copartition import (
    Placed,
    copartition_problems,
    keyed_topics,
)
from bus.streams.wiring.deadletter import DEAD_LETTERS
from bus.streams.wiring.explain import Explainer, Explanation
from bus.streams.wiring.stage import group_of, stages_of
from bus.streams.wiring.worker import Runtime, StreamWorker
from ops.allocator import give_memory_back
from ops.cli import logging
from ops.cli.explanation import lines_of
from ops.runtime import Base, base, settle_memory
from ops.topologies import TOPOLOGIES

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(no_args_is_help=True, help="Run a stream processor.")

Name = Annotated[
    str, typer.Argument(help="Stream application: " + ", ".join(TOPOLOGIES))
]


@app.command()
def run(
    name: Name = "santunan",
    worker: Annotated[
        str,
        typer.Option(
            help="Name of this worker: unique in its group, the same after a restart."
        ),
    ] = "",
) -> None:
    """Run one worker until it is told to stop; exit code 1 when something failed.

    Ready means: all its partitions are recovered and being read.
    """
    parts = base()
    logging.configure(parts.settings.log_format)
    work(_topology(name, parts), parts, worker or socket.gethostname())


def work(topology: Topology, parts: Base, worker: str) -> None:
    """Make and check the topics, then run one worker until it is told to stop.

    Raises:
        OpdBusError: what keeps it from starting, or what ended it.
    """
    if problems := topology_problems(topology, parts.catalog):
        raise ConfigError(*problems)
    ensure_topics(parts.settings, parts.catalog, parts.tenant, refs_of(topology))
    asyncio.run(_check_keys(topology, parts))
    name = topology.name
    health = Health(f"pipeline.{name}")
    server = serve(parts.settings.host, parts.settings.metrics_port, health)
    typer.echo(
        f"metrics and health: http://{parts.settings.host}:{server.port}", err=True
    )
    runtime = Runtime(parts.settings, parts.tenant, parts.serde, parts.clock, health)
    stream = StreamWorker(topology, runtime, worker)
    give_memory_back()
    settle_memory()
    try:
        asyncio.run(_run(stream, parts, name, group_of(topology, parts.tenant)))
    finally:
        server.close()


async def _check_keys(topology: Topology, parts: Base) -> None:
    """Refuse to start where records of one key would not meet.

    Raises:
        ConfigError: what does not fit, and how to mend it. RetriableError.
    """
    tenant, bootstrap = parts.tenant, parts.settings.bootstrap
    sampled = await newest(bootstrap, keyed_topics(topology, tenant.id))
    samples = {
        topic: [
            Placed(r.key, r.partition, header(r.headers, "ce_type") or "")
            for r in records
            if r.key is not None
        ]
        for topic, records in sampled.items()
    }
    counts = partition_counts(parts.settings)
    problems = copartition_problems(
        topology, tenant.id, tenant.partisi, counts, samples
    )
    if problems:
        raise ConfigError(*problems)


async def _run(stream: StreamWorker, parts: Base, name: str, group: str) -> None:
    lag = asyncio.create_task(
        watch_lag(parts.settings.bootstrap, {f"pipeline.{name}": group}, parts.clock)
    )
    try:
        await stream.run()
    finally:
        lag.cancel()


@app.command()
def show(
    name: Name = "santunan",
    *,
    diagram: Annotated[
        bool, typer.Option("--diagram", help="As a Mermaid flowchart.")
    ] = False,
) -> None:
    """Print what a stream application reads, keeps and writes."""
    topology = _topology(name, base())
    if diagram:
        typer.echo(mermaid(topology))
        return
    for router in topology.routers:
        typer.echo(f"router {router.name}")
        for route in router.routes:
            kinds = ", ".join(sorted(route.event_types))
            where = " (every partition)" if route.broadcast else ""
            typer.echo(f"  {route.source} [{kinds}] -> {route.sink}{where}")
    for pipeline in topology.pipelines:
        _show(pipeline)


def _show(pipeline: Pipeline) -> None:
    typer.echo(f"pipeline {pipeline.name}")
    typer.echo(f"  reads   {pipeline.source}")
    typer.echo(f"  decides {', '.join(sorted(pipeline.handlers))}")
    for store, record in pipeline.stores.items():
        typer.echo(f"  keeps   {store}: {record} ({pipeline.changelog})")
    if pipeline.timers:
        typer.echo(f"  times   by {pipeline.timers}")
    for sink in pipeline.sinks:
        typer.echo(f"  writes  {sink}")


@app.command()
def explain(
    record: Annotated[
        str, typer.Argument(help="Id of an event, or topic/partition/offset.")
    ],
    name: Annotated[
        str, typer.Option("--pipeline", help="Stream application.")
    ] = "santunan",
) -> None:
    """Tell why one record led to what it led to; recomputed, no names, no NIK.

    Which stage read it, what it decided, what it sent and changed, what caused it and
    what followed. Reads the logs up to the record, so it takes as long as those.
    """
    parts = base()
    stages = stages_of(_topology(name, parts), parts.serde, parts.tenant, parts.clock)
    read = partial(read_committed, parts.settings.bootstrap)
    explainer = Explainer(read, parts.tenant.id, stages, parts.serde, parts.catalog)
    _check_place(record, parts)
    found = asyncio.run(_explained(explainer, record))
    if not found.copies:
        typer.echo(f"{record}: in no log of {name}", err=True)
        raise typer.Exit(1)
    for line in lines_of(found):
        typer.echo(line)


def _check_place(record: str, parts: Base) -> None:
    """A place that cannot be there is told at once; the client would wait for it.

    Raises:
        ConfigError: neither an id nor the place of a record. RetriableError.
    """
    topic, *numbers = record.rsplit("/", 2)
    if not numbers:
        return
    if len(numbers) != 2 or not all(n.isdigit() for n in numbers):  # noqa: PLR2004
        raise ConfigError(f"{record!r}: expected an event id or topic/partition/offset")
    if partition_counts(parts.settings).get(topic, 0) <= int(numbers[0]):
        raise ConfigError(
            f"{topic} has no partition {numbers[0]}; opdbus topics list shows them"
        )


async def _explained(explainer: Explainer, record: str) -> Explanation:
    parts = record.rsplit("/", 2)
    if len(parts) == 1:
        return await explainer.event(record)
    topic, *numbers = parts
    return await explainer.at(topic, int(numbers[0]), int(numbers[1]))


@app.command()
def verify(name: Name = "santunan") -> None:
    """Recompute every output and state from the logs and compare; reads only.

    Compares up to the positions the workers have committed. Stop them first, or what
    they write meanwhile counts as extra.
    """
    parts = base()
    topology = _topology(name, parts)
    stages = stages_of(topology, parts.serde, parts.tenant, parts.clock)
    say: Callable[[str], None] = lambda words: typer.echo(words, err=True)  # noqa: E731
    group = group_of(topology, parts.tenant)
    auditor = Auditor(parts.settings.bootstrap, group, parts.tenant, stages, say)
    audit = asyncio.run(auditor.run())
    typer.echo(audit.words())
    if not audit.clean:
        raise typer.Exit(1)


def refs_of(topology: Topology) -> list[str]:
    """Every topic a stream application touches, each once."""
    refs = [DEAD_LETTERS]
    for router in topology.routers:
        refs += [*router.sources, *router.sinks]
    for pipeline in topology.pipelines:
        refs += [pipeline.source, *pipeline.sinks]
        if pipeline.changelog:
            refs.append(pipeline.changelog)
    return list(dict.fromkeys(refs))


def _topology(name: str, parts: Base) -> Topology:
    if name not in TOPOLOGIES:
        raise ConfigError(
            f"no stream application {name!r}; there are: {', '.join(TOPOLOGIES)}"
        )
    return TOPOLOGIES[name](parts.tenant)
