"""`opdbus trace`: one case through every hop."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from bus.record import iso_time
from ops.cli.tables import console
from ops.journey import Hop, hops
from ops.runtime import base

app = typer.Typer(help="Follow one case through every hop.")


@app.command()
def trace(
    case: Annotated[
        str, typer.Argument(help="subjek_id, klaim_id, or the id of an event.")
    ],
) -> None:
    """Print every record of a case, in the order it was written; no names, no NIK."""
    found = asyncio.run(hops(base(), case))
    if not found:
        typer.echo(f"nothing is known of {case}", err=True)
        raise typer.Exit(1)
    console().print(table_of(found))


def table_of(found: list[Hop]) -> Table:
    """The hops as a table for people."""
    table = Table()
    for title in ("UTC", "+ms", "event", "on topic", "made by"):
        table.add_column(title, overflow="fold")
    last = found[0].written_ms
    for hop in found:
        waited, last = hop.written_ms - last, hop.written_ms
        table.add_row(
            iso_time(hop.written_ms)[11:23],
            f"{waited:,}",
            hop.type,
            hop.topic,
            hop.source,
        )
    return table
