"""Rejected records sent again on a real broker: once, to whoever rejected them."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from bus.connect.delivery.dead import dead_letter
from bus.connect.desk.letters import letters_of
from bus.connect.desk.redrive import BEFORE, NEWER, SENT, Post, Redrive
from bus.errors import DecodeError, FatalError, OpdBusError
from bus.kafka.topics import ensure_topics
from bus.record import REDRIVE, Event, Record, header
from bus.streams.topology.pipeline import Pipeline
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.memory_state import MemoryState
from tests.integration.sinks.site import CATALOG, MUTU, Site
from tests.integration.sinks.test_sinks_on_kafka import (
    in_database,
    in_files,
    metric,
    wait_until,
)

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

LETTERS = "platform.deadletter.dlq.v1"
LOG, TYPE = "santunan.anggaran.repartition.v1", "AnggaranDitetapkan"
STATE = "keuangan.anggaran.state.v1"
REFUSE = """
CREATE TRIGGER menolak BEFORE INSERT ON bus_masuk WHEN NEW.isi LIKE '%temuan 3%'
BEGIN SELECT RAISE(ABORT, 'kolom penuh'); END
"""


def dlq(site: Site, *words: str) -> str:
    """What the verb says; it must not fail."""
    settings = site.settings
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli", "dlq", *words],
        env=os.environ
        | {
            "OPDBUS_BOOTSTRAP": settings.bootstrap,
            "OPDBUS_REGISTRY_URL": settings.registry_url,
            "OPDBUS_STATE_DIR": str(settings.state_dir),
            "OPDBUS_TENANT_FILE": str(settings.tenant_file),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_receiver_that_was_mended_gets_its_event_and_no_other(site: Site) -> None:
    database, folder = site.folder / "app.db", site.folder / "office"
    sink = {"url": f"sqlite:///{database}", "buat_tabel": True}
    inbox = site.sink_file("inbox", kind="sql-inbox", sink=sink)
    office = site.sink_file("office", kind="csv-worklist", sink={"folder": str(folder)})
    worker = site.worker(inbox, office)
    worker.wait_ready()
    site.produce(MUTU, [site.finding(0)])
    wait_until(lambda: sum(in_database(database).values()) == 1)
    with closing(sqlite3.connect(database)) as file:
        file.execute(REFUSE)
    site.produce(MUTU, [site.finding(number) for number in range(1, 6)])
    wait_until(lambda: len(site.records(LETTERS)) == 1)
    with closing(sqlite3.connect(database)) as file:
        file.execute("DROP TRIGGER menolak")
    assert "1 dead letter" in dlq(site, "list", "--origin", "inbox")
    assert "sent: 1" in dlq(site, "resend", "--origin", "inbox", "--yes")
    everything = Counter(f"{number:032x}" for number in range(6))
    wait_until(lambda: in_database(database) == everything)
    assert "nothing to send" in dlq(site, "resend", "--origin", "inbox", "--yes")
    copies = [r for r in site.records(MUTU) if header(r.headers, REDRIVE)]
    assert [header(r.headers, "ce_id") for r in copies] == [f"{3:032x}"]
    name = "opdbus_delivered_total"
    wait_until(lambda: metric(worker, name, sink="office", result="filtered") == 1)
    assert in_files(folder) == everything


def test_two_operators_send_a_pipeline_s_letters_once(site: Site) -> None:
    places = [LOG, STATE, LETTERS, "platform.redrive.fact.v1"]
    ensure_topics(site.settings, CATALOG, site.tenant, places)
    example = CATALOG.event(TYPE).examples[0]
    event = replace(site.event(TYPE, 1, dict(example.value)), key=example.key)
    produce(site, LOG, event, replace(event, id="b" * 32))
    tried = _worked(site, fails=True)
    produce(site, LETTERS, *(_letter(site, out) for out in tried))

    async def both() -> Counter[str]:
        parts = site.settings.bootstrap, site.tenant.id, site.serde
        letters = await letters_of(*parts)
        found = await asyncio.gather(
            *(Redrive(_post(site)).send(letters, "uji") for _ in range(2)),
            return_exceptions=True,
        )
        assert all(isinstance(one, Counter | OpdBusError) for one in found)
        return await Redrive(_post(site)).send(letters, "uji")

    assert asyncio.run(both()) == {BEFORE: 2}
    wait_until(lambda: len(site.records(LOG)) >= 4)
    assert len(site.records(LOG)) == 4
    outputs = [out for out in _worked(site, fails=False) if out.topic.endswith(STATE)]
    ids = Counter(header(out.headers, "ce_id") for out in outputs)
    assert sorted(ids.values()) == [2, 2]


def test_an_old_state_is_not_put_over_a_newer_one(site: Site) -> None:
    ensure_topics(site.settings, CATALOG, site.tenant, [STATE])
    example = CATALOG.event(TYPE).examples[0]
    event = replace(site.event(TYPE, 1, dict(example.value)), key=example.key)
    produce(site, STATE, event)
    (first,) = site.records(STATE)
    produce(site, LETTERS, _sink_letter(site, first))
    produce(site, STATE, replace(event, id="c" * 32))

    async def send() -> Counter[str]:
        parts = site.settings.bootstrap, site.tenant.id, site.serde
        return await Redrive(_post(site)).send(await letters_of(*parts), None)

    assert asyncio.run(send()) == {NEWER: 1}
    assert len(site.records(STATE)) == 2
    again = replace(event, key="kunci-lain", id="d" * 32)
    produce(site, STATE, again)
    (only,) = [r for r in site.records(STATE) if r.key == b"kunci-lain"]
    produce(site, LETTERS, _sink_letter(site, only))
    assert asyncio.run(send()) == {NEWER: 1, SENT: 1}


def produce(site: Site, ref: str, *events: Event) -> None:
    """Write, and wait until readers of committed data see it.

    A commit returns before its markers stand in the partitions.
    """
    wait_until(lambda: count(site, ref) >= 0)
    before = count(site, ref)
    site.produce(ref, events)
    wait_until(lambda: count(site, ref) == before + len(events))


def count(site: Site, ref: str) -> int:
    """Records of a topic; -1 while the broker does not know a topic just made."""
    try:
        return len(site.records(ref))
    except FatalError:
        return -1


def _post(site: Site) -> Post:
    return Post(site.settings, site.tenant, site.serde, CATALOG, site.clock)


def _worked(site: Site, *, fails: bool):  # type: ignore[no-untyped-def]
    """What a pipeline makes of its whole log."""

    def decide(event, ctx):  # type: ignore[no-untyped-def]
        if fails:
            raise ValueError
        ctx.emit(STATE, TYPE, event.key, event.value)

    pipeline = Pipeline("uji.satu", LOG, {TYPE: decide}, sinks=(STATE,))
    tenant = site.tenant
    processor = PipelineProcessor(
        pipeline, site.serde, tenant.id, tenant.partisi, site.clock
    )
    outputs = []
    for record in site.records(LOG):
        place = (record.topic, record.partition)
        outputs += processor.process(place, [record], MemoryState()).outputs
    return outputs


def _letter(site: Site, out) -> Event:  # type: ignore[no-untyped-def]
    value = site.serde.decode(out.value)[1]
    event = site.event("DeadLetter", 1, value)
    return replace(event, key=out.key.decode(), id=out.key.decode())


def _sink_letter(site: Site, record: Record) -> Event:
    origin = (site.tenant.id, "inbox")
    return dead_letter(record, DecodeError("UJI", "uji"), origin, 1, 1)
