"""`opdbus simulate`: a synthetic local government, and a day in its life."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bus.clock import SystemClock
from bus.errors import ConfigError
from ops.simulate.create import Stores, create
from ops.simulate.faults import Faults, parse_faults
from ops.simulate.manifest import Manifest, load_manifest
from ops.simulate.world import ZONE, Plan
from ops.simulate.world import today as world_day

app = typer.Typer(
    no_args_is_help=True, help="Make a synthetic local government and let it live."
)
Folder = Annotated[Path, typer.Argument(help="Folder of the simulated world.")]
Mysql = Annotated[
    str | None,
    typer.Option(
        envvar="SIMULATE_MYSQL",
        help="Server for the village and e-Sakti databases, else SQLite.",
    ),
]


@app.callback()
def group() -> None:
    """Make a synthetic local government and let it live."""


@app.command("create")
def create_command(
    folder: Folder,
    residents: Annotated[int, typer.Option(min=1, help="How many people.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same.")] = 1,
    mysql: Mysql = None,
    today: Annotated[
        str | None, typer.Option(help="The day of the world, YYYY-MM-DD.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="Rate of a fault, NAME=SHARE; `none` sets all to 0."),
    ] = None,
) -> None:
    """Write the apps of all offices into FOLDER; what was there is replaced.

    Faults and their rates are listed by `opdbus simulate faults`.
    """
    plan = Plan(residents, seed, _day(today), parse_faults(fault or []))
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("residents", total=residents)
        made = create(folder, plan, mysql, lambda count: bar.advance(task, count))
    _print(console, folder, made)


@app.command()
def faults() -> None:
    """List the faults that can be planted, with their default rates."""
    for name, rate in Faults().model_dump().items():
        typer.echo(f"{name}={rate:g}")


@app.command()
def live(
    folder: Folder,
    rate: Annotated[float, typer.Option(min=0.01, help="Changes a second.")] = 5.0,
    seconds: Annotated[float, typer.Option(min=0.0, help="How long.")] = 30.0,
    seed: Annotated[int, typer.Option(help="The same seed does the same.")] = 1,
    mysql: Mysql = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this action; may be repeated.")
    ] = None,
) -> None:
    """Let people die, move and apply in the apps of FOLDER while the bus runs."""
    from ops.simulate.desks.live import Day  # noqa: PLC0415 - create does not need it

    manifest = load_manifest(folder)
    world = Stores(folder, mysql)
    day = Day(world, manifest, seed, SystemClock(), ZONE, only or ())
    try:
        done = day.run(rate, seconds)
    finally:
        day.close()
    for name, count in sorted(done.items()):
        typer.echo(f"{name}={count}")


def _day(text: str | None) -> date:
    if text is None:
        return world_day()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--today {text}: not a day; expected YYYY-MM-DD") from None


def _print(console: Console, folder: Path, made: Manifest) -> None:
    table = Table("app", "table or file", "rows", title=f"Kabupaten Batang in {folder}")
    for office, counts in made.rows.items():
        for name, count in counts.items():
            table.add_row(office, name, f"{count:,}")
    console.print(table)
    planted = sum(made.faults.values())
    console.print(f"{planted:,} faults planted; all counts are in manifest.json")
