"""The agent at work: reads while there is room, sends while there is a line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bus import metrics
from bus.agent.line import Line, RestartError
from bus.agent.spool import FullError, Spool
from bus.errors import ConfigError, FatalError, RetriableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.agent.reader import Reader
    from bus.clock import Clock
    from bus.health import Health

log = logging.getLogger(__name__)

FIRST_SECONDS, MOST_SECONDS = 0.1, 60.0
ASK_SECONDS = 1.0
GREET_SECONDS = 600.0
"""A village where nothing happens says so often that it is there."""
TRIES = 10
"""Failures in a row after which `once` gives up."""


class Pace:
    """When to try something again; waits longer with each failure.

    Args:
        clock: the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.failures = 0
        self.due = clock.monotonic()

    def is_due(self) -> bool:
        return self._clock.monotonic() >= self.due

    def after(self, seconds: float) -> None:
        """It went well."""
        self.failures = 0
        self.due = self._clock.monotonic() + seconds

    def failed(self, asked: float | None) -> float:
        """It did not; the seconds until the next try."""
        doubled: float = FIRST_SECONDS * 2 ** min(self.failures, 10)
        seconds = max(asked or 0.0, min(doubled, MOST_SECONDS))
        self.failures += 1
        self.due = self._clock.monotonic() + seconds
        return seconds


class Agent:
    """Reads and sends one connector, in one thread.

    Args:
        work: the app, the way to the bus, and what lies between them.
        most_bytes: of the spool; when it holds more nothing is read.
        clock: the time.
        health: not ready while the spool is full, the line down or the app away.
    """

    def __init__(
        self,
        work: tuple[Reader, Line, Spool],
        most_bytes: int,
        clock: Clock,
        health: Health,
    ) -> None:
        self._reader, self._line, self._spool = work
        self._name = self._spool.name
        self._most_bytes = most_bytes
        self._reading, self._sending = Pace(clock), Pace(clock)
        self._clock = clock
        self._app, self._way = health.part("app"), health.part("line")
        self._room = health.part("spool")
        self._was_full = False
        self._rested = False
        self._heard = clock.monotonic() - GREET_SECONDS
        self._app.ready()
        self._way.ready()
        self._tell_room(full=False)

    def run(self, stop: Callable[[float], bool], *, once: bool = False) -> bool:
        """Work until told to stop.

        Args:
            stop: waits so many seconds; whether to stop.
            once: end when the app has nothing more and all of it is safe, or when the
                line or the app fails again and again.

        Returns:
            Whether all is well: with `once`, that everything is safe over there.
        """
        while True:
            self.step()
            if once and max(self._reading.failures, self._sending.failures) > TRIES:
                return False
            if once and self._rested and not self._spool.waiting:
                return True
            if stop(self.idle_seconds()):
                return not self._was_full

    def step(self) -> None:
        """Read and send what is due."""
        if self._sending.is_due():
            self._send()
        if self._reading.is_due():
            self._read()
        metrics.AGENT_FRAMES.labels(self._name).set(self._spool.waiting)
        metrics.AGENT_BYTES.labels(self._name).set(self._spool.bytes)
        full = self._spool.bytes / self._most_bytes
        metrics.AGENT_FULL.labels(self._name).set(min(1.0, full))

    def idle_seconds(self) -> float:
        """Until something is due."""
        due = min(self._reading.due, self._sending.due)
        return max(0.0, due - self._clock.monotonic())

    def _read(self) -> None:
        if self._spool.bytes >= self._most_bytes:
            self._tell_room(full=True)
            self._reading.after(ASK_SECONDS)
            return
        try:
            wait = self._reader.step()
        except FullError as error:
            log.error("%s", error)  # noqa: TRY400 - no traceback for a full disk
            self._tell_room(full=True)
            self._reading.failed(None)
        except (RetriableError, ConfigError, FatalError) as error:
            self._trouble(self._app, self._reading, error)
        else:
            self._rested = wait > 0
            self._app.ready()
            self._tell_room(full=False)
            self._reading.after(wait)
            if self._spool.waiting and not self._sending.failures:
                self._sending.after(0)

    def _send(self) -> None:
        try:
            waited = self._spool.waiting
            more = self._line.step()
            now = self._clock.monotonic()
            if waited:
                self._heard = now
            elif now - self._heard >= GREET_SECONDS:
                self._line.greet()
                self._heard = now
        except RestartError as error:
            log.error("%s; the app is read anew", error)  # noqa: TRY400 - told in words
            self._spool.restart()
            self._reader.reopen()
            self._rested = False
            self._reading.after(0)
            self._sending.failed(None)
        except (RetriableError, ConfigError) as error:
            self._trouble(self._way, self._sending, error)
        else:
            self._way.ready()
            self._sending.after(0 if more else ASK_SECONDS)

    def _trouble(self, part: Health, pace: Pace, error: Exception) -> None:
        asked = error.retry_after_seconds if isinstance(error, RetriableError) else None
        seconds = pace.failed(asked)
        log.warning("%s; again in %.1f s", error, seconds)
        part.not_ready(str(error))

    def _tell_room(self, *, full: bool) -> None:
        if full and not self._was_full:
            log.error(
                "the spool is FULL (%d frames, %d bytes): nothing more is read, the "
                "app keeps its rows; it goes on when the line takes some, or raise "
                "agent.most_mb",
                self._spool.waiting,
                self._spool.bytes,
            )
        if full:
            self._room.not_ready("the spool is full: nothing more is read")
        else:
            self._room.ready()
        self._was_full = full
