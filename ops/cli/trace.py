"""`opdbus trace`: one case through every hop."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bus.record import iso_time
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
    Console().print(table_of(found))


def table_of(found: list[Hop]) -> Table:
    """The hops as a table for people."""
    table = Table("written (UTC)", "+ms", "event", "topic", "made by")
    first = found[0].written_ms
    for hop in found:
        table.add_row(
            iso_time(hop.written_ms),
            str(hop.written_ms - first),
            hop.type,
            hop.topic,
            hop.source,
        )
    return table
