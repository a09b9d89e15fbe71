"""The command `opdbus`: one verb per module, imported only when it is used."""

import sys
from dataclasses import dataclass
from importlib import import_module
from logging import NullHandler, getLogger
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bus.errors import ConfigError, OpdBusError

VERBS = {
    "doctor": "Say what is missing on this machine and how to get it.",
    "kafka": "Run a local Kafka broker: start, stop, status.",
    "topics": "The tenant's topics: list, create, who may read them.",
    "secret": "Make the tenant's secret.",
    "gateway": "Serve the schema registry and the gateway.",
    "connect": "Run connectors: sources and sinks.",
    "receive": "Take what apps post.",
    "agent": "Read an app at the end of a bad line, keep, send.",
    "collect": "Take what agents send.",
    "connector": "Make, check and operate connectors.",
    "pipeline": "Run a stream processor.",
    "simulate": "Make a synthetic local government and let it live.",
    "trace": "Follow one case through every hop.",
    "access": "Who read personal data, what of it, when and what for.",
    "dlq": "Look at what was rejected; send it again.",
}


@dataclass
class Shown:
    """What the person at the terminal wants to see."""

    traceback: bool = False


shown = Shown()


class LazyVerb(TyperCommand):
    """Stands for a verb in the help text; becomes the real one when called."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, callback=None, help=text)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        module = import_module(f"ops.cli.{self.name}")
        module.app._add_completion = False  # noqa: SLF001
        command = typer.main.get_command(module.app)
        return command.make_context(info_name, args, parent=parent, **extra)


class Verbs(TyperGroup):
    """The verbs of the table above, in its order."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        text = VERBS.get(cmd_name)
        return None if text is None else LazyVerb(cmd_name, text)


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Event bus of a local government: entered once, used everywhere.",
)


@app.callback()
def root(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the Python traceback of an error.")
    ] = False,
) -> None:
    """Event bus of a local government: entered once, used everywhere."""
    shown.traceback = debug


def main(args: list[str] | None = None) -> None:
    """Entry point; ends the process.

    Exit codes: 0 done, 1 the bus could not do it, 2 wrong usage or
    configuration, 130 interrupted. Only `--debug` shows a traceback; a file or
    folder that cannot be used needs none.
    """
    given = sys.argv[1:] if args is None else args
    for client in ("aiokafka", "kafka"):  # their errors reach people in our words
        getLogger(client).addHandler(NullHandler())
    try:
        app(given, prog_name="opdbus")
    except OpdBusError as error:
        if shown.traceback:
            raise
        for line in str(error).splitlines():
            print(f"opdbus: {line}", file=sys.stderr)
        sys.exit(2 if isinstance(error, ConfigError) else 1)
    except OSError as error:
        if shown.traceback:
            raise
        place = error.filename or "this machine"
        words = error.strerror or type(error).__name__
        print(f"opdbus: {place}: {words}; --debug shows where", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
