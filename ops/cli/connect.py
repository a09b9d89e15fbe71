"""`opdbus connect`: run connectors, sources and sinks, in one process."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bus.config.load import load_secret
from bus.connect.delivery.worker import Delivering, run_sinks, sink_task
from bus.connect.files.connector import Connector
from bus.connect.reading.task import Collecting, SourceTask
from bus.connect.reading.worker import once_ready, run_sources, topics_of
from bus.connect.reading.worker_name import worker_name
from bus.health import Health, serve
from ops.allocator import give_memory_back
from ops.cli.connect_files import Files
from ops.cli.logging import configure
from ops.connecting import Worker
from ops.runtime import Base, base
from ops.wiring import SINKS, rule_book

app = typer.Typer(no_args_is_help=True, help="Run connectors: sources and sinks.")

COLLECT = (100_000, 50, 100)
"""Rows and events make no cycles: looking for some after every 700 costs a fifth."""
TURN_SECONDS = 0.001
"""So long a thread that maps rows keeps the interpreter when the event loop wants it.
A commit takes a dozen turns; with Python's 5 ms each it took half as long again."""


@app.callback()
def connect() -> None:
    """Run connectors: sources and sinks."""


@app.command()
def run(
    files: Annotated[
        list[Path],
        typer.Argument(help="Connector files (YAML), or folders of them."),
    ],
    once: Annotated[
        bool,
        typer.Option("--once", help="Stop when the sources have nothing more."),
    ] = False,
) -> None:
    """Run until SIGTERM or Ctrl-C; exit code 1 when a connector failed or paused.

    A connector that fails leaves its neighbours running. Files are watched: adding,
    changing or removing one touches only its connector. Workers with the same files
    share the sources and take over from one that dies.
    """
    give_memory_back()
    parts = base()
    configure(parts.settings.log_format)
    rules = rule_book(parts.tenant, load_secret(parts.settings))
    found = Files(files, parts.catalog, rules)
    found.load()
    if found.elsewhere:
        names = ", ".join(sorted(found.elsewhere))
        typer.echo(
            f"not run here but by `opdbus receive` or `collect`: {names}", err=True
        )
    health = Health("connect")
    server = serve(parts.settings.host, parts.settings.metrics_port, health)
    typer.echo(
        f"metrics and health: http://{parts.settings.host}:{server.port}", err=True
    )
    gc.freeze()
    gc.set_threshold(*COLLECT)
    sys.setswitchinterval(TURN_SECONDS)
    try:
        work = _once if once else _watching
        problems = asyncio.run(work(found, parts, health))
    finally:
        server.close()
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _watching(files: Files, parts: Base, health: Health) -> list[str]:
    worker = Worker(
        collecting(lambda: _sources(files), parts, health), _delivering(parts, health)
    )
    return await worker.run(files, _stop_signal())


async def _once(files: Files, parts: Base, health: Health) -> list[str]:
    stop = _stop_signal()
    sources = _sources(files)
    running = []
    if sources:
        shared = collecting(lambda: sources, parts, health)
        tasks = [SourceTask(source, shared, once=True) for source in sources]
        running.append(run_sources(tasks, health, stop))
    if files.sinks:
        receiving = _delivering(parts, health)
        deliveries = [sink_task(sink, receiving) for sink, _ in files.sinks.values()]
        running.append(run_sinks(deliveries, receiving, stop))
    ended = await asyncio.gather(*running)
    return [problem for problems in ended for problem in problems]


def _sources(files: Files) -> list[Connector]:
    return [connector for connector, _ in files.sources.values()]


def collecting(
    sources: Callable[[], Sequence[Connector]], parts: Base, health: Health
) -> Collecting:
    """What the sources of a process share.

    Args:
        sources: the connectors, as they are now.
        parts: of the process.
        health: of the process.
    """

    def refs() -> list[str]:
        return topics_of(sources(), parts.catalog)

    return Collecting(
        settings=parts.settings,
        tenant=parts.tenant,
        catalog=parts.catalog,
        serde=parts.serde,
        clock=parts.clock,
        health=health,
        worker=worker_name(),
        topics_ready=once_ready(parts.settings, parts.catalog, parts.tenant, refs),
    )


def _delivering(parts: Base, health: Health) -> Delivering:
    return Delivering(
        parts.settings,
        parts.tenant,
        parts.catalog,
        parts.serde,
        parts.clock,
        health,
        SINKS,
    )
