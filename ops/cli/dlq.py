"""`opdbus dlq`: rows and events that were rejected, and why."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from bus.contracts import topic_name
from bus.kafka.reader import read_committed
from bus.record import iso_time
from bus.streams.wiring.deadletter import DEAD_LETTERS
from ops.cli.plural import counted
from ops.cli.tables import print_table
from ops.runtime import Base, base

app = typer.Typer(no_args_is_help=True, help="Look at what was rejected.")


@app.command("list")
def show(
    origin: Annotated[
        str, typer.Option(help="Only this connector, pipeline or sink.")
    ] = "",
    code: Annotated[str, typer.Option(help="Only this reason code.")] = "",
    last: Annotated[int, typer.Option(help="At most so many, the newest.")] = 20,
) -> None:
    """The newest dead letters; contents are not shown, they are personal data."""
    letters = [
        letter
        for letter in asyncio.run(letters_of(base()))
        if origin in ("", letter["origin"]) and code in ("", letter["code"])
    ]
    print_letters(letters[-last:] if last > 0 else [])
    typer.echo(counted(len(letters), "dead letter"))


@app.command()
def count() -> None:
    """How many per origin and reason."""
    found = Counter(
        (letter["origin"], letter["code"]) for letter in asyncio.run(letters_of(base()))
    )
    print_table(
        ("origin", "code", "dead letters"),
        [(*place, str(number)) for place, number in sorted(found.items())],
    )


def print_letters(letters: Iterable[dict[str, Any]], width: int | None = None) -> None:
    """Dead letters as a table, one row each."""
    print_table(
        ("failed (UTC)", "origin", "code", "reason", "where"),
        [
            (
                iso_time(letter["failed_at"]),
                letter["origin"],
                letter["code"],
                letter["message"],
                _where(letter),
            )
            for letter in letters
        ],
        width=width,
    )


async def letters_of(parts: Base) -> list[dict[str, Any]]:
    """All dead letters of the tenant, oldest first.

    Raises:
        RetriableError: broker or registry away.
    """
    topic = topic_name(parts.tenant.id, DEAD_LETTERS)
    return [
        parts.serde.decode(record.value)[1]
        async for record in read_committed(parts.settings.bootstrap, topic)
        if record.value
    ]


def _where(letter: dict[str, Any]) -> str:
    if letter["sumber_ref"]:
        return str(letter["sumber_ref"])
    return f"{letter['topic']}-{letter['partition']}@{letter['offset']}"
