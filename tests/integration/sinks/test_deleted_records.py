"""A receiver away for longer than its topic keeps records: said, never skipped."""

import asyncio
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from bus.kafka.positions import GroupPositions
from ops.benchmarks.receivers import OK, Receivers
from tests.integration.sinks.site import MUTU, Process, Site

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

SECRET = "a secret of the tests of receivers"


def until(done: Callable[[], bool], process: Process) -> None:
    pause = threading.Event()
    for _ in range(1200):
        assert process.child.poll() is None, process.log.read_text()[-3000:]
        if done():
            return
        pause.wait(0.05)
    raise AssertionError(process.log.read_text()[-3000:])


def health(process: Process) -> str:
    """What the process says of its parts; empty while it starts."""
    with suppress(httpx.TransportError):
        return process.get("/health/ready").text
    return ""


def tool(said: str) -> int:
    """Run the command that the sink tells."""
    command = said.partition(": python ")[2].partition(", and start")[0]
    words = [sys.executable, *shlex.split(command)]
    return subprocess.run(words, check=False, timeout=60).returncode


async def standing(bootstrap: str, group: str) -> dict[tuple[str, int], int]:
    """Where a group stands."""
    async with GroupPositions(bootstrap, group) as positions:
        return await positions.all()


def delete(site: Site) -> None:
    """What retention does: everything up to now."""
    admin = AdminClient({"bootstrap.servers": site.settings.bootstrap})
    topic = site.topic(MUTU)
    parts = admin.list_topics(topic, 30).topics[topic].partitions
    places = [TopicPartition(topic, number, -1) for number in parts]
    for future in admin.delete_records(places).values():
        future.result(30)


@pytest.mark.parametrize("start", ["earliest", "latest"])
def test_records_deleted_before_they_were_told_stop_the_sink(
    site: Site, start: str
) -> None:
    with Receivers(SECRET) as receivers:
        app, other = receivers.app("opd", OK), receivers.app("lain", OK)
        for name in ("opd", "lain"):
            sink = {"url": receivers.url(name), "secrets": [SECRET]}
            site.sink_file(name, kind="webhook-out", sink=sink, start=start)
        first = site.worker(site.folder / "opd.yaml")
        group = f"sink-{site.tenant.id}-opd"

        def positions() -> dict[tuple[str, int], int]:
            return asyncio.run(standing(site.settings.bootstrap, group))

        until(lambda: len(positions()) == site.tenant.partisi, first)
        site.produce(MUTU, [site.finding(n) for n in range(20)])
        until(lambda: len(app.came) == 20, first)
        assert first.stop() == 0
        before = positions()

        site.produce(MUTU, [site.finding(n) for n in range(20, 40)])
        delete(site)
        site.produce(MUTU, [site.finding(n) for n in range(40, 60)])
        worker = site.worker(site.folder)
        until(lambda: "Nothing was skipped" in health(worker), worker)
        assert positions() == before
        assert len(app.came) == 20
        if start == "earliest":  # another sink goes on beside it
            until(lambda: len(other.came) == 20, worker)
        said = worker.get("/health/ready").json()["parts"]["opd"]["reason"]
        worker.stop()

        assert tool(said) == 0
        worker = site.worker(site.folder / "opd.yaml")
        until(lambda: len(app.came) == 40, worker)
        numbers = [event["data"]["nomor"] for _, event in app.came.values()]  # type: ignore[index]
        assert sorted(numbers[20:]) == [f"T{n}" for n in range(40, 60)]
