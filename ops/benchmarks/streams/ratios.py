"""What can be compared between machines: ratios of figures of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ops.benchmarks.figure import Figure

Place = tuple[str, str]
WITHIN: Sequence[tuple[str, str, str]] = (
    ("join", "count", "join / count"),
    ("workers-2", "workers-1", "two workers / one"),
    ("keys-1000000", "keys-10000", "1,000,000 keys / 10,000"),
)
"""Two cases of `ours` that belong together, and in which words."""


def ratios(figures: Iterable[Figure]) -> Iterator[str]:
    """Lines for people: ours against each rival, and our cases among themselves."""
    speeds: dict[Place, float] = {
        (figure.case, figure.who): figure.per_second
        for figure in figures
        if figure.per_second
    }
    for (case, who), speed in speeds.items():
        ours = speeds.get((case, "ours"))
        if ours and who != "ours":
            yield f"{case}: ours / {who} = {ours / speed:.2f}"
    for upper, lower, words in WITHIN:
        found = [speeds.get((case, "ours")) for case in (upper, lower)]
        if found[0] and found[1]:
            yield f"{words} = {found[0] / found[1]:.2f}"
