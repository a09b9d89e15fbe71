"""`opdbus collect`: take what agents send, in one process."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bus.config.load import load_secret
from bus.gateway.collect.server import run_collect
from bus.gateway.serving import listen
from bus.health import Health, serve
from ops.cli.connect import collecting
from ops.cli.connect_files import AGENTS, Files
from ops.cli.logging import configure
from ops.runtime import base, settle_memory
from ops.wiring import rule_book

app = typer.Typer(no_args_is_help=True, help="Take what agents send.")


@app.command()
def collect(
    files: Annotated[
        list[Path],
        typer.Argument(help="Connector files (YAML), or folders of them."),
    ],
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks a free one.")
    ] = None,
) -> None:
    """Run until SIGTERM or Ctrl-C; only files with an `agent:` block are taken.

    The same files as the agents have; the addresses and passwords of their apps are
    not needed here. A changed file is read at the next start.
    """
    parts = base()
    configure(parts.settings.log_format)
    rules = rule_book(parts.tenant, load_secret(parts.settings))
    found = Files(files, parts.catalog, rules, which=AGENTS)
    connectors = found.only_sources("none of the files has an `agent:` block")
    settings, health = parts.settings, Health("collect")
    at = settings.collect_port if port is None else port
    bound = listen(settings.host, at, "OPDBUS_COLLECT_PORT")
    server = serve(settings.host, settings.metrics_port, health)
    typer.echo(f"metrics and health: http://{settings.host}:{server.port}", err=True)
    shared = collecting(lambda: connectors, parts, health)
    settle_memory()
    try:
        problems = asyncio.run(run_collect(connectors, shared, bound, typer.echo))
    finally:
        server.close()
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
