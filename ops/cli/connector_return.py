"""`opdbus connector return`: files back to their sender, reasons beside the rows."""

from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from bus.clock import SystemClock
from bus.connect.connector import Connector
from bus.connect.rehearsal import Rehearsal
from bus.connect.returned import Returned
from bus.connect.source import Batch
from bus.errors import ConfigError
from ops.cli.connector_file import load
from ops.cli.plural import counted

FILE, LINE = "_berkas", "_baris"
Reasons = dict[tuple[str, int], str]


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
    found = Rejected(connector, rehearsal)
    source = connector.open_with(SystemClock(), (FILE, LINE))
    cursor: str | None = None
    try:
        for warning in source.check():
            typer.echo(f"note: {warning}", err=True)
        while True:
            batch = source.poll(cursor)
            found.take(batch)
            cursor = batch.cursor
            if not batch.origin and not batch.unreadable:
                break
    finally:
        source.close()
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


class Rejected:
    """Collects the rejected rows of all files.

    Args:
        connector: loaded connector.
        rehearsal: works rows through.
    """

    def __init__(self, connector: Connector, rehearsal: Rehearsal) -> None:
        self.reasons: dict[str, Reasons] = {}
        self.heads: dict[str, dict[str, int]] = defaultdict(dict)
        self.rows: dict[str, int] = defaultdict(int)
        self._columns = connector.compiled.columns
        self._rehearsal = rehearsal
        self._work = rehearsal.passing()

    def take(self, batch: Batch) -> None:
        """One batch of one file; its end begins a pass anew."""
        places = (batch.columns.index(FILE), batch.columns.index(LINE))
        for row in batch.rows:
            name, _, sheet = str(row[places[0]]).partition("!")
            line = int(row[places[1]])
            self.rows[name] += 1
            self.heads[name].setdefault(sheet, line - 1)
            outcome = self._work(Batch(batch.columns, [row], "", origin=batch.origin))
            for item in outcome.refused:
                self._add(name, sheet, line, f"{item.error.code}: {item.error.message}")
        for broken in batch.unreadable:
            name, _, line_text = broken.ref.partition(":")
            if line_text.isdigit():
                self.rows[name] += 1
                self._add(name, "", int(line_text), f"{broken.code}: {broken.message}")
            else:
                typer.echo(f"{name}: {broken.code}: {broken.message}", err=True)
        if batch.complete:
            self._work = self._rehearsal.passing()

    def _add(self, name: str, sheet: str, line: int, text: str) -> None:
        self.reasons.setdefault(name, {})[sheet, line] = text
