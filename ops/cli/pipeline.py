"""`opdbus pipeline`: run, show and verify stream applications."""

import asyncio
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from bus.errors import ConfigError
from bus.health import Health, serve
from bus.kafka.lag import watch_lag
from bus.kafka.sample import newest
from bus.kafka.topics import ensure_topics, partition_counts
from bus.record import header
from bus.streams.topology.pipeline import Pipeline, Topology
from bus.streams.wiring.audit import Auditor
from bus.streams.wiring.copartition import (
    Placed,
    copartition_problems,
    keyed_topics,
)
from bus.streams.wiring.deadletter import DEAD_LETTERS
from bus.streams.wiring.stage import group_of, stages_of
from bus.streams.wiring.worker import Runtime, StreamWorker
from ops.cli import logging
from ops.runtime import TOPOLOGIES, Base, base, settle_memory

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
    topology = _topology(name, parts)
    ensure_topics(parts.settings, parts.catalog, parts.tenant, refs_of(topology))
    asyncio.run(_check_keys(topology, parts))
    health = Health(f"pipeline.{name}")
    server = serve(parts.settings.host, parts.settings.metrics_port, health)
    typer.echo(
        f"metrics and health: http://{parts.settings.host}:{server.port}", err=True
    )
    runtime = Runtime(parts.settings, parts.tenant, parts.serde, parts.clock, health)
    stream = StreamWorker(topology, runtime, worker or socket.gethostname())
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
def show(name: Name = "santunan") -> None:
    """Print what a stream application reads, keeps and writes."""
    topology = _topology(name, base())
    for router in topology.routers:
        typer.echo(f"router {router.name}")
        for route in router.routes:
            kinds = ", ".join(sorted(route.event_types))
            typer.echo(f"  {route.source} [{kinds}] -> {route.sink}")
    for pipeline in topology.pipelines:
        _show(pipeline)


def _show(pipeline: Pipeline) -> None:
    typer.echo(f"pipeline {pipeline.name}")
    typer.echo(f"  reads   {pipeline.source}")
    typer.echo(f"  decides {', '.join(sorted(pipeline.handlers))}")
    for store, record in pipeline.stores.items():
        typer.echo(f"  keeps   {store}: {record} ({pipeline.changelog})")
    for sink in pipeline.sinks:
        typer.echo(f"  writes  {sink}")


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
