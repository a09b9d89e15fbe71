"""`ops/bench`: one sub-command per benchmark."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bus.errors import OpdBusError
from ops.benchmarks import connect as connect_bench
from ops.benchmarks import e2e as e2e_bench
from ops.benchmarks.figure import publish
from ops.benchmarks.streams import run as streams_bench
from ops.benchmarks.streams.race import Choice
from ops.benchmarks.streams.ratios import ratios

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure the bus on this machine: JSON lines on stdout, a table on stderr.",
)


@app.callback()
def group() -> None:
    """Measure the bus on this machine."""


@app.command()
def e2e(
    runs: Annotated[int, typer.Option(min=1, help="Medians of so many runs.")] = 3,
    residents: Annotated[
        int, typer.Option(min=1000, help="Size of the synthetic tenant.")
    ] = 20_000,
) -> None:
    """Connectors, the F1 processors, and deaths from village to e-Sakti's inbox."""
    publish(e2e_bench.run(runs, residents, lambda words: typer.echo(words, err=True)))


@app.command()
def connect(
    runs: Annotated[int, typer.Option(min=1, help="Medians of so many runs.")] = 3,
    rows: Annotated[
        int, typer.Option(min=2000, help="Rows of the table.")
    ] = connect_bench.ROWS,
    only: Annotated[
        list[str] | None, typer.Option(help="This case; may be given several times.")
    ] = None,
) -> None:
    """A table of ten columns, or a workbook, to validated Avro events on Kafka."""
    wish = connect_bench.Wish(runs, rows, tuple(only or connect_bench.CASES))
    publish(connect_bench.run(wish, lambda words: typer.echo(words, err=True)))


@app.command()
def streams(
    runs: Annotated[int, typer.Option(min=1, help="Medians of so many runs.")] = 3,
    case: Annotated[
        list[str] | None, typer.Option(help="Only this case; may be repeated.")
    ] = None,
    who: Annotated[
        list[str] | None, typer.Option(help="Only this contestant; may be repeated.")
    ] = None,
    events: Annotated[int, typer.Option(min=1000, help="Events of one run.")] = 300_000,
    profile: Annotated[
        Path | None, typer.Option(help="Folder for profiles of our worker.")
    ] = None,
) -> None:
    """The stream engine beside others, on one broker in one run."""
    if profile is not None:
        profile.mkdir(parents=True, exist_ok=True)
    choice = Choice(events, str(profile.resolve()) if profile else "")
    say: Callable[[str], None] = lambda words: typer.echo(words, err=True)  # noqa: E731
    figures = streams_bench.run(runs, case or [], who or [], choice, say)
    publish(figures)
    for line in ratios(figures):
        say(line)


def main() -> None:
    """Exit codes: 0 measured, 1 failed, 130 interrupted, also by SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app(prog_name="./ops/bench")
    except OpdBusError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
