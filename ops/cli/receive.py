"""`opdbus receive`: take what apps post, in one process."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bus.config.load import load_secret
from bus.gateway.receive.server import Reception
from bus.gateway.serving import listen
from bus.health import Health, serve
from ops.cli.connect import collecting
from ops.cli.connect_files import PUSHED, Files
from ops.cli.logging import configure
from ops.runtime import base, settle_memory
from ops.wiring import rule_book

app = typer.Typer(no_args_is_help=True, help="Take what apps post.")


@app.command()
def receive(
    files: Annotated[
        list[Path],
        typer.Argument(help="Connector files (YAML), or folders of them."),
    ],
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks a free one.")
    ] = None,
) -> None:
    """Run until SIGTERM or Ctrl-C; only sources of kind webhook are taken.

    An app gets its answer when Kafka has the events, or 503 while it cannot. Any
    number of these processes may run side by side behind a reverse proxy with TLS.
    A changed file is read at the next start.
    """
    parts = base()
    configure(parts.settings.log_format)
    rules = rule_book(parts.tenant, load_secret(parts.settings))
    found = Files(files, parts.catalog, rules, which=PUSHED)
    connectors = found.only_sources(
        "none of the files has kind webhook; others run with `opdbus connect run`"
    )
    settings, health = parts.settings, Health("receive")
    health.starting("looking for Kafka")
    reception = Reception(connectors, collecting(lambda: connectors, parts, health))
    at = settings.receive_port if port is None else port
    bound = listen(settings.host, at, "OPDBUS_RECEIVE_PORT")
    server = serve(settings.host, settings.metrics_port, health)
    typer.echo(f"metrics and health: http://{settings.host}:{server.port}", err=True)
    settle_memory()
    try:
        asyncio.run(reception.run(bound, told=typer.echo))
    finally:
        server.close()
