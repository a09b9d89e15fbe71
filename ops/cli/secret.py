"""`opdbus secret`: the tenant's secret, from which person keys are derived."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from bus.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="Make the tenant's secret.")


@app.callback()
def group() -> None:
    """Make the tenant's secret."""


@app.command()
def new(file: Annotated[Path, typer.Argument(help="File to make.")]) -> None:
    """Write a new random secret into FILE, readable by its owner only.

    Keep it: with another secret every person gets another key.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(
            f"{file}: exists; a new secret would give every person another key. "
            "Choose another file, or move that one away if it was never used"
        ) from None
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32) + "\n")
    typer.echo(f"{file}: made; use it with OPDBUS_SECRET_FILE={file}")
