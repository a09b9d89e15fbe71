"""Timing one contestant: from the first committed result to the last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bus.errors import FatalError
from ops.benchmarks.meter import IDLE_SECONDS, Span, cpu_seconds
from ops.showcase.metrics import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from bus.clock import Clock

NOTHING_SECONDS = 120.0
Look = tuple[int, float, float]


def lap(
    pids: Sequence[int],
    count: Callable[[], int],
    clock: Clock,
    stop: Event,
    limit_seconds: float = float("inf"),
    *,
    after: int = 1,
) -> Span:
    """Follow processes that do one work from their first to their last progress.

    Starts at the first look that sees progress, so start-up does not count; what was
    done before that look does not count either. Ends when nothing moved for a while.

    Args:
        pids: the processes; CPU time and memory are their sums.
        count: their progress so far.
        clock: wall time.
        stop: ends the watch; used as the wait between looks.
        after: the first progress is when so much is done.
        limit_seconds: end it so long after the first progress, done or not.

    Raises:
        KeyboardInterrupt: `stop` was set.
        FatalError: one of them ended, or nothing was done within two minutes.
    """
    began = clock.monotonic()
    looks: list[Look] = []
    while not stop.wait(0.02):
        look = (count(), clock.monotonic(), sum(cpu_seconds(pid) for pid in pids))
        if look[0] >= after and (not looks or look[0] != looks[-1][0]):
            looks.append(look)
        elif not looks:
            _despair(pids, look[1] - began)
        if looks and _is_over(looks, look[1], limit_seconds):
            first, last = looks[0], looks[-1]
            items, seconds, cpu = (last[i] - first[i] for i in range(3))
            peak = sum(peak_memory_mb(pid) or 0.0 for pid in pids)
            return Span(int(items), seconds, cpu, peak)
    raise KeyboardInterrupt


def _is_over(looks: Sequence[Look], now: float, limit_seconds: float) -> bool:
    idle, since_first = now - looks[-1][1], now - looks[0][1]
    return idle > IDLE_SECONDS or since_first > limit_seconds


def _despair(pids: Sequence[int], waited_seconds: float) -> None:
    if any(_has_ended(pid) for pid in pids):
        raise FatalError("it ended by itself")
    if waited_seconds > NOTHING_SECONDS:
        raise FatalError("nothing done in two minutes")


def _has_ended(pid: int) -> bool:
    """Whether a child of ours has ended, its exit code not yet asked for."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return stat.rpartition(")")[2].split()[0] == "Z"
