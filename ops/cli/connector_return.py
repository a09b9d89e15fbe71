"""`opdbus connector return`: files back to their sender, reasons beside the rows."""

from pathlib import Path
from typing import Annotated

import typer

from bus.clock import SystemClock
from bus.connect.reading.rehearsal import Rehearsal
from bus.connect.reading.returning import Rejected
from bus.connect.returned import Returned
from bus.errors import ConfigError
from ops.cli.connector_file import load
from ops.cli.plural import counted


def return_(
    file: Annotated[Path, typer.Argument(help="Connector file (YAML).")],
    folder: Annotated[
        Path, typer.Option("--to", help="Where the copies go; outside the drop folder.")
    ],
) -> None:
    """Copies of the files with rejected rows, each with its reason beside the row.

    The files in the connector's folder are worked through as a run would; nothing is
    sent. The copies hold what the files hold: they are for their senders.
    """
    connector, catalog, tenant = load(file)
    rehearsal = Rehearsal(connector, catalog, tenant.id)
    found = Rejected(connector, rehearsal, SystemClock())
    for warning in found.look():
        typer.echo(f"note: {warning}", err=True)
    for name, reason in found.unreadable.items():
        typer.echo(f"{name}: {reason}", err=True)
    where = Path(connector.source_block()["folder"])
    if folder.resolve() == where.resolve():
        raise ConfigError(f"{folder} is the drop folder itself; give another with --to")
    for name, reasons in found.reasons.items():
        path = where / name
        target = connector.give_back(Returned(path, folder, reasons, found.heads[name]))
        rows = found.rows[name]
        typer.echo(f"{name}: {len(reasons)} of {counted(rows, 'row')} → {target}")
    if not found.reasons:
        typer.echo(f"no rejected rows in {counted(len(found.rows), 'file')}")
