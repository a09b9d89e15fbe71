"""How long partitions stand still when the worker that has them is killed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bus.errors import FatalError
from ops.benchmarks.figure import Figure
from ops.benchmarks.meter import cpu_seconds
from ops.benchmarks.streams.contestant import OUR_PYTHON, OURS, running
from ops.benchmarks.streams.material import everybody, reports
from ops.benchmarks.streams.ticket import Ticket
from ops.benchmarks.streams.topology import COUNTS, REPORTS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.benchmarks.streams.track import Track

TENANT = "k0004"
KEYS = 200_000
PROBES = 400
LIMIT_SECONDS = 120.0
LOOK_SECONDS, REST_SECONDS = 0.5, 3.0
IDLE_SHARE = 0.25
STARTED_SECONDS = 0.5
"""CPU time that a worker has used before it can be at rest."""


class Takeover:
    """Two workers of one group, a state of 200,000 keys, one of them gets kill -9.

    Args:
        track: where.
        say: told what is being done.
    """

    def __init__(self, track: Track, say: Callable[[str], None]) -> None:
        self._track = track
        self._say = say
        self._number = 0

    def run(self) -> Iterator[Figure]:
        """Milliseconds from the kill until every partition has results again."""
        self._say("takeover")
        self._number += 1
        track, name = self._track, f"ambil{self._number}"
        folder = str(track.folder / name)
        first = Ticket("count", track.bootstrap, track.registry, TENANT, name, folder)
        # a machine of its own: the second worker must not find the first one's files
        second = replace(first, folder=f"{folder}-kedua", worker="1")
        track.renew(TENANT, [REPORTS, RESULTS, COUNTS])
        track.feed(TENANT, REPORTS, everybody(TENANT, KEYS))
        with running(OURS, first, OUR_PYTHON) as doomed:
            track.settle()
            with running(OURS, second, OUR_PYTHON) as heir:
                self._until_warm(heir.pid)
                doomed.kill()
                seconds = self._standstill()
        yield Figure("streams", "takeover", OURS.who, KEYS, p50_ms=seconds * 1000)

    def _until_warm(self, pid: int) -> None:
        """Until a worker has come and has read what it keeps a copy of.

        Copying writes nothing that could be looked at, so its CPU time is.
        """
        track, used, rested = self._track, 0.0, 0.0
        until = track.clock.monotonic() + LIMIT_SECONDS
        while rested < REST_SECONDS:
            if track.stop.wait(LOOK_SECONDS):
                raise KeyboardInterrupt
            if track.clock.monotonic() > until:
                raise FatalError(f"takeover: not at rest after {LIMIT_SECONDS:.0f} s")
            now = cpu_seconds(pid)
            idle = STARTED_SECONDS < now < used + LOOK_SECONDS * IDLE_SHARE
            used, rested = now, rested + LOOK_SECONDS if idle else 0.0

    def _standstill(self) -> float:
        track = self._track
        began = track.clock.monotonic()
        before = track.ends_of(TENANT, RESULTS)
        track.feed(TENANT, REPORTS, reports(TENANT, PROBES, KEYS, seed=2))
        while not track.stop.wait(0.02):
            now = track.ends_of(TENANT, RESULTS)
            seconds = track.clock.monotonic() - began
            if all(a > b for a, b in zip(now, before, strict=True)):
                return seconds
            if seconds > LIMIT_SECONDS:
                raise FatalError(f"takeover: {before} -> {now} after {seconds:.0f} s")
        raise KeyboardInterrupt
