"""Cases in which all contestants do the same work: `map`, `count`, `join`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.errors import FatalError
from ops.benchmarks.figure import Figure
from ops.benchmarks.streams.lap import lap
from ops.benchmarks.streams.material import reports
from ops.benchmarks.streams.ticket import Ticket
from ops.benchmarks.streams.topology import (
    CHANGELOGS,
    REPORTS,
    RESULTS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.benchmarks.streams.contestant import Contestant
    from ops.benchmarks.streams.track import Track

REPEATING_KEYS = 50_000
PEOPLE_COUNT = 200_000
LIMIT_SECONDS = 60.0
TENANTS = {"map": "k0001", "count": "k0001", "join": "k0002"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What to measure.

    Attributes:
        events: reports a run is about.
        profile: folder for profiles of `ours`; "" for none.
    """

    events: int
    profile: str = ""


class Race:
    """All runs of the shared cases on one track.

    Args:
        track: where.
        choice: how much.
        say: told what is being done.
    """

    def __init__(
        self, track: Track, choice: Choice, say: Callable[[str], None]
    ) -> None:
        self._track = track
        self._choice = choice
        self._say = say
        self._number = 0
        self._fed: set[str] = set()

    def run(self, case: str, contestants: tuple[Contestant, ...]) -> Iterator[Figure]:
        """Each contestant once; a broken one is told about and left out."""
        for contestant in contestants:
            if case not in contestant.cases:
                continue
            self._say(f"{case}: {contestant.who}")
            try:
                yield self._heat(case, contestant)
            except FatalError as error:
                self._say(f"{case}: {contestant.who}: {error}")

    def _heat(self, case: str, contestant: Contestant) -> Figure:
        track, tenant = self._track, TENANTS[case]
        self._number += 1
        name = f"ukur{self._number}"
        ticket = Ticket(
            case,
            track.bootstrap,
            track.registry,
            tenant,
            name,
            str(track.folder / name),
            profile=self._profile(case, contestant),
        )
        changelog = CHANGELOGS[case]
        track.renew(tenant, [RESULTS, *([changelog] if changelog else [])])
        self._feed(tenant)
        with contestant.running(ticket) as process:
            span = lap(
                [process.pid],
                lambda: track.grown(tenant, RESULTS),
                track.clock,
                track.stop,
                LIMIT_SECONDS,
            )
        return Figure(
            "streams",
            case,
            contestant.who,
            span.items,
            per_second=span.per_second,
            cpu_us_each=span.cpu_us_each,
            peak_rss_mb=span.peak_mb,
        )

    def _feed(self, tenant: str) -> None:
        if tenant in self._fed:
            return
        self._fed.add(tenant)
        self._say(f"writing {self._choice.events} events for {tenant}")
        self._track.renew(tenant, [REPORTS])
        events = reports(tenant, self._choice.events, REPEATING_KEYS)
        self._track.feed(tenant, REPORTS, events)

    def _profile(self, case: str, contestant: Contestant) -> str:
        if not self._choice.profile or contestant.who != "ours":
            return ""
        return f"{self._choice.profile}/{case}-{self._number}.prof"
