"""`ops/bench connect --only webhook-in`: posts answered when Kafka has their events."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import FatalError
from bus.kafka.reader import read_committed
from bus.record import header
from ops.benchmarks.figure import Figure
from ops.benchmarks.meter import cpu_seconds
from ops.benchmarks.posts import Senders
from ops.kafka.broker import free_ports
from ops.showcase.metrics import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.benchmarks.site import Site

FILE = Path("ops/benchmarks/connectors/webhook-in.yaml")
SECRET = "a secret of the benchmark"  # noqa: S105 - of a process on loopback
PER_SECOND, WARM_SECONDS, SECONDS = 200, 5, 30
TOPIC = "cctv.kejadian.fact.v1"


def measured(site: Site) -> Iterator[Figure]:
    """One run at a steady pace; every event is looked for in Kafka afterwards.

    Raises:
        FatalError: a post was refused, or an event is not in Kafka once.
    """
    (port,) = free_ports(1)
    site.variables["VMS_SECRET"] = SECRET
    child = site.start("sources", "receive", str(FILE), "--port", str(port))
    if child.process is None:
        raise FatalError("receive is not running")
    pid, begun = child.process.pid, [0.0]

    def warmed() -> None:
        begun[0] = cpu_seconds(pid)

    sending = Senders(port, SECRET).send(PER_SECOND, SECONDS, warmed, WARM_SECONDS)
    delays = asyncio.run(sending)
    spent = cpu_seconds(pid) - begun[0]
    found = asyncio.run(_ids(site))
    if sorted(found) != sorted(delays.ids):
        raise FatalError(
            f"webhook-in: {len(found)} events in Kafka, {len(delays.ids)} answered"
        )
    posts = PER_SECOND * SECONDS
    yield Figure(
        "connect",
        "webhook-in",
        "ours",
        posts,
        per_second=PER_SECOND,
        cpu_us_each=spent / posts * 1e6,
        peak_rss_mb=peak_memory_mb(pid),
        p50_ms=delays.p50,
        p99_ms=delays.p99,
    )


async def _ids(site: Site) -> list[str]:
    topic = topic_name(site.parts.tenant.id, TOPIC)
    return [
        header(record.headers, "ce_id") or ""
        async for record in read_committed(site.town.bootstrap, topic)
    ]
