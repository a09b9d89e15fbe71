"""Cases of the engine alone: more workers, more keys, how late."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from bus.errors import FatalError
from ops.benchmarks.figure import Figure
from ops.benchmarks.streams.contestant import (
    BARE,
    OUR_PYTHON,
    OURS,
    REPOSITORY,
    running,
)
from ops.benchmarks.streams.lap import lap
from ops.benchmarks.streams.material import everybody, reports
from ops.benchmarks.streams.race import REPEATING_KEYS, figure
from ops.benchmarks.streams.ticket import Ticket
from ops.benchmarks.streams.topology import COUNTS, REPORTS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.benchmarks.meter import Span
    from ops.benchmarks.streams.track import Track

TENANT = "k0003"
FEW_KEYS, MANY_KEYS = 10_000, 1_000_000
PACER_SECONDS = 150.0


class Alone:
    """Runs of `ours`, on case `count` unless said otherwise.

    Args:
        track: where.
        events: reports a run is about.
        say: told what is being done.
    """

    def __init__(self, track: Track, events: int, say: Callable[[str], None]) -> None:
        self._track = track
        self._events = events
        self._say = say
        self._number = 0

    def workers(self) -> Iterator[Figure]:
        """One worker and two of one group on the same backlog.

        The first fifth, in which the group finds together, does not count.
        """
        for many in (1, 2):
            self._say(f"workers: {many}")
            self._track.renew(TENANT, [REPORTS, RESULTS, COUNTS])
            self._track.feed(
                TENANT, REPORTS, reports(TENANT, self._events, REPEATING_KEYS)
            )
            span = self._lap(self._ticket("count"), many, self._events // 5)
            yield figure(f"workers-{many}", OURS.who, span)

    def keys(self) -> Iterator[Figure]:
        """The same work on a state of few keys and of many."""
        for many in (FEW_KEYS, MANY_KEYS):
            self._say(f"keys: {many}")
            track, ticket = self._track, self._ticket("count")
            track.renew(TENANT, [REPORTS, RESULTS, COUNTS])
            track.feed(TENANT, REPORTS, everybody(TENANT, many))
            with running(OURS, ticket, OUR_PYTHON):
                track.settle()
            track.renew(TENANT, [RESULTS])
            track.feed(TENANT, REPORTS, reports(TENANT, self._events, many))
            yield figure(f"keys-{many}", OURS.who, self._lap(ticket, 1, 1))

    def latency(self) -> Iterator[Figure]:
        """One hop at 1,000 events a second, without state and with it.

        The bare loop runs too: it shows how much of the delay is the client's and
        the broker's.
        """
        for case in ("map", "count"):
            for who in (OURS, BARE):
                self._say(f"latency: {case}: {who.who}")
                self._track.renew(TENANT, [REPORTS, RESULTS, COUNTS])
                ticket = self._ticket(case)
                with running(who, ticket, OUR_PYTHON):
                    found = _pace(ticket)
                yield Figure(
                    "streams",
                    f"latency-{case}",
                    who.who,
                    int(found["items"]),
                    p50_ms=found["p50_ms"],
                    p99_ms=found["p99_ms"],
                )

    def _lap(self, ticket: Ticket, workers: int, after: int) -> Span:
        with ExitStack() as stack:
            tickets = [replace(ticket, worker=str(n)) for n in range(workers)]
            started = [
                stack.enter_context(running(OURS, each, OUR_PYTHON)) for each in tickets
            ]
            return lap(
                [process.pid for process in started],
                lambda: self._track.grown(TENANT, RESULTS),
                self._track.clock,
                self._track.stop,
                after=after,
            )

    def _ticket(self, case: str) -> Ticket:
        self._number += 1
        track, name = self._track, f"sendiri{self._number}"
        folder = str(track.folder / name)
        return Ticket(case, track.bootstrap, track.registry, TENANT, name, folder)


def _pace(ticket: Ticket) -> dict[str, float]:
    command = [OUR_PYTHON, "-m", "ops.benchmarks.streams.clients.pacer"]
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, *ticket.arguments()],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        timeout=PACER_SECONDS,
    )
    if done.returncode:
        raise FatalError(f"pacer failed:\n{done.stderr[-1500:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found
