"""Watching a process while it works: progress, CPU time, memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops.showcase.metrics import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from bus.clock import Clock

IDLE_SECONDS = 3.0
LOOK_SECONDS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Span:
    """What a process did between its first and its last progress.

    Attributes:
        items: counted between the two.
        seconds: wall time between the two.
        cpu_seconds: its CPU time between the two.
        peak_mb: its largest resident memory since it started.
        idle_seconds: watched after the last progress, to be sure that it was the last.
    """

    items: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    idle_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Items a second."""
        return self.items / self.seconds if self.seconds else 0.0

    @property
    def cpu_us_each(self) -> float:
        """CPU microseconds an item."""
        return self.cpu_seconds / self.items * 1e6 if self.items else 0.0


def watch(
    pid: int,
    count: Callable[[], int],
    clock: Clock,
    stop: Event,
    *,
    every_seconds: float = LOOK_SECONDS,
    whole: bool = False,
) -> Span:
    """Follow a process from its first to its last progress.

    Starts at the first look that sees progress, so start-up does not count; what was
    done before that look does not count either. Ends when nothing moved for a while.

    With `whole` it starts at once, and start-up counts.

    Args:
        pid: the process.
        count: its progress so far.
        clock: wall time.
        stop: ends the watch; used as the wait between looks.
        every_seconds: between two looks; each costs the watched process some time.
        whole: count from now on instead of from the first progress.

    Raises:
        KeyboardInterrupt: `stop` was set.
    """
    looks: list[tuple[int, float, float]] = []
    if whole:
        looks.append((0, clock.monotonic(), cpu_seconds(pid)))
    while not stop.wait(every_seconds):
        look = (count(), clock.monotonic(), cpu_seconds(pid))
        if look[0] and (not looks or look[0] != looks[-1][0]):
            looks.append(look)
        elif looks and look[0] and look[1] - looks[-1][1] > IDLE_SECONDS:
            first, last = looks[0], looks[-1]
            items, seconds, cpu = (last[i] - first[i] for i in range(3))
            peak = peak_memory_mb(pid) or 0.0
            return Span(int(items), seconds, cpu, peak, look[1] - last[1])
    raise KeyboardInterrupt


def cpu_seconds(pid: int) -> float:
    """User and system CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / TICKS
