"""What an agent keeps, asked of it or, if it does not run, of its disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import typer

from bus.agent.spool import Spool
from bus.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from bus.config.settings import Settings

ASK_SECONDS = 5.0


def tell_status(path: Path, name: str, most_bytes: int, settings: Settings) -> bool:
    """Print it; whether all is well.

    Args:
        path: the spool's file.
        name: connector.
        most_bytes: of the spool.
        settings: as the agent has them, if it runs.

    Raises:
        ConfigError: it cannot be asked and its disk cannot be read.
    """
    if not path.exists():
        typer.echo(f"{name}: has never run here: there is no {path}")
        return True
    try:
        spool = Spool(path, name)
    except ConfigError as error:
        health = f"http://{settings.host}:{settings.metrics_port}/health/ready"
        return _asked(name, health, error)
    try:
        typer.echo(_line(name, "does not run", spool.waiting, spool.bytes, most_bytes))
        return spool.bytes < most_bytes
    finally:
        spool.close()


def _asked(name: str, health: str, error: ConfigError) -> bool:
    try:
        answer = httpx.get(health, timeout=ASK_SECONDS, trust_env=False)
        parts = answer.json()["parts"]
    except (httpx.HTTPError, ValueError, KeyError):
        raise ConfigError(
            f"{error}; nobody answers at {health}: set OPDBUS_METRICS_PORT as it has it"
        ) from None
    for part, told in sorted(parts.items()):
        typer.echo(f"{name}: {told.get('reason') or f'{part}: ready'}")
    return answer.status_code == httpx.codes.OK


def _line(name: str, state: str, frames: int, size: int, most: int) -> str:
    full = "; FULL: nothing more is read" if size >= most else ""
    return (
        f"{name}: {state}; {frames:,} frames wait, {size:,} of {most:,} bytes, "
        f"{min(1.0, size / most):.0%}{full}"
    )
