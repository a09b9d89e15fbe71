"""The right side of the join for loops that keep it in a dict."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.kafka.reader import read_committed
from ops.benchmarks.streams.topology import PEOPLE

if TYPE_CHECKING:
    from bus.serde import Serde
    from ops.benchmarks.streams.ticket import Ticket


def names_by_key(given: Ticket, serde: Serde) -> dict[bytes, str]:
    """Record key → name, read from the log's begin to its end as of now."""
    return asyncio.run(read_names(given, serde))


async def read_names(given: Ticket, serde: Serde) -> dict[bytes, str]:
    """The same, inside a running loop."""
    found: dict[bytes, str] = {}
    topic = topic_name(given.tenant, PEOPLE)
    async for record in read_committed(given.bootstrap, topic):
        if record.key is not None and record.value is not None:
            found[record.key] = serde.decode(record.value)[1]["nama"]
    return found
