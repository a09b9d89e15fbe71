"""`opdbus connector try`: real rows and the events they would become, side by side."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bus.clock import SystemClock
from bus.connect.files.connector import Connector
from bus.connect.mapping.origin import Origins, origins_of
from bus.connect.reading.rehearsal import Rehearsal
from bus.connect.rows.outcome import Made, Outcome, Refused
from bus.connect.rows.shape import picker
from bus.connect.source import Batch
from bus.normalise.result import is_blank, text_of
from bus.privacy.mask import mask_name, mask_nik, mask_text
from ops.cli.connector_file import load
from ops.cli.plural import counted
from ops.cli.tables import print_table

_NUMBERS = frozenset({"nik", "no_kk"})
_MADE_BY_BUS = frozenset({"sumber_ref", "mutu", "dicatat_pada"})
_LONG = 40


def try_(
    file: Annotated[Path, typer.Argument(help="Connector file (YAML).")],
    rows: Annotated[int, typer.Option(min=1, max=1000, help="Rows to read.")] = 5,
) -> None:
    """Real rows beside the events they would become, masked; nothing is sent or kept.

    Each field is shown with the column it comes from, what stands there, what it
    becomes, and a verdict.
    """
    connector, catalog, tenant = load(file)
    source = connector.open(SystemClock())
    try:
        for warning in source.check():
            typer.echo(f"note: {warning}", err=True)
        batch = source.poll(None)
    finally:
        source.close()
    rehearsal = Rehearsal(connector, catalog, tenant.id)
    trial = Trial(connector, rehearsal, batch)
    events = rejected = silent = 0
    for row in batch.rows[:rows]:
        outcome = rehearsal.run(Batch(batch.columns, [row], "", origin=batch.origin))
        for made in outcome.events:
            trial.show(row, made)
        for item in outcome.refused:
            trial.refuse(row, item)
        events += len(outcome.events)
        rejected += len(outcome.refused)
        if not outcome.events and not outcome.refused:
            silent += 1
            trial.pass_over(row, outcome)
    for broken in batch.unreadable:
        rejected += 1
        typer.echo(f"rejected {broken.ref}: {broken.code}: {broken.message}")
    typer.echo(
        f"{counted(len(batch.rows[:rows]), 'row')}: {counted(events, 'event')}, "
        f"{rejected} rejected, {silent} without event"
    )


class Trial:
    """Prints rows with what becomes of them.

    Args:
        connector: loaded connector.
        rehearsal: knows the contracts.
        batch: whose rows are shown.
    """

    def __init__(
        self, connector: Connector, rehearsal: Rehearsal, batch: Batch
    ) -> None:
        self._connector = connector
        self._rehearsal = rehearsal
        self._columns = connector.compiled.columns
        self._pick = picker(batch, self._columns)
        self._origins = [origins_of(m.kolom) for m in connector.definition.pemetaan]

    def show(self, row: Sequence[Any], made: Made) -> None:
        """One event beside its row."""
        cells = dict(zip(self._columns, self._pick(row), strict=True))
        origins = self._origins_of(made.type)
        personal = self._rehearsal.personal(made.type).personal_fields
        shown = self._rehearsal.shown(made)
        flags = shown.get("mutu") or []
        lines = []
        for path, value in shown.items():
            columns = origins.get(path, ())
            raw = [cells.get(column) for column in columns]
            hide = path in personal
            before = " + ".join(
                _masked(path, cell) if hide else _plain(text_of(cell)) for cell in raw
            )
            after = _masked(path, value) if hide else _plain(value)
            verdict = _verdict(path, raw, value, flags)
            lines.append((" + ".join(columns), before, path, after, verdict))
        print_table(
            ("column", "stands there", "field", "becomes", "verdict"),
            lines,
            title=f"{made.type} ({made.operation}) key {made.key}",
        )

    def pass_over(self, row: Sequence[Any], outcome: Outcome) -> None:
        """A row that gives nothing, and why."""
        ref = self._connector.compiled.ref_of(self._pick(row))
        why = (
            "left out by its conditions (`bila`, `lewati`)"
            if outcome.skipped
            else "marked as deleted (`hapus`) and not sent before: nothing to withdraw"
        )
        typer.echo(f"no event {mask_text(ref)}: {why}")

    def refuse(self, row: Sequence[Any], item: Refused) -> None:
        """A row that would go to the dead letters, and the cell it is about."""
        cells = dict(zip(self._columns, self._pick(row), strict=True))
        typer.echo(
            f"rejected {mask_text(item.ref)}: {item.error.code}: {item.error.message}"
        )
        for column in (item.error.field or "").split(" + "):
            if column in cells:
                kind = "" if is_blank(text_of(cells[column])) else "filled, masked"
                typer.echo(f"         column {column}: {kind or 'empty'}")

    def _origins_of(self, event_type: str) -> Origins:
        mappings = self._connector.definition.pemetaan
        places = [i for i, m in enumerate(mappings) if event_type in m.event_types]
        return self._origins[places[0]] if places else {}


def _verdict(path: str, raw: Sequence[Any], value: Any, flags: Sequence[str]) -> str:
    name = path.rpartition(".")[2]
    told = [flag for flag in flags if _is_about(flag, name)]
    return "; ".join([*_change(name, raw, value), *told])


def _is_about(flag: str, name: str) -> bool:
    """Flags name their field after a colon, or begin with its name."""
    code, _, field = flag.partition(":")
    return field == name if field else code.startswith(name.upper() + "_")


def _change(name: str, raw: Sequence[Any], value: Any) -> Iterator[str]:
    if name in _MADE_BY_BUS:
        yield "made by the bus"
    elif not raw:
        yield "constant" if value not in (None, []) else "not mapped"
    elif value is None:
        blank = all(is_blank(text_of(cell)) for cell in raw)
        yield "empty" if blank else "left empty"
    elif len(raw) == 1 and text_of(raw[0]) == text_of(value):
        yield "as it stands"
    elif all(is_blank(text_of(cell)) for cell in raw):
        yield "filled from elsewhere"
    else:
        yield "hashed" if name.endswith("_id") else "tidied"


def _masked(path: str, value: Any) -> str:
    name = path.rpartition(".")[2]
    text = text_of(value) if not isinstance(value, list) else "*"
    if is_blank(text):
        return ""
    if name in _NUMBERS or sum(c.isdigit() for c in text) >= 12:  # noqa: PLR2004
        return mask_nik(text)
    if name == "nama":
        return mask_name(text)
    return "*" if not isinstance(value, str) else f"{text[:2]}***"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    text = mask_text(value if isinstance(value, str) else json.dumps(value))
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
