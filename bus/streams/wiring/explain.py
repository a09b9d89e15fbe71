"""Why one record led to what it led to, recomputed from the logs.

Each stage's log up to the record is run through the pure processor again, as the audit
does; then the record alone, so its outputs and state changes can be told apart.
Nothing is taken from a worker; what is read is what is committed. Personal data is
masked (`shown`).
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.record import header
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.memory_state import MemoryState
from bus.streams.wiring.shown import Fields, shown

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

    from bus.contracts import Catalog
    from bus.record import Record
    from bus.serde import Serde
    from bus.streams.wiring.batch import BatchResult
    from bus.streams.wiring.outgoing import Outgoing
    from bus.streams.wiring.stage import Stage

    Read = Callable[[str, Iterable[int] | None], AsyncGenerator[Record, None]]

CHUNK = 2000
MOST_CAUSES = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A record by where it stands and what its envelope says."""

    topic: str
    partition: int
    offset: int
    id: str
    type: str
    key: str
    source: str
    cause: str
    case: str

    @property
    def place(self) -> str:
        """`topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Sent:
    """An output of a stage; fields with personal data masked."""

    topic: str
    partition: int
    id: str
    type: str
    key: str
    operation: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Change:
    """A state entry before and after; empty where there is none."""

    key: str
    before: Fields
    after: Fields


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage made of the record.

    Attributes:
        stage: name of the router or pipeline.
        read: the copy of the record that it read.
        is_handled: False if it reads such records and lets them pass.
        outputs: what it sent.
        changes: what it changed in its state.
        rejects: codes, if it became a dead letter.
    """

    stage: str
    read: Found
    is_handled: bool
    outputs: list[Sent]
    changes: list[Change]
    rejects: list[str]


@dataclass(slots=True)
class Explanation:
    """Everything about one event; causes nearest first, effects as written."""

    copies: list[Found] = field(default_factory=list)
    causes: list[Found] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    effects: list[Found] = field(default_factory=list)


class Explainer:
    """Explains records of one stream application; reads only.

    Args:
        read: committed records of a topic, of some partitions or all, to its end.
        tenant: tenant id.
        stages: the application's stages.
        serde: decodes.
        catalog: says which fields are personal.
    """

    def __init__(
        self,
        read: Read,
        tenant: str,
        stages: Iterable[Stage],
        serde: Serde,
        catalog: Catalog,
    ) -> None:
        self._read = read
        self._stages = list(stages)
        self._serde = serde
        self._catalog = catalog
        topics = [topic for stage in self._stages for topic in stage.topics]
        for stage in self._stages:
            topics += [topic_name(tenant, ref) for ref in _sinks(stage)]
        self._topics = list(dict.fromkeys(topics))

    async def at(self, topic: str, partition: int, offset: int) -> Explanation:
        """Explain the record at a place; empty if there is none."""
        wanted = ""
        async with aclosing(self._read(topic, [partition])) as records:
            async for record in records:
                if record.offset == offset:
                    wanted = _found(record).id
                    break
        return await self.event(wanted) if wanted else Explanation()

    async def event(self, event_id: str) -> Explanation:
        """Explain an event by its id; empty if it is in no log of this application."""
        explanation = Explanation()
        copies = await self._records(lambda one: one.id == event_id)
        if not copies:
            return explanation
        explanation.copies = copies
        case = copies[0].case
        family = await self._records(lambda one: case in (one.case, one.id))
        explanation.causes = _causes(copies[0], family)
        explanation.effects = _effects(event_id, family)
        for stage in self._stages:
            for copy in copies:
                if copy.topic in stage.topics:
                    explanation.steps.append(await self._step(stage, copy))
        return explanation

    async def _records(self, question: Callable[[Found], bool]) -> list[Found]:
        hits: list[Found] = []
        for topic in self._topics:
            hits += [
                one
                async for record in self._read(topic, None)
                if question(one := _found(record))
            ]
        return hits

    async def _step(self, stage: Stage, copy: Found) -> Step:
        place, state = (copy.topic, copy.partition), MemoryState()
        chunk: list[Record] = []
        async with aclosing(self._read(copy.topic, [copy.partition])) as records:
            async for record in records:
                chunk.append(record)
                if record.offset == copy.offset:
                    break
                if len(chunk) == CHUNK:
                    result = stage.processor.process(place, chunk, state)
                    state.apply(result.changes.items())
                    chunk = []
        *before, record = chunk
        if stage.changelog:
            result = stage.processor.process(place, before, state)
            state.apply(result.changes.items())
        alone = stage.processor.process(place, [record], state)
        return self._told(stage, copy, alone, state)

    def _told(
        self, stage: Stage, copy: Found, result: BatchResult, state: MemoryState
    ) -> Step:
        return Step(
            stage=stage.name,
            read=copy,
            is_handled=bool(result.events or result.rejects),
            outputs=[self._sent(out) for out in result.outputs],
            changes=[
                Change(key.decode(), self._entry(state.get(key)), self._entry(value))
                for key, value in sorted(result.changes.items())
                if state.get(key) != value
            ],
            rejects=list(result.rejects),
        )

    def _sent(self, out: Outgoing) -> Sent:
        return Sent(
            topic=out.topic,
            partition=out.partition,
            id=header(out.headers, "ce_id") or "",
            type=header(out.headers, "ce_type") or "",
            key=out.key.decode(errors="replace"),
            operation=header(out.headers, "ce_operation") or "",
            fields=self._entry(out.value),
        )

    def _entry(self, data: bytes | None) -> Fields:
        if data is None:
            return {}
        name, value = self._serde.decode(data)
        return shown(self._catalog, name, value)


def _sinks(stage: Stage) -> tuple[str, ...]:
    processor = stage.processor
    if isinstance(processor, PipelineProcessor):
        return processor.pipeline.sinks
    return processor.router.sinks


def _found(record: Record) -> Found:
    head = {name: value.decode(errors="replace") for name, value in record.headers}
    name = head.get("ce_id", "")
    return Found(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        id=name,
        type=head.get("ce_type", ""),
        key=(record.key or b"").decode(errors="replace"),
        source=head.get("ce_source", ""),
        cause=head.get("ce_causationid", ""),
        case=head.get("ce_correlationid", name),
    )


def _causes(first: Found, family: Iterable[Found]) -> list[Found]:
    """From the event's cause upwards, as far as the logs of this application go."""
    by_id: dict[str, Found] = {}
    for one in family:
        by_id.setdefault(one.id, one)
    causes: list[Found] = []
    cause = first.cause
    while cause in by_id and len(causes) < MOST_CAUSES:
        causes.append(by_id[cause])
        cause = by_id[cause].cause
    return causes


def _effects(event_id: str, family: list[Found]) -> list[Found]:
    """Everything that follows from the event, directly or not; each copy."""
    caused, before = {event_id}, 0
    while len(caused) > before:
        before = len(caused)
        caused |= {one.id for one in family if one.cause in caused}
    return [one for one in family if one.id in caused and one.id != event_id]
