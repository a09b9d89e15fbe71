"""`ops/demo`: from empty disk to a death that four offices know of."""

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from bus.errors import ConfigError, OpdBusError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(  # noqa: PLR0913, PLR0917 - one parameter an option
    residents: Annotated[int, typer.Option(min=200, help="How many people.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = 1,
    keep: Annotated[  # noqa: FBT002 - a command-line flag
        bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")
    ] = False,
    mysql: Annotated[
        str | None,
        typer.Option(
            help="Village and e-Sakti databases on this MariaDB/MySQL server "
            "(mysql://user@host:port); `local`, or nothing behind it, starts one here."
        ),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--dir", help="The demo's own folder.")
    ] = Path("var/demo"),
    live_seconds: Annotated[
        float, typer.Option(min=0, help="How long the apps go on living.")
    ] = 15.0,
    rate: Annotated[float, typer.Option(min=0.1, help="Changes a second.")] = 20.0,
) -> None:
    """Create a synthetic Kabupaten Batang, connect its apps, follow one death."""
    # Imported only now, when Ctrl-C is already caught: the Kafka clients take a while.
    from ops.cli.tables import console  # noqa: PLC0415
    from ops.showcase.lock import only_one  # noqa: PLC0415
    from ops.showcase.run import Choice, Showcase  # noqa: PLC0415

    stop = threading.Event()

    def on_signal(_number: int, _frame: Any) -> None:
        if stop.is_set():
            return
        stop.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    choice = Choice(residents, seed, keep, mysql, live_seconds, rate)
    with only_one(folder):
        show = Showcase(folder.absolute(), choice, console(), stop)
        show.run()


def main() -> None:
    """Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    try:
        app(prog_name="./ops/demo")
    except OpdBusError as error:
        sys.stderr.write(f"demo: {error}\n")
        sys.exit(2 if isinstance(error, ConfigError) else 1)
    except KeyboardInterrupt:
        sys.stderr.write("demo: stopped; all its processes have ended\n")
        sys.exit(130)
