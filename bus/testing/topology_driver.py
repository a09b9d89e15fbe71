"""Runs a topology without a broker: real Avro bytes, real partitions, moved clock.

The same pipelines and the same batch code as in production; only the log is a list.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.kafka.partitioner import partition_for
from bus.record import Event, Record, event_from, headers_of
from bus.serde import Serde
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.memory_state import MemoryState
from bus.streams.wiring.router import RouterProcessor
from bus.streams.wiring.state_reader import state_key
from bus.streams.wiring.ticks import (
    TICK,
    local_day,
    midnight_ms,
    tick_event,
    waktu_event,
)
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from bus.testing.schedule import Straight

if TYPE_CHECKING:
    from bus.config.tenant import Tenant
    from bus.contracts import Catalog
    from bus.record import Value
    from bus.streams.topology.pipeline import Pipeline, Topology
    from bus.streams.wiring.batch import BatchResult, Processor
    from bus.streams.wiring.outgoing import Outgoing
    from bus.testing.schedule import Schedule

Place = tuple[str, int]


class TopologyDriver:
    """Pipes events in, runs everything to the end, reads topics and state.

    Args:
        topology: what to run.
        catalog: the contracts.
        tenant: whose topics and rules.
        partitions: partitions of each topic; platform topics have one.
        batch: largest number of records a processor sees at once.
        serde: of an earlier driver of the same catalogue, to save compiling schemas.
        schedule: order of work and faults (`bus.testing.schedule`); by default
            straight on, without faults.
    """

    def __init__(  # noqa: PLR0913 - a whole world, most of it by default
        self,
        topology: Topology,
        catalog: Catalog,
        tenant: Tenant,
        partitions: int = 4,
        batch: int = 1000,
        serde: Serde | None = None,
        *,
        schedule: Schedule | None = None,
    ) -> None:
        self.topology = topology
        self.tenant = tenant
        self.partitions = partitions
        self.batch = batch
        self.clock = ManualClock()
        self.serde = serde or Serde(catalog, MemoryRegistry())
        self.logs: dict[Place, list[Record]] = defaultdict(list)
        self._schedule = schedule or Straight()
        self._read: dict[tuple[int, Place], int] = defaultdict(int)
        self._state: dict[tuple[str, int], MemoryState] = defaultdict(MemoryState)
        self._changelog: dict[tuple[str, int], list[tuple[bytes, bytes | None]]] = (
            defaultdict(list)
        )
        self._pipelines = [
            PipelineProcessor(p, self.serde, tenant.id, partitions, self.clock)
            for p in topology.pipelines
        ]
        routers = [RouterProcessor(r, tenant.id, partitions) for r in topology.routers]
        self._stages: list[tuple[str, Processor]] = [
            *((one.router.name, one) for one in routers),
            *((one.pipeline.name, one) for one in self._pipelines),
        ]
        sources = [one.router.sources for one in routers]
        sources += [(one.pipeline.source,) for one in self._pipelines]
        self._places = [
            (number, (topic_name(tenant.id, ref), partition))
            for number, refs in enumerate(sources)
            for ref in refs
            for partition in range(partitions)
        ]

    def pipe(self, ref: str, *events: Event) -> None:
        """Write events to a topic and run until nothing is left to do."""
        self.write(ref, *events)
        self.run()

    def write(self, ref: str, *events: Event) -> None:
        """Write events to a topic without running."""
        topic = topic_name(self.tenant.id, ref)
        for event in events:
            value = None
            if event.value is not None:
                value = self.serde.encode(topic, event.type, event.value)
            key = event.key.encode()
            partition = partition_for(key, self.partitions)
            self._append(topic, partition, key, value, headers_of(event))

    def tick(self, day: int) -> None:
        """Tell every pipeline that wants to know that this day (since 1970) began."""
        for pipeline in self.topology.pipelines:
            if TICK in pipeline.handlers:
                self._tick(pipeline, day)
        self.run()

    def _tick(self, pipeline: Pipeline, day: int) -> None:
        for partition in range(self.partitions):
            event = tick_event(self.tenant.id, pipeline.name, partition, day)
            self._tell(pipeline, partition, event)

    def _tell(self, pipeline: Pipeline, partition: int, event: Event) -> None:
        """Write a tick into one task's own log, as the engine does."""
        topic = topic_name(self.tenant.id, pipeline.source)
        value = self.serde.encode(topic, event.type, event.value or {})
        self._append(topic, partition, event.key.encode(), value, headers_of(event))

    def advance(self, ms: int) -> None:
        """Let time pass; see `until`."""
        self.until(self.clock.now_ms() + ms)

    def until(self, ms: int) -> None:
        """Let time pass up to a moment, with all that the engine does meanwhile.

        The clock stops at each due time and at each local midnight; there the engine
        writes `WaktuTiba` or `HariBerganti` to the tasks that want it, and everything
        is processed before time goes on.

        Args:
            ms: the moment, ms UTC; not before now.
        """
        self.run()
        while True:
            now = self.clock.now_ms()
            dues = [d for d in map(self._next_due, self._pipelines) if d is not None]
            stop = min([max(now, due) for due in dues] + [self._next_day(now)])
            if stop > ms:
                break
            self.jump(stop)
        self.clock.advance((ms - self.clock.now_ms()) / 1000)

    def jump(self, ms: int) -> None:
        """The engine was away until a moment: now it tells all that became due."""
        zone, before = self.tenant.zona_waktu, self.clock.now_ms()
        self.clock.advance((ms - before) / 1000)
        day = local_day(ms, zone)
        if day > local_day(before, zone):
            self.tick(day)
        while sum(self._tell_due(processor, ms) for processor in self._pipelines):
            self.run()

    def _next_due(self, processor: PipelineProcessor) -> int | None:
        name = processor.pipeline.name
        dues = [processor.next_due(self._state[name, p]) for p in self._numbers]
        return min((due for due in dues if due is not None), default=None)

    def _next_day(self, now_ms: int) -> int:
        zone = self.tenant.zona_waktu
        return midnight_ms(local_day(now_ms, zone) + 1, zone)

    def _tell_due(self, processor: PipelineProcessor, now_ms: int) -> int:
        told, pipeline = 0, processor.pipeline
        for partition in self._numbers:
            state = self._state[pipeline.name, partition]
            for waktu in processor.due_times(state, now_ms):
                event = waktu_event(self.tenant.id, pipeline.name, partition, waktu)
                self._tell(pipeline, partition, event)
                told += 1
        return told

    @property
    def _numbers(self) -> range:
        return range(self.partitions)

    def run(self) -> None:
        """Process all that is written, until every log is read."""
        while waiting := [one for one in self._places if self._is_waiting(*one)]:
            for number, place in self._schedule.pick(waiting):
                self._work(number, place)

    def _is_waiting(self, number: int, place: Place) -> bool:
        return self._read[number, place] < len(self.logs[place])

    def _work(self, number: int, place: Place) -> None:
        name, processor = self._stages[number]
        task, schedule = (name, place[1]), self._schedule
        if schedule.loses_state():
            self._recover(task)
        at = self._read[number, place]
        records = self.logs[place][at : at + schedule.size(self.batch)]
        result = processor.process(place, records, self._state[task])
        if schedule.aborts():
            records = records[: schedule.size(len(records))]
            first, result = result, processor.process(place, records, self._state[task])
            _check_same(name, first, result)
        self._commit(task, result)
        self._read[number, place] = at + len(records)

    def _commit(self, task: tuple[str, int], result: BatchResult) -> None:
        for out in result.outputs:
            self._append(out.topic, out.partition, out.key, out.value, out.headers)
        self._changelog[task].extend(result.changes.items())
        self._state[task].apply(result.changes.items())

    def _append(
        self,
        topic: str,
        partition: int,
        key: bytes,
        value: bytes | None,
        headers: list[tuple[str, bytes]],
    ) -> None:
        log = self.logs[topic, partition]
        now = self.clock.now_ms()
        log.append(Record(topic, partition, len(log), now, key, value, headers))

    def restart(self) -> None:
        """Lose all local state and rebuild it from the changelogs."""
        for task in list(self._state):
            self._recover(task)

    def _recover(self, task: tuple[str, int]) -> None:
        self._state[task] = MemoryState()
        self._state[task].apply(self._changelog[task])

    def read(self, ref: str) -> list[Event]:
        """All events of a topic, partition by partition."""
        topic = topic_name(self.tenant.id, ref)
        return [
            event_from(
                record.headers,
                (record.key or b"").decode(),
                None if record.value is None else self.serde.decode(record.value)[1],
            )
            for partition in range(self.partitions)
            for record in self.logs[topic, partition]
        ]

    def state(self, pipeline: str, store: str, key: str) -> Value | None:
        """What a pipeline keeps under a key, wherever its partition is."""
        for partition in range(self.partitions):
            found = self._state[pipeline, partition].get(state_key(store, key))
            if found is not None:
                return self.serde.decode(found)[1]
        return None

    def state_bytes(self, pipeline: str, partition: int) -> dict[bytes, bytes]:
        """The whole state of one task, as it would stand in the changelog."""
        return dict(self._state[pipeline, partition])


def _check_same(name: str, first: BatchResult, again: BatchResult) -> None:
    """A batch that comes again has to give the same: handlers are pure."""
    pairs = zip(first.outputs, again.outputs, strict=False)
    if any(_content(one) != _content(other) for one, other in pairs):
        raise AssertionError(
            f"{name}: the same records gave other outputs the second time; a handler "
            "remembers something outside the stores"
        )


def _content(out: Outgoing) -> tuple[object, ...]:
    return out.topic, out.partition, out.key, out.value, out.headers
