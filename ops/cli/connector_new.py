"""`opdbus connector new`: look at an app and write a first connector file."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bus.connect.files.connector import Connector, load_connector
from bus.connect.proposal.draft import Naming
from bus.connect.proposal.propose import Proposal, propose
from bus.connect.proposal.rule import CHANGE
from bus.connect.reading.rehearsal import Rehearsal
from bus.connect.source import Batch
from bus.connect.spec import SourceSpec
from bus.connect.survey import FoundTable, Surveyor
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.normalise.mask import mask_text
from ops.cli.plural import counted
from ops.cli.tables import print_table
from ops.cli.tenancy import own_tenant
from ops.wiring import SOURCES, rule_book, spec_for

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,29}")
FEW = 20
"""Tables that are taken without asking."""


def new(  # noqa: PLR0917 - each is an option
    name: Annotated[str, typer.Argument(help="Name of the connector, `esakti`.")],
    origin: Annotated[
        str,
        typer.Option(
            "--from", help="Database URL, https:// list, file, folder, posted body."
        ),
    ],
    table: Annotated[
        list[str] | None,
        typer.Option("--table", help="Table or sheet; may be given several times."),
    ] = None,
    event: Annotated[
        str | None, typer.Option("--event", help="Event type; else the best fit.")
    ] = None,
    app: Annotated[
        str | None, typer.Option("--app", help="Name of the app; else NAME.")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--out", help="Where the file is written.")
    ] = Path(),
    rows: Annotated[
        int, typer.Option(min=1, max=10_000, help="Rows to look at.")
    ] = 500,
    only_list: Annotated[
        bool, typer.Option("--list", help="Only list tables or sheets.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file of that name.")
    ] = False,
) -> None:
    """Look at a database, workbook, CSV folder or post and write a first file.

    Tables, keys, a way of reading and the contract's fields are guessed from a sample;
    each guess stands in the file with its reason. Nothing is sent or kept. With several
    tables one file is written for each.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(f"name {name!r}: use a-z, 0-9 and `-`, at least 2 of them")
    spec = spec_for(origin)
    if spec.survey is None:
        raise ConfigError(f"kind {spec.kind} cannot look at an app by itself")
    surveyor = spec.survey(origin, name)
    try:
        names = surveyor.names()
        if only_list:
            print_table(
                ("table", "rows"),
                [(each, "?" if n is None else f"{n:,}") for each, n in names],
            )
            return
        chosen = _chosen(table, [each for each, _ in names])
        tenant, catalog = own_tenant(), Catalog.load()
        problems: list[str] = []
        writer = Writer(spec, surveyor, catalog, rows=rows, event=event)
        for each in chosen:
            connector = name if len(chosen) == 1 else f"{name}-{_plain(each)}"
            naming = Naming(
                connector=connector,
                app=app or name,
                kind=spec.kind,
                variable=_variable(app or name, spec.kind),
                region=tenant.kode,
            )
            path = folder / f"{connector}.yaml"
            problems += writer.attempt(each, naming, path, force=force)
    finally:
        surveyor.close()
    if problems:
        raise ConfigError(*problems)
    typer.echo(f"next: export {naming.variable}={_value(origin, spec)}")


class Writer:
    """Writes the files of one app.

    Args:
        spec: technology.
        surveyor: looks.
        catalog: contracts.
        rows: sample size.
        event: event type chosen, or None.
    """

    def __init__(
        self,
        spec: SourceSpec,
        surveyor: Surveyor,
        catalog: Catalog,
        *,
        rows: int,
        event: str | None,
    ) -> None:
        self._spec = spec
        self._surveyor = surveyor
        self._catalog = catalog
        self._rows = rows
        self._event = event
        self._tenant = own_tenant()

    def attempt(
        self, table: str, naming: Naming, path: Path, *, force: bool
    ) -> Sequence[str]:
        """As `write`, but what is wrong is given back: other tables may be well."""
        if path.exists() and not force:
            return [f"{path} exists already; --force overwrites it"]
        try:
            self.write(table, naming, path)
        except ConfigError as error:
            return error.problems
        return []

    def write(self, table: str, naming: Naming, path: Path) -> None:
        """Look at a table, write its file, and say what it is about."""
        typer.echo(f"looking at {table} …", err=True)
        found = self._surveyor.look(table, self._rows)
        proposal = propose(found, naming, self._catalog, self._event)
        text = proposal.draft.text()
        try:
            connector = self._loaded(text)
        except ConfigError as error:
            path.write_text(text, encoding="utf-8")
            problems = (
                line.replace(line.split(":")[0], str(path)) for line in error.problems
            )
            raise ConfigError(*problems) from None
        path.write_text(
            proposal.draft.text(self._test(connector, proposal)), encoding="utf-8"
        )
        _report(found, proposal, path)

    def _loaded(self, text: str) -> Connector:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "draft.yaml"
            path.write_text(text, encoding="utf-8")
            rules = rule_book(self._tenant, None)
            return load_connector(path, SOURCES, self._catalog, rules)

    def _test(self, connector: Connector, proposal: Proposal) -> list[str]:
        row = proposal.row(connector.compiled.columns)
        columns = connector.compiled.columns
        cells = tuple(row.get(column) for column in columns)
        rehearsal = Rehearsal(connector, self._catalog, self._tenant.id)
        outcome = rehearsal.run(Batch(columns, [cells], ""))
        if outcome.refused:
            return proposal.draft.test(row, [f"tolak: {outcome.refused[0].error.code}"])
        result = ["hasil:"] if outcome.events else ["hasil: []"]
        result += [f"  - peristiwa: {made.type}" for made in outcome.events]
        return proposal.draft.test(row, result)


def _at(path: Path, problem: str) -> str:
    """A problem of the draft, told of the file that was written."""
    return f"{path}:{problem.partition(':')[2]}"


def _report(found: FoundTable, proposal: Proposal, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    open_ = text.count(f"# {CHANGE}") + text.count(f"; {CHANGE}")
    lines = sum(not line.lstrip().startswith("#") for line in text.splitlines())
    typer.echo(
        f"{path}: {len(found.columns)} columns → {proposal.fit.event.type}, "
        f"{counted(len(proposal.fit.picks), 'field')} filled, "
        f"{open_} to decide ({CHANGE}), {counted(lines, 'line')}"
    )
    for quirk in _quirks(proposal):
        typer.echo(f"  {mask_text(quirk)}")


def _quirks(proposal: Proposal) -> Iterator[str]:
    for nature in proposal.natures:
        for quirk in nature.quirks:
            yield f"{nature.name}: {quirk}"


def _chosen(wanted: Sequence[str] | None, there: Sequence[str]) -> list[str]:
    if not wanted:
        if not there:
            raise ConfigError(
                "there is no table, sheet or file to read; in a database: has this "
                "user SELECT on its tables?"
            )
        if len(there) == 1:
            return list(there)
        raise ConfigError(
            f"there are {len(there)} tables; choose with --table (see --list): "
            f"{', '.join(there[:FEW])}{' …' if len(there) > FEW else ''}"
        )
    return list(wanted)


def _plain(table: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in table.lower())
    return "-".join(part for part in kept.split("-") if part)


def _variable(app: str, kind: str) -> str:
    stem = "".join(c if c.isalnum() else "_" for c in app.upper())
    ends = {"sql": "URL", "rest": "URL", "webhook": "SECRET"}
    return f"{stem}_{ends.get(kind, 'FOLDER')}"


def _value(origin: str, spec: SourceSpec) -> str:
    """What the variable of the file is set to."""
    if spec.door is not None:
        return "$(openssl rand -hex 32)"
    if "://" in origin:
        return "'…'"
    place = Path(origin).absolute()
    return str(place if place.is_dir() else place.parent)
