"""`opdbus access`: who read personal data, what of it, when and what for."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bus.errors import ConfigError
from bus.gateway.pull.accesses import accesses_of
from bus.record import Value
from ops.cli.plural import counted
from ops.cli.tables import print_table
from ops.runtime import base

app = typer.Typer(no_args_is_help=True, help="Who read personal data.")


@app.callback()
def group() -> None:
    """Who read personal data."""


@app.command("list")
def list_(
    since: Annotated[
        str, typer.Option(help="Only from this day or time on, `2026-03-02`.")
    ] = "",
    app: Annotated[str, typer.Option(help="Only this app, or this grant.")] = "",
    last: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = 50,
) -> None:
    """Answers with personal data that pulling apps were given; names nobody.

    Places are partition:from-before in the contract's topic: they lead to the persons.
    """
    parts = base()
    zone = ZoneInfo(parts.tenant.zona_waktu)
    since_ms = moment_ms(since, zone) if since else 0
    tenant, bootstrap = parts.tenant.id, parts.settings.bootstrap
    try:
        found = asyncio.run(
            accesses_of(bootstrap, tenant, parts.serde, since_ms=since_ms, who=app)
        )
    finally:
        parts.close()
    print_accesses(found[-last:], zone)
    typer.echo(f"{counted(len(found), 'answer')} with personal data")


def print_accesses(accesses: Iterable[Value], zone: ZoneInfo) -> None:
    """As a table, one row for each answer; times in the tenant's zone."""
    print_table(
        ("read", "app", "contract", "events", "fields", "places", "why"),
        [
            (
                f"{datetime.fromtimestamp(each['read_at'] / 1000, zone):%Y-%m-%d %X}",
                _who(each),
                each["contract"],
                ", ".join(f"{n} {kind}" for kind, n in each["events"].items()),
                ", ".join([*each["fields"], *each["masked"]]),
                ", ".join(each["places"]),
                f"{each['purpose']} ({each['legal_basis']})",
            )
            for each in accesses
        ],
    )


def _who(access: Mapping[str, str]) -> str:
    grant, app = access["grant"], access["app"]
    return f"{app}, {access['opd']}" + ("" if grant == app else f", grant {grant}")


def moment_ms(text: str, zone: ZoneInfo) -> int:
    """A day or time as a person writes it, in the tenant's zone; ms UTC.

    Raises:
        ConfigError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"--since {text}: no day or time; write 2026-03-02 or 2026-03-02T08:00"
        ) from None
    return round(moment.replace(tzinfo=moment.tzinfo or zone).timestamp() * 1000)
