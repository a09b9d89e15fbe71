"""Cases in which all contestants do the same work: `map`, `count`, `join`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.errors import FatalError
from ops.benchmarks.figure import Figure
from ops.benchmarks.streams.contestant import (
    OUR_PYTHON,
    OURS,
    Contestant,
    running,
)
from ops.benchmarks.streams.lap import lap
from ops.benchmarks.streams.material import people, reports
from ops.benchmarks.streams.proof import prove
from ops.benchmarks.streams.rivals import rivals_python
from ops.benchmarks.streams.ticket import Ticket
from ops.benchmarks.streams.topology import (
    CHANGELOGS,
    JOINED,
    PEOPLE,
    REPORTS,
    RESULTS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.benchmarks.meter import Span
    from ops.benchmarks.streams.track import Track

REPEATING_KEYS = 50_000
PEOPLE_COUNT = 200_000
LIMIT_SECONDS = 30.0
PLAIN, JOIN = "k0001", "k0002"


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
        self._fed = False

    def run(self, case: str, contestants: tuple[Contestant, ...]) -> Iterator[Figure]:
        """Each contestant once; a broken one is told about and left out."""
        for contestant in contestants:
            if case not in contestant.cases:
                continue
            self._say(f"{case}: {contestant.who}")
            try:
                span = self._heat(case, contestant)
            except FatalError as error:
                self._say(f"{case}: {contestant.who}: {error}")
                continue
            yield figure(case, contestant.who, span)

    def _heat(self, case: str, contestant: Contestant) -> Span:
        track, tenant = self._track, JOIN if case == "join" else PLAIN
        ticket = self._ticket(case, contestant, tenant)
        changelog = CHANGELOGS[case]
        track.renew(tenant, [RESULTS, *([changelog] if changelog else [])])
        python = rivals_python(self._say) if contestant.own_python else OUR_PYTHON
        if case == "join":
            self._prepare_join(contestant, ticket, python)
        else:
            self._feed_once()
        try:
            with running(contestant, ticket, python) as process:
                span = lap(
                    [process.pid],
                    lambda: track.grown(tenant, RESULTS),
                    track.clock,
                    track.stop,
                    LIMIT_SECONDS,
                )
            if span.seconds < LIMIT_SECONDS - 1:
                self._prove(case, contestant, tenant)
        finally:
            track.clear()
        return span

    def _prove(self, case: str, contestant: Contestant, tenant: str) -> None:
        """Ours must have done all of it; of others it is only told."""
        wrong = prove(self._track, case, tenant, self._choice.events)
        if wrong and contestant is OURS:
            raise FatalError(wrong)
        if wrong:
            self._say(f"  {contestant.who} was stopped with {wrong}")

    def _ticket(self, case: str, contestant: Contestant, tenant: str) -> Ticket:
        self._number += 1
        name, profile = f"ukur{self._number}", ""
        if self._choice.profile and contestant.who == "ours":
            profile = f"{self._choice.profile}/{case}-{self._number}.prof"
        return Ticket(
            case,
            self._track.bootstrap,
            self._track.registry,
            tenant,
            name,
            str(self._track.folder / name),
            profile=profile,
        )

    def _feed_once(self) -> None:
        """The reports of `map` and `count`; all runs read the same."""
        if self._fed:
            return
        self._fed = True
        self._say(f"writing {self._choice.events} events")
        self._track.renew(PLAIN, [REPORTS])
        events = reports(PLAIN, self._choice.events, REPEATING_KEYS)
        self._track.feed(PLAIN, REPORTS, events)

    def _prepare_join(
        self, contestant: Contestant, ticket: Ticket, python: str
    ) -> None:
        """People first, worked on where they are kept; the reports after that."""
        track = self._track
        track.renew(JOIN, [JOINED, PEOPLE, REPORTS])
        right, left = (JOINED, JOINED) if contestant.one_log else (PEOPLE, REPORTS)
        track.feed(JOIN, right, people(JOIN, PEOPLE_COUNT))
        if contestant.keeps:
            with running(contestant, ticket, python):
                track.settle()
        track.feed(JOIN, left, reports(JOIN, self._choice.events, PEOPLE_COUNT))


def figure(case: str, who: str, span: Span) -> Figure:
    """A span as a figure of this benchmark."""
    return Figure(
        "streams",
        case,
        who,
        span.items,
        per_second=span.per_second,
        cpu_us_each=span.cpu_us_each,
        peak_rss_mb=span.peak_mb,
    )
