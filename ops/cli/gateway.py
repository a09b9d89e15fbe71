"""`opdbus gateway`: schema registry and HTTP door of the bus."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bus.config.load import load_secret, load_settings
from bus.connect.file_watch import FileWatch
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.gateway.pull.server import Pulling, load_accesses, load_grants
from bus.gateway.server import run_gateway
from bus.gateway.serving import listen
from bus.health import Health
from ops.cli.logging import configure
from ops.cli.plural import counted
from ops.cli.tenancy import own_tenant
from ops.runtime import base

app = typer.Typer(
    no_args_is_help=True, help="Serve the schema registry, and events to apps."
)

NO_SECRET = b"only for looking at grants"


@app.callback()
def gateway() -> None:
    """Serve the schema registry and the gateway."""


@app.command()
def run(
    grants: Annotated[
        list[Path] | None,
        typer.Argument(help="Grants (YAML) of apps that pull, or folders of them."),
    ] = None,
    bootstrap: Annotated[
        str | None, typer.Option(help="Kafka bootstrap servers, host:port.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks a free one.")
    ] = None,
) -> None:
    """Run until SIGTERM or Ctrl-C.

    With grants, apps may pull events at /tarik, as far as their grants go. A changed
    grant is read at the next start.
    """
    settings = load_settings(bootstrap=bootstrap, gateway_port=port)
    configure(settings.log_format)
    make = None
    if paths := _files(grants or []):
        parts, secret = base(settings), load_secret(settings)
        accesses = load_accesses(paths, parts.catalog, parts.tenant, secret)
        tools = (parts.catalog, parts.serde, secret, parts.clock)
        typer.echo(f"pull: {counted(len(accesses), 'grant')}")

        def make(health: Health) -> Pulling:
            return Pulling(accesses, settings, parts.tenant, tools, health)

    bound = listen(settings.host, settings.gateway_port, "OPDBUS_GATEWAY_PORT")
    asyncio.run(run_gateway(settings, bound, typer.echo, make))


@app.command()
def check(
    grants: Annotated[
        list[Path], typer.Argument(help="Grants (YAML), or folders of them.")
    ],
) -> None:
    """Check grants against the contracts and say what each app may read."""
    paths = _files(grants)
    for grant in load_grants(paths, Catalog.load(), own_tenant(), NO_SECRET):
        typer.echo(
            f"{grant.name}: {grant.opd}, {grant.legal_basis}, until {grant.until}: "
            f"{grant.purpose}"
        )
        for ref, topic in grant.topics.items():
            for kind, right in topic.events.items():
                told = f"  {ref} {kind}: {counted(len(right.fields), 'field')}"
                if right.personal:
                    told += f", personal: {', '.join(right.personal)}"
                if right.masked:
                    told += f", masked: {', '.join(right.masked)}"
                typer.echo(told)


def _files(grants: list[Path]) -> list[Path]:
    """The files of the arguments.

    Raises:
        ConfigError: one does not exist or cannot be read.
    """
    missing = [f"{p}: No such file or directory" for p in grants if not p.exists()]
    look = FileWatch(grants).look()
    problems = [*missing, *(x for e in look.broken.values() for x in e.problems)]
    if problems:
        raise ConfigError(*problems)
    return list(look.files)
