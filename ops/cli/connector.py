"""`opdbus connector`: check, try, test and show connector files; nothing is sent."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bus.clock import SystemClock
from bus.config.load import load_secret, load_settings, load_tenant
from bus.config.tenant import Tenant
from bus.connect.connector import Connector, load_connector
from bus.connect.delivery_plan import compile_plan
from bus.connect.document import read_document
from bus.connect.outcome import Made
from bus.connect.rehearsal import Rehearsal
from bus.connect.sink_file import SinkDocument, read_sink
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.normalise.times import zone_of
from bus.privacy.mask import mask_name, mask_nik, mask_text
from ops.cli.plural import counted
from ops.cli.tables import print_table
from ops.wiring import SINKS, SOURCES, rule_book

app = typer.Typer(no_args_is_help=True, help="Check connector files.")

File = Annotated[Path, typer.Argument(help="Connector file (YAML).")]
_NUMBERS = frozenset({"nik", "no_kk"})


@app.command()
def lint(
    files: Annotated[list[Path], typer.Argument(help="Connector files (YAML).")],
) -> None:
    """All problems of the files at once, with file and line; exit code 1 if any."""
    tenant, catalog = _tenant(), Catalog.load()
    problems = 0
    for path in files:
        try:
            _check(path, tenant, catalog)
        except ConfigError as error:
            problems += len(error.problems)
            for line in error.problems:
                typer.echo(line)
        else:
            typer.echo(f"{path}: ok")
    if problems:
        typer.echo(counted(problems, "problem"), err=True)
        raise typer.Exit(1)


@app.command("try")
def try_(
    file: File,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="Rows to read.")] = 5,
) -> None:
    """Real rows and the events they would become, masked; nothing is sent or kept."""
    connector, catalog, tenant = _load(file)
    source = connector.open(SystemClock())
    try:
        for warning in source.check():
            typer.echo(f"note: {warning}", err=True)
        batch = source.poll(None)
    finally:
        source.close()
    some = type(batch)(
        columns=batch.columns,
        rows=batch.rows[:rows],
        cursor=batch.cursor,
        unreadable=batch.unreadable,
        origin=batch.origin,
    )
    rehearsal = Rehearsal(connector, catalog, tenant.id)
    outcome = rehearsal.run(some)
    for made in outcome.events:
        _print_event(made, rehearsal)
    for item in outcome.refused:
        ref = mask_text(item.ref)
        typer.echo(f"rejected {ref}: {item.error.code}: {item.error.message}")
    typer.echo(
        f"{counted(len(some.rows), 'row')}: {counted(len(outcome.events), 'event')}, "
        f"{len(outcome.refused)} rejected, {outcome.skipped} without event"
    )


@app.command()
def test(file: File) -> None:
    """Run the test rows kept in the file; exit code 1 if one fails."""
    connector, catalog, tenant = _load(file)
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
    connector, _, _ = _load(file)
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
    if _is_sink(path):
        _check_sink(read_sink(path), tenant, catalog)
    else:
        load_connector(path, SOURCES, catalog, rule_book(tenant, None))


def _check_sink(sink: SinkDocument, tenant: Tenant, catalog: Catalog) -> None:
    zone = zone_of(tenant.zona_waktu)
    problems: list[str] = []
    for check in (
        lambda: compile_plan(sink, catalog, tenant.id, zone),
        lambda: sink.check(SINKS[sink.file.kind].config),
    ):
        try:
            check()
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)


def _is_sink(path: Path) -> bool:
    return read_document(path).data.get("kind") in SINKS


def _load(path: Path) -> tuple[Connector, Catalog, Tenant]:
    if _is_sink(path):
        raise ConfigError(
            f"{path}: this is a sink; test rows, trial and generated code are for "
            "sources. Of `opdbus connector` only `lint` applies to it; it runs with "
            "`opdbus connect run`"
        )
    tenant, catalog = _tenant(), Catalog.load()
    settings = load_settings()
    has_secret = settings.secret is not None or settings.secret_file is not None
    secret = load_secret(settings) if has_secret else None
    rules = rule_book(tenant, secret)
    return load_connector(path, SOURCES, catalog, rules), catalog, tenant


def _tenant() -> Tenant:
    return load_tenant(load_settings().tenant_file)


def _print_event(made: Made, rehearsal: Rehearsal) -> None:
    personal = rehearsal.personal(made.type).personal_fields
    print_table(
        ("field", "value"),
        [
            (path, _masked(path, value) if path in personal else _plain(value))
            for path, value in rehearsal.shown(made).items()
        ],
        title=f"{made.type} ({made.operation}) key {made.key}",
    )


def _masked(path: str, value: Any) -> str:
    name = path.rpartition(".")[2]
    if value is None:
        return ""
    if name in _NUMBERS:
        return mask_nik(value)
    if name == "nama":
        return mask_name(value)
    return "*" if not isinstance(value, str) else f"{value[:2]}***"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return mask_text(value if isinstance(value, str) else json.dumps(value))
