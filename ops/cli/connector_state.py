"""`opdbus connector list|status|pause|resume|resync|offsets`: running connectors."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from bus.clock import SystemClock
from bus.connect.control.topic import PAUSED, RUNNING
from bus.connect.desk.desk import Desk, Parts
from bus.connect.desk.standing import Standing
from bus.connect.desk.stored_position import (
    FILES,
    INCREMENTAL,
    NOTHING,
    StoredPosition,
)
from bus.connect.reading.task import FAILED
from bus.errors import ConfigError
from ops.cli.tables import print_table
from ops.cli.tenancy import own_tenant
from ops.runtime import base

T = TypeVar("T")

Name = Annotated[str, typer.Argument(help="Name of the connector.")]
Reason = Annotated[
    str | None, typer.Option("--reason", help="Why; kept for those who come later.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

offsets = typer.Typer(no_args_is_help=True, help="Positions of running connectors.")


def list_() -> None:
    """Every source that has run: state, worker, rows, position."""
    found = _at_desk(lambda desk: desk.standings())
    print_table(
        ("connector", "state", "worker", "rows", "position", "moved"),
        [
            (
                one.name,
                one.told,
                one.worker if one.is_there else "-",
                f"{one.rows:,}",
                str(one.position),
                _moment(one.moved_ms),
            )
            for one in found.values()
        ],
    )


def status(name: Name) -> None:
    """One source in full; exit code 1 unless it runs or was paused by an operator."""
    one = _at_desk(lambda desk: desk.standing(name))
    there = "" if one.is_there else " (not there any more)"
    lines = [
        ("state", one.told),
        ("last told", f"{one.state} by {one.worker}{there}, {_moment(one.since_ms)}"),
        ("message", one.message or ""),
        ("asked for", _asked(one)),
        ("rows read", f"{one.rows:,}"),
        ("position", f"{one.position}, moved {_moment(one.moved_ms)}"),
    ]
    for about, told in lines:
        if told:
            typer.echo(f"{about:<10} {told}")
    if one.told == FAILED:
        typer.echo(f"{'next':<10} mend it, then: opdbus connector resume {name}")
    if one.told not in {RUNNING, PAUSED}:
        raise typer.Exit(1)


def pause(name: Name, reason: Reason = None) -> None:
    """Stop a source until `resume`, also across restarts; its position stays."""
    one = _at_desk(lambda desk: desk.standing(name))
    _at_desk(lambda desk: desk.say(one, PAUSED, reason))
    typer.echo(f"{name}: paused; goes on where it stopped with `connector resume`")


def resume(name: Name, reason: Reason = None) -> None:
    """Let a paused or failed source go on from its position."""
    one = _at_desk(lambda desk: desk.standing(name))
    _at_desk(lambda desk: desk.say(one, RUNNING, reason))
    typer.echo(f"{name}: goes on; see `opdbus connector status {name}`")


def resync(name: Name, yes: Yes = False, reason: Reason = None) -> None:
    """Read a source again from its beginning, and tell every row again."""
    one = _at_desk(lambda desk: desk.standing(name))
    remembered = _at_desk(lambda desk: desk.remembered(name))
    typer.echo(f"{name} stands at: {one.position}, {one.rows:,} rows read")
    if one.position.kind == NOTHING:
        raise ConfigError(f"{name} has read nothing yet; there is nothing to repeat")
    if one.position.kind == INCREMENTAL or not remembered:
        typer.echo(
            "every row is read again and told again with the event id it had, so that "
            "receivers that know ids drop it; rows changed meanwhile are told as new"
        )
    else:
        typer.echo(
            f"every row is read again; {remembered:,} remembered rows are told again "
            "as corrections (DIKOREKSI) with new event ids; deletions are still found"
        )
    if one.position.kind == FILES:
        typer.echo(
            "only files in the drop folder are read: put those that were moved to the "
            "archive back into it"
        )
    _sure(yes)
    _at_desk(lambda desk: desk.move(one, None))
    _at_desk(lambda desk: desk.say(one, _kept(one), reason or "resync"))
    typer.echo(f"{name}: begins anew")


@offsets.command("show")
def show(name: Name) -> None:
    """Where a source stands, in words and as it is kept."""
    one = _at_desk(lambda desk: desk.standing(name))
    typer.echo(one.position)
    typer.echo(f"{one.rows:,} rows read, moved {_moment(one.moved_ms)}")
    typer.echo(one.position.kept)


@offsets.command("rewind")
def rewind(
    name: Name,
    to: Annotated[
        str | None,
        typer.Option("--to", help="Value of the cursor column, or `start` for cdc."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="File to read again, as it lies now: in the archive, or in its folder "
            "where nothing is archived.",
        ),
    ] = None,
    yes: Yes = False,
    reason: Reason = None,
) -> None:
    """Move a source back: to a value of its cursor column, or before a file."""
    if (to is None) == (file is None):
        raise ConfigError("give either --to VALUE or --file PATH")
    one = _at_desk(lambda desk: desk.standing(name))
    typer.echo(f"{name} stands at: {one.position}")
    if file is not None:
        cursor = one.position.without_file(file)
        typer.echo(
            f"{file.name} is read again, only rows that differ are told; if it was "
            "archived, put it back into the folder"
        )
    else:
        zone = ZoneInfo(own_tenant().zona_waktu)
        cursor = one.position.back_to(to or "", SystemClock().now_ms(), zone)
        typer.echo(f"it will stand at: {StoredPosition(cursor)}")
        typer.echo(one.position.moving_back)
    _sure(yes)
    _at_desk(lambda desk: desk.move(one, cursor))
    _at_desk(lambda desk: desk.say(one, _kept(one), reason or "rewind"))
    typer.echo(f"{name}: moved")


def _kept(one: Standing) -> str:
    """A paused source stays paused."""
    return PAUSED if one.wish is not None and one.wish.is_paused else RUNNING


def _sure(yes: bool) -> None:
    if not yes:
        typer.confirm("go on?", abort=True)


def _asked(one: Standing) -> str:
    if one.wish is None:
        return ""
    why = f": {one.wish.reason}" if one.wish.reason else ""
    return f"{one.wish.wanted}, {_moment(one.wish.at_ms)}{why}"


def _moment(ms: int) -> str:
    if not ms:
        return "never"
    zone = ZoneInfo(own_tenant().zona_waktu)
    return datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


def _at_desk(ask: Callable[[Desk], Awaitable[T]]) -> T:
    parts = base()

    async def answer() -> T:
        desk = Desk(
            Parts(
                parts.settings, parts.tenant.id, parts.serde, parts.catalog, parts.clock
            )
        )
        return await ask(desk)

    try:
        return asyncio.run(answer())
    finally:
        parts.close()
