"""`opdbus connector`: make, check, try and operate connectors."""

from pathlib import Path
from typing import Annotated

import typer

from bus.config.tenant import Tenant
from bus.connect.delivery.plan import check_sink
from bus.connect.files.connector import load_connector
from bus.connect.proposal.rule import CHANGE
from bus.connect.reading.rehearsal import Rehearsal
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.normalise.times import zone_of
from bus.privacy.mask import mask_text
from ops.cli.connector_check import check
from ops.cli.connector_file import is_sink, load, named, undecided
from ops.cli.connector_new import new
from ops.cli.connector_return import return_
from ops.cli.connector_state import list_, offsets, pause, resume, resync, status
from ops.cli.connector_try import try_
from ops.cli.plural import counted
from ops.cli.tenancy import own_tenant
from ops.wiring import SINKS, SOURCES, rule_book

app = typer.Typer(no_args_is_help=True, help="Make, check and operate connectors.")
app.command("new")(new)
app.command("check")(check)
app.command("try")(try_)
app.command("return")(return_)
app.command("list")(list_)
app.command("status")(status)
app.command("pause")(pause)
app.command("resume")(resume)
app.command("resync")(resync)
app.add_typer(offsets, name="offsets")

File = Annotated[Path, typer.Argument(help="Connector file (YAML).")]


@app.command()
def lint(
    files: Annotated[
        list[Path],
        typer.Argument(help="Connector files (YAML), or folders of them."),
    ],
) -> None:
    """All problems of the files at once, with file and line; exit code 1 if any."""
    tenant, catalog = own_tenant(), Catalog.load()
    problems = 0
    for path in named(files):
        try:
            _check(path, tenant, catalog)
        except ConfigError as error:
            problems += len(error.problems)
            for line in error.problems:
                typer.echo(line)
        else:
            typer.echo(f"{path}: ok")
            for line in undecided(path):
                typer.echo(f"{line}: not decided yet ({CHANGE}); then delete the note")
    if problems:
        typer.echo(counted(problems, "problem"), err=True)
        raise typer.Exit(1)


@app.command()
def test(file: File) -> None:
    """Run the test rows kept in the file; exit code 1 if one fails."""
    connector, catalog, tenant = load(file)
    verdicts = Rehearsal(connector, catalog, tenant.id).test_rows()
    for verdict in verdicts:
        typer.echo(f"{'FAILED' if verdict.problems else 'ok'}  {verdict.name}")
        for problem in verdict.problems:
            typer.echo(f"        {mask_text(problem)}")
    failed = sum(bool(verdict.problems) for verdict in verdicts)
    typer.echo(f"{counted(len(verdicts), 'row')}, {failed} failed")
    if failed:
        raise typer.Exit(1)


@app.command()
def show(
    file: File,
    python: Annotated[
        bool, typer.Option("--python", help="Print the generated function.")
    ] = False,
) -> None:
    """What a connector reads and makes; with --python the function it runs."""
    connector, _, _ = load(file)
    if python:
        typer.echo(connector.compiled.text, nl=False)
        return
    typer.echo(f"{connector.name}: {connector.spec.summary}")
    typer.echo(f"  guarantee  {connector.spec.guarantee}")
    typer.echo(f"  reference  {connector.ref_prefix}…")
    typer.echo(f"  columns    {', '.join(connector.compiled.columns)}")
    for mapping in connector.compiled.contracts:
        for event_type, contract in mapping.items():
            typer.echo(f"  makes      {event_type} → {contract}")


def _check(path: Path, tenant: Tenant, catalog: Catalog) -> None:
    if is_sink(path):
        check_sink(path, SINKS, catalog, zone_of(tenant.zona_waktu))
    else:
        load_connector(path, SOURCES, catalog, rule_book(tenant, None))
