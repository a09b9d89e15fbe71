"""`ops/bench connect --only webhook-out`: 50 receivers, 5 of them hang, 5 fail."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from statistics import quantiles
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import FatalError
from bus.kafka.partitioner import partition_for
from bus.kafka.writer import TransactionalWriter
from bus.record import Event, event_id, headers_of
from ops.benchmarks.figure import Figure
from ops.benchmarks.meter import cpu_seconds
from ops.benchmarks.receivers import FAIL, HANG, OK, App, Receivers
from ops.showcase.metrics import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.benchmarks.site import Site

SECRET = "a secret of the benchmark"  # noqa: S105 - of processes on loopback
TOPIC, TYPE = "cctv.kejadian.fact.v1", "KejadianKamera"
GOOD, HANGING, FAILING = 40, 5, 5
PER_SECOND, SECONDS, WARM = 4, 30, 8
LAST_WAIT_SECONDS = 60.0


def sink_text(name: str, url: str) -> str:
    """A sink file that tells one receiver of cameras."""
    return json.dumps(
        {
            "connector": name,
            "kind": "webhook-out",
            "app": name,
            "topics": [TOPIC],
            "sink": {
                "url": url,
                "secrets": [SECRET],
                "expect": {"field": "status", "equals": "ok"},
            },
            "mapping": {TYPE: {"isi": {"kamera": "kamera_id", "waktu": "waktu"}}},
        }
    )


def measured(site: Site) -> Iterator[Figure]:
    """One run; delays are from an event's time to its arrival at a receiver.

    Raises:
        FatalError: a good receiver did not get every event.
    """
    moods = [OK] * GOOD + [HANG] * HANGING + [FAIL] * FAILING
    with Receivers(SECRET) as receivers:
        folder = site.folder / "sinks"
        folder.mkdir()
        for number, mood in enumerate(moods):
            name = f"opd-{number}"
            receivers.app(name, mood)
            text = sink_text(name, receivers.url(name))
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        child = site.start("sinks", "connect", "run", str(folder))
        if child.process is None:
            raise FatalError("connect is not running")
        asyncio.run(_send(site, 0, WARM))
        _settle(site, receivers, WARM)
        begun = cpu_seconds(child.process.pid)
        asyncio.run(_send(site, WARM, PER_SECOND * SECONDS))
        _settle(site, receivers, WARM + PER_SECOND * SECONDS)
        spent = cpu_seconds(child.process.pid) - begun
        delays = [
            came - _made_ms(event)
            for app in _good(receivers)
            for came, event in list(app.came.values())[WARM:]
        ]
        cut = quantiles(delays, n=100)
        yield Figure(
            "connect",
            "webhook-out",
            "ours",
            len(delays),
            per_second=PER_SECOND * GOOD,
            cpu_us_each=spent / len(delays) * 1e6,
            peak_rss_mb=peak_memory_mb(child.process.pid),
            p50_ms=cut[49],
            p99_ms=cut[98],
        )


def _good(receivers: Receivers) -> list[App]:
    return [receivers.app(f"opd-{number}") for number in range(GOOD)]


def _made_ms(event: dict[str, object]) -> float:
    return datetime.fromisoformat(str(event["timestamp"])).timestamp() * 1000


def _settle(site: Site, receivers: Receivers, count: int) -> None:
    """Wait until every good receiver has so many events."""
    until = site.clock.monotonic() + LAST_WAIT_SECONDS
    while any(len(app.came) < count for app in _good(receivers)):
        if site.clock.monotonic() > until or site.stop.wait(0.05):
            found = [len(app.came) for app in _good(receivers)]
            raise FatalError(f"webhook-out: {found} events of {count} each")


async def _send(site: Site, first: int, count: int) -> None:
    """Events of cameras at a fixed pace, each in a transaction of its own."""
    parts = site.parts
    topic = topic_name(parts.tenant.id, TOPIC)
    writer = TransactionalWriter(site.town.bootstrap, "bench-cameras")
    await writer.start()
    try:
        partitions = await writer.partition_count(topic)
        begun = site.clock.monotonic()
        for number in range(first, first + count):
            due = begun + (number - first) / PER_SECOND
            await asyncio.sleep(max(0.0, due - site.clock.monotonic()))
            event = _event(parts.tenant.id, number, site.clock.now_ms())
            key = event.key.encode()
            data = parts.serde.encode(topic, TYPE, event.value or {})
            await writer.begin()
            place = partition_for(key, partitions)
            writer.append(topic, place, key, data, headers_of(event))
            await writer.commit()
    finally:
        await writer.stop()


def _event(tenant: str, number: int, now_ms: int) -> Event:
    camera = f"C-{number % 7:04d}"
    value = {
        "kamera_id": camera,
        "jenis": "GERAK",
        "waktu": now_ms,
        "snapshot_ref": None,
        "dicatat_pada": now_ms,
        "sumber_ref": f"vms|kejadian|{number}",
        "mutu": [],
    }
    source = f"/{tenant}/vms/kejadian"
    return Event(TYPE, camera, value, event_id(source, str(number)), source, now_ms)
