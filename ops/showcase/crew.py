"""Child processes of the demo: started, watched, restarted, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bus.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STOP_SECONDS = 25.0
MAX_RESTARTS = 5


@dataclass(slots=True)
class Child:
    """One `opdbus` process.

    Attributes:
        name: for people and the log file.
        arguments: of `opdbus`.
        environment: `OPDBUS_*` variables on top of the parent's.
        log: file that takes its output.
        restarts: how often it was started again after a failure.
        module: what runs; `opdbus` by default.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    restarts: int = 0
    module: str = "ops.cli"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the parent."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", self.module, *self.arguments],
                env={**os.environ, **self.environment},  # noqa: TID251 - handed on
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal if it lives."""
        if self.process is not None and self.running:
            self.process.send_signal(number)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it lives or before it started."""
        return None if self.process is None else self.process.poll()

    def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        self.signal(signal.SIGTERM)
        _wait(self)

    def tail(self, lines: int = 8) -> str:
        """The last lines of its log."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


class Crew:
    """All children. Crash-only workers need somebody who starts them again."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._ending = threading.Event()
        self._watch = threading.Thread(target=self._restart_dead, daemon=True)

    def start(self, child: Child) -> Child:
        """Start a child and keep it running until `stop`."""
        child.start()
        self._children.append(child)
        if not self._watch.is_alive() and not self._ending.is_set():
            self._watch.start()
        return child

    @property
    def children(self) -> tuple[Child, ...]:
        """All children in the order of their start."""
        return tuple(self._children)

    def check(self) -> None:
        """Raise when a child cannot be kept alive.

        Raises:
            FatalError: it failed too often; the end of its log is in the message.
        """
        for child in self._children:
            if child.restarts > MAX_RESTARTS:
                raise FatalError(
                    f"{child.name} failed {child.restarts} times; its log "
                    f"{child.log} ends with:\n{child.tail()}"
                )

    def end(self, child: Child) -> None:
        """Stop one child for good; the others go on."""
        self._children.remove(child)
        child.stop()

    def _restart_dead(self) -> None:
        # The wait between looks; ended at once by stop().
        while not self._ending.wait(0.5):
            for child in list(self._children):
                if not child.running and child.restarts <= MAX_RESTARTS:
                    child.restarts += 1
                    wait = min(2.0 ** (child.restarts - 1), 10.0)
                    if not self._ending.wait(wait) and child in self._children:
                        child.start()

    def stop(self) -> None:
        """Stop all, last started first: ask, wait, then kill."""
        self._ending.set()
        if self._watch.is_alive():
            self._watch.join(timeout=15)
        living = [child for child in reversed(self._children) if child.running]
        for child in living:
            child.signal(signal.SIGTERM)
        for child in living:
            _wait(child)
        self._children.clear()


def _wait(child: Child) -> None:
    if child.process is None:
        return
    try:
        child.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
