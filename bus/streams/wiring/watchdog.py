"""Sees from a thread of its own whether the worker makes progress.

A handler that never returns, a lost wake-up or a client that hangs stop the event
loop or one task of it; nobody on that loop could tell. A stuck worker is first not
ready, then it ends, and whoever runs it starts it again from what is committed.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Protocol

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from bus.clock import Clock
    from bus.health import Health

LOOK_SECONDS = 1.0
UNREADY_SECONDS = 20.0
END_SECONDS = 75.0
AWAY_SECONDS = 5.0
EXIT_STUCK = 70
log = structlog.get_logger(__name__)


class Watched(Protocol):
    """What makes progress."""

    def idle_seconds(self, now: float) -> float:
        """Seconds since it last got on with work it has; 0 when it has none."""
        ...

    def report(self) -> None:
        """Say again whether it is ready."""
        ...


class Unmoved:
    """For how long places that have work have not moved.

    A quiet place has moved last when it last had work, maybe days ago; so the time
    runs from when it was first seen with the work it has now.
    """

    def __init__(self) -> None:
        self._since: dict[Hashable, float] = {}

    def seconds(self, working: Mapping[Any, float], now: float) -> float:
        """The longest of all; 0 when nothing has work.

        Args:
            working: each place that has work now, with when it last moved.
            now: when this was seen; call it more often than it matters.
        """
        self._since = {
            place: max(self._since.get(place, now), moved)
            for place, moved in working.items()
        }
        return max((now - since for since in self._since.values()), default=0.0)


class Watchdog:
    """Watches one worker; `start` and `stop` it.

    Args:
        watched: what is looked at.
        health: not ready while nothing moves.
        clock: monotonic time.
        end: ends the process; it must not need the event loop.
    """

    def __init__(
        self,
        watched: Watched,
        health: Health,
        clock: Clock,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._watched = watched
        self._health = health
        self._clock = clock
        self._end = end
        self._stopping = threading.Event()
        self._stuck = False
        self._fresh = 0.0
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._fresh = self._clock.monotonic()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        before = self._clock.monotonic()
        while not self._stopping.wait(LOOK_SECONDS):
            now = self._clock.monotonic()
            if now - before > AWAY_SECONDS:
                self._fresh = now  # the whole process was stopped: give it time
            before = now
            self.look(now)

    def look(self, now: float) -> None:
        """Judge what is seen at a moment (monotonic seconds)."""
        idle = min(self._watched.idle_seconds(now), now - self._fresh)
        if idle >= END_SECONDS:
            log.error(
                "stuck: the process ends and is to be started again",
                seconds=round(idle),
            )
            self._end(EXIT_STUCK)
        elif idle >= UNREADY_SECONDS:
            self._stuck = True
            self._health.not_ready(f"no progress for {idle:.0f} s though there is work")
        elif self._stuck:
            self._stuck = False
            self._watched.report()
