"""`opdbus dlq`: rows and events that were rejected, why, and sending them again."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import typer

from bus.connect.desk.letters import Letter, chosen, letters_of
from bus.errors import PoisonError
from bus.normalise.mask import shape
from bus.record import iso_time
from bus.streams.wiring.shown import shown
from ops.cli.dlq_resend import close, resend
from ops.cli.plural import counted
from ops.cli.tables import print_table
from ops.runtime import Base, base

ID_SHOWN = 8
app = typer.Typer(no_args_is_help=True, help="Look at what was rejected.")


@app.command("list")
def list_(
    origin: Annotated[
        str, typer.Option(help="Only this connector, pipeline or sink.")
    ] = "",
    code: Annotated[str, typer.Option(help="Only this reason code.")] = "",
    last: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = 20,
    *,
    unsent: Annotated[
        bool, typer.Option("--open", help="Only those neither sent again nor closed.")
    ] = False,
) -> None:
    """The newest dead letters; contents are not shown, they are personal data."""
    letters = [
        letter
        for letter in _letters(base())
        if origin in ("", letter.value["origin"])
        and code in ("", letter.value["code"])
        and (letter.is_open or not unsent)
    ]
    print_letters(letters[-last:])
    typer.echo(counted(len(letters), "dead letter"))


@app.command()
def count() -> None:
    """How many per origin and reason, and how many of them are still open."""
    found, waiting = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for letter in _letters(base()):
        place = letter.value["origin"], letter.value["code"]
        found[place] += 1
        waiting[place] += letter.is_open
    print_table(
        ("origin", "code", "dead letters", "open"),
        [(*at, str(number), str(waiting[at])) for at, number in sorted(found.items())],
    )


@app.command()
def show(
    letter: Annotated[str, typer.Argument(help="Id of a dead letter, or its begin.")],
) -> None:
    """One dead letter in full; personal data is masked, of a row only the form."""
    parts = base()
    (found,) = chosen(_letters(parts), [letter])
    for line in lines_of(parts, found):
        typer.echo(line)


app.command("resend")(resend)
app.command("close")(close)


def print_letters(letters: Iterable[Letter], width: int | None = None) -> None:
    """Dead letters as a table, one row each."""
    print_table(
        ("failed (UTC)", "id", "origin", "code", "reason", "where"),
        [
            (
                iso_time(letter.value["failed_at"]),
                letter.id[:ID_SHOWN],
                letter.value["origin"],
                letter.value["code"],
                letter.value["message"],
                letter.where,
            )
            for letter in letters
        ],
        width=width,
    )


def lines_of(parts: Base, letter: Letter) -> Iterator[str]:
    """A dead letter, line by line, without personal data."""
    value = letter.value
    tries = counted(letter.times, "time")
    yield f"id        {letter.id}"
    yield f"failed    {iso_time(value['failed_at'])}, rejected {tries}"
    yield f"by        {value['origin']} ({value['stage']})"
    yield f"reason    {value['code']}: {value['message']}"
    yield f"where     {letter.where}"
    if value["place"]:
        yield f"row       {value['sumber_ref']}"
    if value["event_type"]:
        yield f"event     {value['event_type']} {value['ce_id']}"
    yield f"tried     {counted(value['attempts'], 'time')}"
    yield "again     " + (iso_time(letter.sent.at_ms) if letter.sent else "-")
    yield "content"
    yield from (f"  {line}" for line in _content(parts, letter))


def _content(parts: Base, letter: Letter) -> Sequence[str]:
    payload: bytes = letter.value["payload"]
    if letter.is_row:
        return _cells(payload)
    try:
        name, value = parts.serde.decode(payload)
    except PoisonError:
        return [f"{counted(len(payload), 'byte')} that no contract describes"]
    fields = shown(parts.catalog, name, value)
    return [f"{place}: {told}" for place, told in fields.items()]


def _cells(payload: bytes) -> Sequence[str]:
    """Cells of a row by their form: digits as 9, letters as x."""
    try:
        cells = json.loads(payload)
    except ValueError:
        cells = None
    if not isinstance(cells, dict):
        return [f"{counted(len(payload), 'byte')} that are no row"]
    return [
        f"{name}: " + ("-" if cell is None else shape(cell))
        for name, cell in cells.items()
    ]


def _letters(parts: Base) -> list[Letter]:
    settings = parts.settings
    return asyncio.run(letters_of(settings.bootstrap, parts.tenant.id, parts.serde))
