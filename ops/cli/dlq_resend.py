"""`opdbus dlq resend`: shows what it would do, asks, sends each letter again once."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bus.connect.control.topic import PAUSED, RUNNING
from bus.connect.desk.desk import Desk, Parts
from bus.connect.desk.letters import Letter, chosen, letters_of
from bus.connect.desk.redrive import SENT, Post, Redrive
from bus.connect.desk.standing import Standing
from bus.connect.desk.stored_position import FILES, INCREMENTAL, LOG, PASS, START
from bus.errors import ConfigError
from ops.cli.plural import counted
from ops.cli.tables import print_table
from ops.runtime import Base, base

Rereads = list[tuple[Standing, frozenset[str], str | None]]


def resend(
    letter: Annotated[
        list[str] | None, typer.Argument(help="Ids of dead letters, or their begins.")
    ] = None,
    origin: Annotated[
        str, typer.Option(help="All open ones of this connector, pipeline or sink.")
    ] = "",
    code: Annotated[str, typer.Option(help="Of these, only this reason code.")] = "",
    to: Annotated[
        str | None,
        typer.Option(
            "--to", help="Rows of a source with a cursor column: read from this value."
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="Rows of a folder: the file to read again, as it lies now: in the "
            "archive, or in its folder where nothing is archived.",
        ),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why; kept for those who come later.")
    ] = None,
) -> None:
    """Send dead letters again, after what made them fail was mended.

    A record goes again to the pipeline or sink that rejected it, to no other, with the
    event id it had. A row is read again at its source, as it is there now.
    """
    if not letter and not origin:
        raise ConfigError("name dead letters by id, or all of one origin by --origin")
    parts = base()
    try:
        letters = _wanted(parts, letter or [], origin, code)
        if not letters:
            typer.echo("nothing to send: no open dead letter fits")
            return
        rereads = asyncio.run(_rereads(parts, letters, to, file))
        _preview(letters)
        if not yes:
            typer.confirm("go on?", abort=True)
        found = asyncio.run(_send(parts, letters, rereads, reason))
    finally:
        parts.close()
    for word, number in sorted(found.items()):
        typer.echo(f"{word}: {number}")


def close(
    letter: Annotated[
        list[str], typer.Argument(help="Ids of dead letters, or their begins.")
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why; kept for those who come later.")
    ] = None,
) -> None:
    """Take dead letters off the open ones without sending: settled in another way."""
    parts = base()
    try:
        letters = _wanted(parts, letter, "", "")
        redrive = Redrive(_post(parts))
        found = asyncio.run(redrive.send(letters, reason, noted=True))
    finally:
        parts.close()
    typer.echo(f"closed: {found[SENT]}")


def _wanted(parts: Base, names: Sequence[str], origin: str, code: str) -> list[Letter]:
    """Open letters chosen by id or by origin."""
    settings, tenant = parts.settings, parts.tenant.id
    letters = asyncio.run(letters_of(settings.bootstrap, tenant, parts.serde))
    found = chosen(letters, names) if names else letters
    return [
        letter
        for letter in {letter.id: letter for letter in found}.values()
        if letter.is_open
        and origin in ("", letter.value["origin"])
        and code in ("", letter.value["code"])
    ]


def _preview(letters: Sequence[Letter]) -> None:
    found = Counter(
        (letter.value["origin"], letter.value["code"], _done(letter))
        for letter in letters
    )
    print_table(
        ("origin", "code", "dead letters", "what is done"),
        [
            (name, code, str(number), done)
            for (name, code, done), number in sorted(found.items())
        ],
    )


def _done(letter: Letter) -> str:
    if letter.is_row:
        return "its source reads the row again"
    return f"written to {letter.value['topic']} for {letter.value['origin']} alone"


async def _rereads(
    parts: Base, letters: Sequence[Letter], to: str | None, file: Path | None
) -> Rereads:
    """What each source has to be told.

    Raises:
        ConfigError: a source that cannot read single rows again, or only from a place
            that has to be named.
    """
    refs: dict[str, set[str]] = defaultdict(set)
    for letter in letters:
        if letter.is_row:
            place = str(letter.value["sumber_ref"]).split("|", 2)
            refs[letter.value["origin"]].add(place[-1])
    if not refs and (to or file):
        raise ConfigError("--to and --file are for rows of sources; there are none")
    if not refs:
        return []
    standings = await _desk(parts).standings()
    found: Rereads = []
    for name, rows in refs.items():
        one = standings.get(name)
        if one is None:
            raise ConfigError(
                f"{name} has no position of its own: what apps post or agents send is "
                "sent again there, in the app"
            )
        zone = ZoneInfo(parts.tenant.zona_waktu)
        cursor = _cursor(one, to, file, parts.clock.now_ms(), zone)
        found.append((one, frozenset(rows), cursor))
    return found


def _cursor(
    one: Standing,
    to: str | None,
    file: Path | None,
    now_ms: int,
    zone: tzinfo = UTC,
) -> str | None:
    """Position from which the rows are met again; None: without moving."""
    position, kind = one.position, one.position.kind
    if kind == PASS:
        return None
    if kind == LOG:
        return position.back_to(START, now_ms)
    if kind == INCREMENTAL:
        if to is None:
            raise ConfigError(
                f"{one.name} stands at: {position}. Say with --to from which value of "
                "its cursor column it shall read again, at or before that of the rows"
            )
        return position.back_to(to, now_ms, zone)
    if kind == FILES:
        if file is None:
            raise ConfigError(
                f"{one.name} reads files: name with --file the one that has the rows, "
                "or put a corrected file into its folder"
            )
        return position.without_file(file)
    raise ConfigError(
        f"{one.name} reads {position}: single rows cannot be read again there; see "
        f"`opdbus connector resync {one.name}`"
    )


async def _send(
    parts: Base, letters: Sequence[Letter], rereads: Rereads, reason: str | None
) -> Counter[str]:
    """Rows first: a note without its reading would hide that it is missing."""
    desk = _desk(parts)
    for one, rows, cursor in rereads:
        await desk.reread(one, rows, cursor)
        paused = one.wish is not None and one.wish.is_paused
        await desk.say(one, PAUSED if paused else RUNNING, reason or "dlq resend")
        typer.echo(f"{one.name}: reads {counted(len(rows), 'row')} again")
    return await Redrive(_post(parts)).send(letters, reason)


def _post(parts: Base) -> Post:
    return Post(parts.settings, parts.tenant, parts.serde, parts.catalog, parts.clock)


def _desk(parts: Base) -> Desk:
    return Desk(
        Parts(parts.settings, parts.tenant.id, parts.serde, parts.catalog, parts.clock)
    )
