"""`opdbus gateway`: schema registry and HTTP door of the bus."""

import asyncio
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bus.config.load import load_secret, load_settings
from bus.config.tenant import Tenant
from bus.contracts import Catalog
from bus.gateway.pull.grant import Rules
from bus.gateway.pull.grants import Grants, look_at
from bus.gateway.pull.server import Pulling
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

    With grants, apps may pull events at /tarik, as far as their grants go. Grants are
    watched: a changed, new or removed file counts at once.
    """
    settings = load_settings(bootstrap=bootstrap, gateway_port=port)
    configure(settings.log_format)
    make = None
    if grants:
        parts, secret = base(settings), load_secret(settings)
        found = Grants(grants, _rules(parts.catalog, parts.tenant, secret))
        found.load()
        tools = (parts.catalog, parts.serde, secret, parts.clock)
        typer.echo(f"pull: {counted(len(found.accesses), 'grant')}")

        def make(health: Health) -> Pulling:
            return Pulling(found, settings, parts.tenant, tools, health)

    bound = listen(settings.host, settings.gateway_port, "OPDBUS_GATEWAY_PORT")
    asyncio.run(run_gateway(settings, bound, typer.echo, make))


@app.command()
def check(
    grants: Annotated[
        list[Path], typer.Argument(help="Grants (YAML), or folders of them.")
    ],
) -> None:
    """Check grants against the contracts and say what each app may read."""
    rules = _rules(Catalog.load(), own_tenant(), NO_SECRET)
    for grant in look_at(grants, rules):
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


def _rules(catalog: Catalog, tenant: Tenant, secret: bytes) -> Rules:
    return Rules(catalog, tenant.id, ZoneInfo(tenant.zona_waktu), secret)
