"""`opdbus agent`: read an app at the end of a bad line, keep, send."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from bus.agent.line import Line
from bus.agent.reader import Reader
from bus.agent.secret import seal_of
from bus.agent.spool import Spool
from bus.agent.worker import Agent
from bus.clock import SystemClock
from bus.config.load import load_settings
from bus.connect.files.document import expand
from bus.errors import ConfigError
from bus.health import Health, serve
from ops.cli.agent_status import tell_status
from ops.cli.connector_file import load
from ops.cli.logging import configure
from ops.cli.plural import counted

app = typer.Typer(no_args_is_help=True, help="Read an app at the end of a bad line.")


@app.command()
def agent(
    file: Annotated[Path, typer.Argument(help="Connector file (YAML) with `agent:`.")],
    once: Annotated[
        bool,
        typer.Option(
            "--once", help="Stop when all is read and safe, or a try has failed."
        ),
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Say what it keeps; 1 if it is not well.")
    ] = False,
) -> None:
    """Run until SIGTERM or Ctrl-C; exit code 1 when the spool is full at the end.

    What is read is kept on the disk, encrypted, until Kafka has it over there. The
    tenant's secret is not needed here.
    """
    settings = load_settings()
    configure(settings.log_format)
    connector, _, _ = load(file)
    block = connector.definition.agent
    if block is None:
        raise ConfigError(f"{file}: has no `agent:` block")
    name, most = connector.name, block.most_mb << 20
    path = block.folder / f"{name}.db"
    if status:
        raise typer.Exit(not tell_status(path, name, most, settings))
    seal, health, spool = seal_of(connector), Health("agent"), Spool(path, name)
    reader = Reader(connector, spool, seal, SystemClock(), block.frame_rows)
    url = str(expand(block.url, f"{file}: agent")).rstrip("/")
    line = Line(f"{url}/{name}", spool, seal, SystemClock(), most)
    server = serve(settings.host, settings.metrics_port, health)
    typer.echo(f"metrics and health: http://{settings.host}:{server.port}", err=True)
    working = Agent((reader, line, spool), most, SystemClock(), health)
    health.ready()
    try:
        well = working.run(_stopped().wait, once=once)
    finally:
        waiting = spool.waiting
        for part in (reader, line, spool, server):
            part.close()
    if waiting:
        typer.echo(f"{counted(waiting, 'frame')} not safe at the bus yet", err=True)
    if not well:
        raise typer.Exit(1)


def _stopped() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
