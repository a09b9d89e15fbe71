"""One measured figure, and how figures are printed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable


TITLES = ("case", "who", "items", "per s", "CPU µs each", "MB", "p50 ms", "p99 ms")


@dataclass(frozen=True, slots=True)
class Figure:
    """One case measured once. What does not apply is None.

    Attributes:
        bench: which benchmark.
        case: what was measured.
        who: `ours`, or a rival's name.
        items: how many rows, records or deaths.
        per_second: items a second.
        cpu_us_each: CPU microseconds an item, of the measured process.
        peak_rss_mb: largest resident memory of the measured process.
        p50_ms: median latency.
        p99_ms: latency that 99 % stay under.
    """

    bench: str
    case: str
    who: str
    items: int
    per_second: float | None = None
    cpu_us_each: float | None = None
    peak_rss_mb: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None


def middle(runs: Iterable[Figure]) -> Figure:
    """The median of each number over runs of one case."""
    found = list(runs)
    first = found[0]
    numbers = {
        name: _median([getattr(run, name) for run in found])
        for name in ("per_second", "cpu_us_each", "peak_rss_mb", "p50_ms", "p99_ms")
    }
    items = round(median(run.items for run in found))
    return Figure(first.bench, first.case, first.who, items, **numbers)


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 1) if known else None


def publish(figures: Iterable[Figure]) -> None:
    """JSON lines for machines on stdout, a table for people on stderr."""
    table = Table(*TITLES)
    load = round(os.getloadavg()[0], 2)
    for figure in figures:
        sys.stdout.write(json.dumps({**asdict(figure), "load1": load}) + "\n")
        cells = list(asdict(figure).values())[1:]
        table.add_row(*map(_cell, cells))
    sys.stdout.flush()
    Console(stderr=True).print(table)


def _cell(value: str | float | None) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:,}"
