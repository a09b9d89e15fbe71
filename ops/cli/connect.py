"""`opdbus connect`: run connectors, sources and sinks, in one process."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bus.config.load import load_secret
from bus.connect.connector import Connector, load_connector
from bus.connect.delivery_worker import Delivering, run_sinks, sink_task
from bus.connect.document import read_document
from bus.connect.sink_file import SinkDocument, read_sink
from bus.connect.source_task import Collecting, SourceTask
from bus.connect.source_worker import once_ready, run_sources, topics_of
from bus.errors import ConfigError
from bus.health import Health, serve
from ops.cli.logging import configure
from ops.runtime import Base, base
from ops.wiring import SINKS, SOURCES, rule_book

app = typer.Typer(no_args_is_help=True, help="Run connectors: sources and sinks.")

COLLECT = (100_000, 50, 100)
"""Rows and events make no cycles: looking for some after every 700 costs a fifth."""


@app.callback()
def connect() -> None:
    """Run connectors: sources and sinks."""


@app.command()
def run(
    files: Annotated[list[Path], typer.Argument(help="Connector files (YAML).")],
    once: Annotated[
        bool,
        typer.Option("--once", help="Stop when the sources have nothing more."),
    ] = False,
) -> None:
    """Run until SIGTERM or Ctrl-C; exit code 1 when a connector failed or paused.

    A connector that fails leaves its neighbours running.
    """
    parts = base()
    configure(parts.settings.log_format)
    sources, sinks = load_files(files, parts)
    health = Health("connect")
    server = serve(parts.settings.host, parts.settings.metrics_port, health)
    typer.echo(
        f"metrics and health: http://{parts.settings.host}:{server.port}", err=True
    )
    gc.freeze()
    gc.set_threshold(*COLLECT)
    try:
        problems = asyncio.run(_run(sources, sinks, parts, health, once))
    finally:
        server.close()
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


def load_files(
    files: Sequence[Path], parts: Base
) -> tuple[list[Connector], list[SinkDocument]]:
    """Sources and sinks, told apart by `kind`.

    Raises:
        ConfigError: every problem of every file.
    """
    rules = rule_book(parts.tenant, load_secret(parts.settings))
    sources: list[Connector] = []
    sinks: list[SinkDocument] = []
    problems: list[str] = []
    for path in files:
        try:
            if read_document(path).data.get("kind") in SINKS:
                sinks.append(read_sink(path))
            else:
                sources.append(load_connector(path, SOURCES, parts.catalog, rules))
        except ConfigError as error:
            problems.extend(error.problems)
    names = [source.name for source in sources]
    names += [sink.file.connector for sink in sinks]
    problems += [
        f"connector {name!r} is in two of the files; names must differ"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if problems:
        raise ConfigError(*problems)
    return sources, sinks


async def _run(
    sources: list[Connector],
    sinks: list[SinkDocument],
    parts: Base,
    health: Health,
    once: bool,
) -> list[str]:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = []
    if sources:
        tasks = source_tasks(sources, parts, health, once=once)
        running.append(run_sources(tasks, health, stop))
    if sinks:
        shared = Delivering(
            parts.settings,
            parts.tenant,
            parts.catalog,
            parts.serde,
            parts.clock,
            health,
            SINKS,
        )
        deliveries = [sink_task(sink, shared) for sink in sinks]
        running.append(run_sinks(deliveries, shared, stop))
    ended = await asyncio.gather(*running)
    return [problem for problems in ended for problem in problems]


def source_tasks(
    sources: Sequence[Connector], parts: Base, health: Health, *, once: bool = False
) -> list[SourceTask]:
    """A task per source, sharing the parts of the process."""
    refs = topics_of(sources, parts.catalog)
    shared = Collecting(
        settings=parts.settings,
        tenant=parts.tenant,
        catalog=parts.catalog,
        serde=parts.serde,
        clock=parts.clock,
        health=health,
        worker=f"{socket.gethostname()}-{os.getpid()}",
        topics_ready=once_ready(parts.settings, parts.catalog, parts.tenant, refs),
    )
    return [SourceTask(source, shared, once=once) for source in sources]
