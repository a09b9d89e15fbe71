"""Was the work done? What a `read_committed` reader finds among the results."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.kafka.reader import read_committed
from bus.record import header
from ops.benchmarks.streams.topology import RESULTS

if TYPE_CHECKING:
    from ops.benchmarks.streams.track import Track


def prove(track: Track, case: str, tenant: str, events: int) -> str:
    """Whether every report has one result with its person's count or name in it.

    Returns:
        What is missing, doubled or wrong; "" when nothing is.
    """
    return asyncio.run(_prove(track, case, topic_name(tenant, RESULTS), events))


async def _prove(track: Track, case: str, topic: str, events: int) -> str:
    ids: set[str | None] = set()
    total, nameless, numbers = 0, 0, 0
    people: Counter[bytes | None] = Counter()
    async for record in read_committed(track.bootstrap, topic):
        total += 1
        ids.add(header(record.headers, "ce_id"))
        if case == "map":
            continue
        value = track.serde.decode(record.value or b"")[1]
        people[record.key] += 1
        numbers += value["urutan"] or 0
        nameless += value["nama"] is None
    wrong = case == "join" and nameless
    if case == "count":
        wrong = numbers - sum(n * (n + 1) // 2 for n in people.values())
    if (total, len(ids), wrong) == (events, events, 0):
        return ""
    return f"{total} results of {events} reports, {len(ids)} ids, wrong: {int(wrong)}"
