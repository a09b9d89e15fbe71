"""All runs of `ops/bench streams`, rivals interleaved, medians at the end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ops.benchmarks.figure import Figure, middle
from ops.benchmarks.streams.contestant import CONTESTANTS
from ops.benchmarks.streams.race import Choice, Race
from ops.benchmarks.streams.track import Track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHARED = ("map", "count", "join")


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
    """
    found: dict[tuple[str, str], list[Figure]] = {}
    taking = tuple(c for c in CONTESTANTS if not who or c.who in who)
    with (
        tempfile.TemporaryDirectory(prefix="opdbus-bench-") as folder,
        Track(Path(folder)) as track,
    ):
        race = Race(track, choice, say)
        for number in range(runs):
            say(f"run {number + 1} of {runs}")
            for case in cases or SHARED:
                for figure in race.run(case, taking):
                    say(_words(figure))
                    found.setdefault((case, figure.who), []).append(figure)
    return [middle(figures) for figures in found.values()]


def _words(figure: Figure) -> str:
    return (
        f"  {figure.per_second or 0:,.0f}/s, {figure.cpu_us_each or 0:.1f} µs each, "
        f"{figure.peak_rss_mb or 0:.0f} MB"
    )
