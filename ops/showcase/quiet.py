"""Knowing when the bus has worked off everything."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from bus.kafka.ends import LogEnds

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from bus.clock import Clock

LOOK_SECONDS = 0.4


def wait_until_quiet(  # noqa: PLR0913 - waiting has that many sides
    bootstrap: str,
    tenant: str,
    clock: Clock,
    stop: threading.Event,
    *,
    look: Callable[[int], None],
    quiet_seconds: float = 2.0,
    limit_seconds: float = 600.0,
) -> bool:
    """Wait until no topic of the tenant has grown for a while.

    Args:
        bootstrap: Kafka bootstrap servers.
        tenant: whose topics; platform topics (heartbeats) do not count.
        clock: for the waiting.
        stop: ends the waiting at once.
        look: called at each look with the number of records in all topics.
        quiet_seconds: how long nothing may grow.
        limit_seconds: give up after this.

    Returns:
        Whether it became quiet in time.

    Raises:
        RetriableError: broker away.
    """
    began = clock.monotonic()
    with closing(LogEnds(bootstrap, f"{tenant}.", f"{tenant}.platform.")) as ends:
        last, since = -1, began
        while not stop.wait(LOOK_SECONDS):
            total, now = ends.total(), clock.monotonic()
            look(total)
            if total != last:
                last, since = total, now
            elif total and now - since >= quiet_seconds:
                return True
            if now - began > limit_seconds:
                return False
    return False
