"""`opdbus connector check`: look at a legacy system before a run; nothing is sent."""

import math
from pathlib import Path
from typing import Annotated

import typer

from bus.clock import SystemClock
from bus.connect.files.connector import Connector
from bus.connect.finding import BAD, NOTE
from bus.connect.reading.rehearsal import Rehearsal
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.privacy.mask import mask_text
from ops.cli.connector_file import load
from ops.cli.plural import counted

MINUTE, HOUR = 60, 3600
FEW = 4
"""Reasons that are told."""


def check(
    file: Annotated[Path, typer.Argument(help="Connector file (YAML).")],
) -> None:
    """Connection, rights, key, cursor, clocks and load time; exit code 1 if bad.

    Looks at the legacy system as a run would, with SELECT only. Each missing right is
    told with the statement that gives it.
    """
    connector, catalog, tenant = load(file)
    problems, rows = 0, None
    for finding in connector.examine(SystemClock(), tenant.zona_waktu):
        problems += finding.level == BAD
        rows = finding.rows if finding.rows is not None else rows
        quiet = finding.level not in {BAD, NOTE}
        mark = "ok      " if quiet else f"{finding.level:<8}"
        typer.echo(f"{mark} {finding.about}: {mask_text(finding.text)}")
    if not problems and rows:
        typer.echo(f"         {_load_time(connector, catalog, tenant.id, rows)}")
    if problems:
        typer.echo(counted(problems, "problem"), err=True)
        raise typer.Exit(1)


def _load_time(connector: Connector, catalog: Catalog, tenant: str, rows: int) -> str:
    """How long the first load takes, from one chunk read and mapped here."""
    clock = SystemClock()
    source = connector.open(clock)
    begun = clock.monotonic()
    try:
        batch = source.poll(None)
        outcome = Rehearsal(connector, catalog, tenant).run(batch)
    except ConfigError as error:
        return f"load time: not known: {error}"
    finally:
        source.close()
    seconds = clock.monotonic() - begun
    read = len(batch.rows)
    if not read:
        return "load time: no rows at the moment"
    share = len(outcome.refused) / read
    told = f"load time: about {_lasting(seconds * rows / read)} for {rows:,} rows"
    told += f" ({read / seconds:,.0f} rows/s for the first {read:,}, Kafka not counted)"
    if share:
        often = outcome.reasons.most_common(FEW)
        reasons = ", ".join(f"{code} {count:,}" for code, count in often)
        told += f"; {share:.0%} of them are rejected ({reasons}), see "
        told += "`opdbus connector try`"
    return told


def _lasting(seconds: float) -> str:
    if seconds < 2 * MINUTE:
        return f"{math.ceil(seconds)} s"
    if seconds < 2 * HOUR:
        return f"{math.ceil(seconds / MINUTE)} min"
    return f"{seconds / HOUR:.1f} h"
