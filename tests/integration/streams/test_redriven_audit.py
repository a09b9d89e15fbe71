"""After dead letters were sent again, `pipeline verify` still adds up."""

import asyncio
from dataclasses import replace

import pytest

from bus.connect.desk.letters import letters_of
from bus.connect.desk.redrive import Post, Redrive
from bus.kafka.topics import ensure_topics
from bus.kafka.writer import TransactionalWriter
from bus.streams.topology.pipeline import Pipeline, Topology
from bus.streams.wiring.audit import Audit, Auditor
from bus.streams.wiring.memory_state import MemoryState
from bus.streams.wiring.stage import Stage, stages_of
from tests.integration.sinks.site import CATALOG, Site
from tests.integration.sinks.test_redrive import produce
from tests.integration.sinks.test_sinks_on_kafka import wait_until

pytestmark = pytest.mark.kafka

LOG, TYPE = "santunan.anggaran.repartition.v1", "AnggaranDitetapkan"
STATE, CHANGELOG = "keuangan.anggaran.state.v1", "santunan.anggaran.changelog.v1"
LETTERS = "platform.deadletter.dlq.v1"


class Worker:
    """One stage over a log, whose code can be mended; it commits as a task does."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.is_broken = True
        self.group = f"{site.tenant.id}-uji"
        self._states: dict[int, MemoryState] = {}
        self._read: dict[tuple[str, int], int] = {}

        def decide(event, ctx):  # type: ignore[no-untyped-def]
            if self.is_broken and event.value["versi"] % 2:
                raise ValueError
            before = ctx.get("satu", "n") or {**event.value, "versi": 0}
            ctx.put("satu", "n", {**before, "versi": before["versi"] + 1})
            ctx.emit(STATE, TYPE, event.key, event.value)

        pipeline = Pipeline(
            "uji.satu", LOG, {TYPE: decide}, {"satu": TYPE}, CHANGELOG, (STATE,)
        )
        topology = Topology("uji", (), (pipeline,))
        (self.stage,) = stages_of(topology, site.serde, site.tenant, site.clock)

    def work(self) -> None:
        """Everything that is in the log and was not read."""
        asyncio.run(self._work())

    async def _work(self) -> None:
        site, processor = self.site, self.stage.processor
        writer = TransactionalWriter(site.settings.bootstrap, self.group)
        await writer.start()
        for record in await asyncio.to_thread(site.records, LOG):
            place = record.topic, record.partition
            if record.offset < self._read.get(place, 0):
                continue
            state = self._states.setdefault(record.partition, MemoryState())
            result = processor.process(place, [record], state)
            await writer.begin()
            for out in result.outputs:
                sent = (out.topic, out.partition, out.key, out.value, out.headers)
                writer.append(*sent)
            for key, value in result.changes.items():
                topic = site.topic(CHANGELOG)
                writer.append(topic, record.partition, key, value, [])
            await writer.commit({place: (record.offset + 1, "")}, self.group)
            state.apply(result.changes.items())
            self._read[place] = record.offset + 1
        await writer.stop()

    def audit(self) -> Audit:
        site = self.site
        stages: list[Stage] = [self.stage]
        auditor = Auditor(site.settings.bootstrap, self.group, site.tenant, stages)
        return asyncio.run(auditor.run())

    def resend(self) -> int:
        """All open letters."""

        async def send() -> int:
            site = self.site
            place = site.settings.bootstrap, site.tenant.id, site.serde
            post = Post(site.settings, site.tenant, site.serde, CATALOG, site.clock)
            found = await Redrive(post).send(await letters_of(*place), None)
            return found["sent"]

        return asyncio.run(send())


def test_the_mended_pipeline_is_audited_as_it_was(site: Site) -> None:
    ensure_topics(site.settings, CATALOG, site.tenant, [LOG, STATE, CHANGELOG, LETTERS])
    example = CATALOG.event(TYPE).examples[0]
    event = replace(site.event(TYPE, 1, dict(example.value)), key=example.key)
    events = [
        replace(event, id=f"{n:032x}", value={**example.value, "versi": n})
        for n in range(7)
    ]
    produce(site, LOG, *events)
    worker = Worker(site)
    worker.work()
    wait_until(lambda: len(site.records(LETTERS)) == 3)
    assert worker.audit().words().startswith("lost 0 extra 0 state differences 0")
    worker.is_broken = False
    assert not worker.audit().clean
    assert worker.resend() == 3
    wait_until(lambda: len(site.records(LOG)) == 10)
    worker.work()
    wait_until(lambda: len(site.records(STATE)) == 7)
    audit = worker.audit()
    assert audit.clean, audit.words()
    assert (audit.inputs, audit.outputs) == (10, 10)
