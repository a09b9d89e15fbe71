"""`opdbus kafka`: the local broker that demo, tests and trials use."""

from pathlib import Path
from typing import Annotated

import typer

from bus.config.load import load_settings
from bus.errors import ConfigError
from ops.kafka.broker import LocalBroker
from ops.kafka.jars import kafka_version

app = typer.Typer(no_args_is_help=True, help="Run a local Kafka broker.")

Folder = Annotated[Path, typer.Option(help="The broker's own folder.")]
DEFAULT = Path("var/kafka")
_HERE = {"127.0.0.1", "localhost"}


@app.command()
def start(
    folder: Folder = DEFAULT,
    port: Annotated[
        int | None,
        typer.Option(help="Client port; 0 picks a free one.", min=0, max=65535),
    ] = None,
) -> None:
    """Start it in the background and wait until it answers."""
    if port is None:
        port = _port_here(load_settings().bootstrap)
    broker = LocalBroker(folder, port, say=typer.echo)
    if broker.pid is not None:
        typer.echo(f"already running on {broker.bootstrap}, pid {broker.pid}")
        return
    broker.start()
    typer.echo(
        f"Apache Kafka {kafka_version()} on {broker.bootstrap}, pid {broker.pid}; "
        f"log {broker.log_file}"
    )
    typer.echo(f"stop it with: opdbus kafka stop --folder {folder}")


@app.command()
def stop(folder: Folder = DEFAULT) -> None:
    """Stop it; data and port stay for the next start."""
    broker = LocalBroker(folder)
    if broker.pid is None:
        typer.echo(f"no broker runs in {folder}")
        return
    broker.stop()
    typer.echo("stopped")


@app.command()
def status(folder: Folder = DEFAULT) -> None:
    """Say whether it runs; exit code 1 when it does not answer."""
    broker = LocalBroker(folder)
    if broker.pid is None:
        typer.echo(f"not running in {folder}")
        raise typer.Exit(1)
    ready = broker.ready()
    state = "ready" if ready else "not answering"
    typer.echo(f"{state} on {broker.bootstrap}, pid {broker.pid}")
    if not ready:
        raise typer.Exit(1)


def _port_here(bootstrap: str) -> int:
    """The port to listen on, from the address that clients use.

    Raises:
        ConfigError: that address is on another machine.
    """
    host, _, port = bootstrap.split(",", maxsplit=1)[0].rpartition(":")
    if host not in _HERE:
        raise ConfigError(
            f"OPDBUS_BOOTSTRAP names a broker on {host}; one started here listens on "
            "127.0.0.1 only: unset it, or say which port with --port"
        )
    return int(port)
