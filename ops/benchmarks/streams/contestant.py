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
REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Contestant:
    """One program.

    Attributes:
        who: name in the figures.
        module: run with `python -m`, told by a `Ticket`.
        cases: what it can do.
        keeps: it keeps the right side of a join as state of its own, so that it has
            to work on it before the clock starts; others read it when they start.
        one_log: it reads both sides of a join from one topic.
        own_python: it needs the environment of `rivals.py`.
    """

    who: str
    module: str
    cases: tuple[str, ...] = ("map", "count", "join")
    keeps: bool = False
    one_log: bool = False
    own_python: bool = False


@contextmanager
def running(
    contestant: Contestant, ticket: Ticket, python: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Its process, stopped at the end.

    Args:
        contestant: who.
        ticket: what it is told.
        python: the interpreter.

    Raises:
        FatalError: it ended by itself or did not do its work; the end of its log is
            told.
    """
    log = Path(ticket.folder) / f"{contestant.who}-{ticket.worker}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [python, "-m", contestant.module, *ticket.arguments()],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
            env=dict(os.environ),  # noqa: TID251 - handed on
            start_new_session=True,
        )
    try:
        yield process
    except (FatalError, OSError) as error:  # OSError: its place in /proc is gone
        raise FatalError(f"{error}; its log ends with:\n{_tail(log)}") from error
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-12:])


OUR_PYTHON = sys.executable
_CLIENTS = "ops.benchmarks.streams.clients"
OURS = Contestant("ours", "ops.benchmarks.streams.worker", keeps=True, one_log=True)
BARE = Contestant("aiokafka", f"{_CLIENTS}.aiokafka_loop")
CONTESTANTS = (
    OURS,
    BARE,
    Contestant("confluent", f"{_CLIENTS}.confluent_loop"),
    Contestant("quix", f"{_CLIENTS}.quix_app", keeps=True, own_python=True),
    Contestant("faust", f"{_CLIENTS}.faust_agent", keeps=True),
    Contestant(
        "faststream", f"{_CLIENTS}.faststream_app", cases=("map",), own_python=True
    ),
)
