"""A database server as a child process: started, waited for, stopped, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bus.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import URL, Engine

    from bus.clock import Clock

READY_SECONDS = 60.0
STOP_SECONDS = 20.0


class DatabaseServer:
    """One process in a session of its own, so Ctrl-C in the terminal spares it.

    Args:
        name: of the program, for messages.
        end: the signal on which it ends in good order.
        clock: deadlines of start and stop.
    """

    def __init__(self, name: str, end: signal.Signals, clock: Clock) -> None:
        self._name = name
        self._end = end
        self._clock = clock
        self._child: subprocess.Popen[bytes] | None = None

    def start(
        self, command: Sequence[str], log_file: Path, login: URL, **how: Any
    ) -> None:
        """Start it and return when it answers.

        Args:
            command: the program and its words.
            log_file: what it says is added there.
            login: where it is asked whether it is ready.
            how: further arguments of `subprocess.Popen`.

        Raises:
            FatalError: it ended or stayed silent; the log's end is told.
        """
        with log_file.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - Debian's own server
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **how,
            )
        try:
            self._wait_until_ready(log_file, login)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask it to end, and kill it when it does not."""
        if self._child is None:
            return
        self._child.send_signal(self._end)
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._child = None

    def kill(self) -> None:
        """End it and what it has started at once, as a power cut would."""
        if self._child is not None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait(STOP_SECONDS)
            self._child = None

    def _wait_until_ready(self, log_file: Path, login: URL) -> None:
        engine = create_engine(login)
        until = self._clock.monotonic() + READY_SECONDS
        pause = threading.Event()
        try:
            while not _answers(engine):
                ended = self._child is None or self._child.poll() is not None
                if ended or self._clock.monotonic() > until:
                    said = log_file.read_text("utf-8", "replace")[-800:]
                    raise FatalError(
                        f"{self._name} on port {login.port} is not ready: {said}"
                    )
                pause.wait(0.1)  # asks ten times a second whether it answers
        finally:
            engine.dispose()


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
