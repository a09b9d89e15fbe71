"""`opdbus topics`: what the contracts ask for, and what the broker has."""

from typing import Annotated

import typer

from bus.config.load import load_settings, load_tenant
from bus.contracts import Catalog
from bus.kafka.topics import ensure_topics, partition_counts, plan
from ops.cli.tables import print_table
from ops.kafka.acl import commands

app = typer.Typer(no_args_is_help=True, help="List or create the tenant's topics.")


@app.command("list")
def show() -> None:
    """Every topic of the tenant: kind, partitions on the broker, owner, purpose."""
    settings = load_settings()
    tenant, catalog = load_tenant(settings.tenant_file), Catalog.load()
    counts = partition_counts(settings)
    rows = []
    for contract in sorted(catalog.contracts, key=lambda item: item.ref):
        wanted = plan(contract, tenant)
        found = counts.get(wanted.name)
        shown = f"missing ({wanted.partitions})" if found is None else str(found)
        kind = contract.kind + (" compacted" if contract.compacted else "")
        rows.append((wanted.name, shown, kind, contract.owner, contract.purpose))
    print_table(("topic", "partitions", "kind", "owner", "purpose"), rows)


@app.command()
def create(
    refs: Annotated[
        list[str] | None,
        typer.Argument(help="Contract references; without any, all of the catalogue."),
    ] = None,
) -> None:
    """Create what is missing; refuse a topic with another partition count."""
    settings = load_settings()
    tenant, catalog = load_tenant(settings.tenant_file), Catalog.load()
    wanted = refs or [contract.ref for contract in catalog.contracts]
    made = ensure_topics(settings, catalog, tenant, wanted)
    for name in made:
        typer.echo(f"created {name}")
    typer.echo(f"{len(made)} created, {len(wanted) - len(made)} were there")


@app.command()
def acl(
    login: Annotated[str, typer.Argument(help="Name the app logs in with.")],
    refs: Annotated[
        list[str], typer.Argument(help="Contract references of the topics.")
    ],
    *,
    remove: Annotated[
        bool, typer.Option("--remove", help="Commands that take it away again.")
    ] = False,
) -> None:
    """Print the commands that let an app read topics, and nothing else; runs none.

    For a broker with Kafka's access lists switched on: `ops/kafka/apps.properties`.
    """
    settings = load_settings()
    tenant, catalog = load_tenant(settings.tenant_file), Catalog.load()
    place = (settings.bootstrap, login)
    for line in commands(catalog, tenant.id, place, refs, taking=remove):
        typer.echo(line)
