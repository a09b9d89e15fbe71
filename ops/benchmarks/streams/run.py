"""All runs of `ops/bench streams`, rivals interleaved, medians at the end."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bus.errors import ConfigError
from ops.benchmarks.figure import Figure, middle
from ops.benchmarks.streams.alone import Alone
from ops.benchmarks.streams.contestant import CONTESTANTS
from ops.benchmarks.streams.race import Choice, Race
from ops.benchmarks.streams.takeover import Takeover
from ops.benchmarks.streams.track import Track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RACED = ("map", "count", "join")
CASES = (*RACED, "workers", "keys", "latency", "takeover")
WHO = tuple(contestant.who for contestant in CONTESTANTS)


def run(
    runs: int,
    cases: Sequence[str],
    who: Sequence[str],
    choice: Choice,
    say: Callable[[str], None],
) -> list[Figure]:
    """The median of each case and contestant.

    Args:
        runs: how often each; rivals take turns.
        cases: which; all when empty.
        who: which contestants; all when empty.
        choice: how much work.
        say: told what is being done.

    Raises:
        ConfigError: there is no such case or contestant.
    """
    _check("case", cases, CASES)
    _check("contestant", who, WHO)
    found: dict[tuple[str, str], list[Figure]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="opdbus-bench-") as folder,
        Track(Path(folder)) as track,
    ):
        work = _work(track, choice, who, say)
        for number in range(runs):
            say(f"run {number + 1} of {runs}")
            for case in cases or CASES:
                for figure in work[case]():
                    say(_words(figure))
                    found.setdefault((figure.case, figure.who), []).append(figure)
    return [middle(figures) for figures in found.values()]


def _work(
    track: Track, choice: Choice, who: Sequence[str], say: Callable[[str], None]
) -> dict[str, Callable[[], Iterator[Figure]]]:
    race, alone = Race(track, choice, say), Alone(track, choice.events, say)
    takeover = Takeover(track, say).run
    taking = tuple(c for c in CONTESTANTS if not who or c.who in who)
    return {case: partial(race.run, case, taking) for case in RACED} | {
        "workers": alone.workers,
        "keys": alone.keys,
        "latency": alone.latency,
        "takeover": takeover,
    }


def _check(what: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [name for name in wanted if name not in known]:
        raise ConfigError(f"no {what} {unknown[0]!r}; there are: {', '.join(known)}")


def _words(figure: Figure) -> str:
    if figure.per_second is None and figure.p99_ms is None:
        return f"  {figure.p50_ms:,.0f} ms"
    if figure.per_second is None:
        return f"  p50 {figure.p50_ms:.1f} ms, p99 {figure.p99_ms:.1f} ms"
    return (
        f"  {figure.per_second:,.0f}/s, {figure.cpu_us_each or 0:.1f} CPU µs each, "
        f"{figure.peak_rss_mb or 0:.0f} MB"
    )
