"""`opdbus gateway`: schema registry and HTTP door of the bus."""

import asyncio
from typing import Annotated

import typer

from bus.config.load import load_settings
from bus.gateway.server import run_gateway
from bus.gateway.serving import listen
from ops.cli.logging import configure

app = typer.Typer(no_args_is_help=True, help="Serve the schema registry.")


@app.callback()
def gateway() -> None:
    """Serve the schema registry and the gateway."""


@app.command()
def run(
    bootstrap: Annotated[
        str | None, typer.Option(help="Kafka bootstrap servers, host:port.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks a free one.")
    ] = None,
) -> None:
    """Run until SIGTERM or Ctrl-C."""
    settings = load_settings(bootstrap=bootstrap, gateway_port=port)
    configure(settings.log_format)
    bound = listen(settings.host, settings.gateway_port, "OPDBUS_GATEWAY_PORT")
    asyncio.run(run_gateway(settings, bound, told=typer.echo))
