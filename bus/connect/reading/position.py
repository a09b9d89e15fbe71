"""Where a source stands, as committed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from bus.connect.rows.record_maker import OFFSET, TASK
from bus.kafka.reader import read_committed

if TYPE_CHECKING:
    from bus.connect.reading.task import Collecting


async def committed_position(name: str, shared: Collecting) -> tuple[str | None, int]:
    """Cursor and rows read so far, from the compacted topic; None if it never ran.

    Raises:
        OpdBusError: broker or registry away.
    """
    mine, last = f"{name}|{TASK}".encode(), None
    catalog = shared.catalog
    topic = catalog.contract(catalog.event(OFFSET).contract).topic(shared.tenant.id)
    async for record in read_committed(shared.settings.bootstrap, topic):
        if record.key == mine:
            last = record.value
    if last is None:
        return None, 0
    _, value = await asyncio.to_thread(shared.serde.decode, last)
    json.loads(value["cursor"])
    return value["cursor"], value["rows"]
