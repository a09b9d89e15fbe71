"""Who takes part, in which cases, and how its process is started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bus.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.benchmarks.streams.ticket import Ticket

STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Contestant:
    """One program.

    Attributes:
        who: name in the figures.
        module: run with `python -m`, told by a `Ticket`.
        cases: what it can do.
    """

    who: str
    module: str
    cases: tuple[str, ...] = ("map", "count", "join")

    @contextmanager
    def running(self, ticket: Ticket) -> Iterator[subprocess.Popen[bytes]]:
        """Its process, stopped at the end.

        Raises:
            FatalError: it ended by itself; the end of its log is told.
        """
        log = Path(ticket.folder) / f"{self.who}-{ticket.worker}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, "-m", self.module, *ticket.arguments()],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(os.environ),  # noqa: TID251 - handed on
                start_new_session=True,
            )
        try:
            yield process
            if process.poll() is not None:
                raise FatalError(_ended(self.who, log))
        except OSError as error:  # its place in /proc is gone
            raise FatalError(_ended(self.who, log)) from error
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ended(who: str, log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return f"{who} ended; its log ends with:\n" + "\n".join(lines[-12:])


_CLIENTS = "ops.benchmarks.streams.clients"
CONTESTANTS = (
    Contestant("ours", "ops.benchmarks.streams.worker"),
    Contestant("aiokafka", f"{_CLIENTS}.aiokafka_loop"),
)
