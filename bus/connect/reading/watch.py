"""What a database keeps for a source that does not run, so that it can be seen.

A slot of PostgreSQL grows while its source is paused or has failed; in the end the
disk of the app's server is full. So somebody has to look at it then, most of all.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bus import metrics
from bus.connect.reading.position import committed_position
from bus.errors import OpdBusError

if TYPE_CHECKING:
    from bus.connect.files.connector import Connector
    from bus.connect.reading.task import Collecting

log = logging.getLogger(__name__)
LOOK_SECONDS = 10.0


@runtime_checkable
class Keeping(Protocol):
    """A source for which a database keeps a log until it is read."""

    def behind_bytes(self, cursor: str) -> int | None:
        """How much it keeps since a position; None if that cannot be told.

        Raises:
            OpdBusError: the database is not there, or refuses.
        """
        ...


async def watch_resting(
    connector: Connector, shared: Collecting, stop: asyncio.Event
) -> None:
    """Keep `opdbus_change_log_behind_bytes` true until `stop`; changes nothing.

    Args:
        connector: whose task does not run.
        shared: parts of the process.
        stop: ends it.
    """
    name = connector.name
    try:
        while not stop.is_set():
            try:
                kept = await _kept(connector, shared)
            except OpdBusError as error:
                log.info("%s: its change log cannot be seen: %s", name, error)
            else:
                if kept is None:
                    await stop.wait()
                    return
                metrics.LOG_BEHIND.labels(name).set(kept)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    finally:
        forget_kept(name)


def forget_kept(name: str) -> None:
    """Nobody looks here any more; an old figure would be taken for the present one."""
    with suppress(KeyError):
        metrics.LOG_BEHIND.remove(name)


async def _kept(connector: Connector, shared: Collecting) -> int | None:
    """None where there is no log, or the source has never run."""
    if connector.definition.agent is not None:
        return None
    source = connector.open(shared.clock)  # connects when it is asked
    if not isinstance(source, Keeping):
        source.close()
        return None
    try:
        cursor, _ = await committed_position(connector.name, shared)
        if cursor is None:
            return None
        return await asyncio.to_thread(source.behind_bytes, cursor)
    finally:
        await asyncio.to_thread(source.close)
