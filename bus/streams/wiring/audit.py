"""Recompute everything a stream application has done and compare with Kafka.

Every stage reads one log in one order, so its outputs and its state are a function of
that log. The audit reads the committed logs, runs the pure processors over them and
counts what is lost (should be there and is not), extra (is there and should not be)
and different in the state. It proves the delivery protocol after faults, and shows an
auditor that each decision follows from its inputs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from bus.connect.desk.letters import REDRIVES
from bus.contracts import topic_name
from bus.errors import FatalError
from bus.kafka.positions import GroupPositions
from bus.kafka.reader import read_committed
from bus.record import REDRIVE, header
from bus.streams.topology.operators.timer import WAKTU
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.deadletter import DEAD_LETTERS, Origin, letter_id_of
from bus.streams.wiring.memory_state import MemoryState
from bus.streams.wiring.ticks import TICK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.config.tenant import Tenant
    from bus.record import Headers, Record
    from bus.streams.wiring.batch import BatchResult, Processor
    from bus.streams.wiring.stage import Stage

CHUNK = 2000


@dataclass(slots=True)
class Audit:
    """What the comparison found.

    Attributes:
        inputs: records the stages have read, by their committed positions.
        waiting: records not yet read.
        outputs: records the stages should have written.
        lost: of those, missing, by topic.
        extra: records that should not be there, by topic.
        state_keys: keys compared.
        state_differences: keys whose value differs, is missing or is extra.
        double_ids: event ids that stand for two different contents.
    """

    inputs: int = 0
    waiting: int = 0
    outputs: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    state_keys: int = 0
    state_differences: int = 0
    double_ids: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing is lost, extra, different or ambiguous so far."""
        return not (
            self.lost or self.extra or self.state_differences or self.double_ids
        )

    def words(self) -> str:
        """One line for people and tests."""
        return (
            f"lost {self.lost.total()} extra {self.extra.total()} "
            f"state differences {self.state_differences} double ids {self.double_ids} "
            f"({self.inputs} inputs, {self.waiting} waiting, {self.outputs} outputs, "
            f"{self.state_keys} keys)"
        )


class Auditor:
    """Compares one stream application with its logs; reads only.

    Args:
        bootstrap: Kafka bootstrap servers.
        group: consumer group of the application.
        tenant: whose topics.
        stages: the application's stages.
        progress: told what is being read.
    """

    def __init__(
        self,
        bootstrap: str,
        group: str,
        tenant: Tenant,
        stages: Iterable[Stage],
        progress: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._bootstrap = bootstrap
        self._stages = list(stages)
        self._partitions = tenant.partisi
        self._group = group
        self._read: dict[tuple[str, int], int] = {}
        self._progress = progress
        self._dead_letters = topic_name(tenant.id, DEAD_LETTERS)
        self._sources = {f"/{tenant.id}/{s.name}" for s in self._stages if s.changelog}
        self._expected: dict[str, Counter[bytes]] = {}
        self._redrives = topic_name(tenant.id, REDRIVES)
        self._sent_again: frozenset[str] = frozenset()

    async def run(self) -> Audit:
        """Read, recompute, compare.

        Raises:
            RetriableError: broker away.
        """
        audit = Audit()
        async with GroupPositions(self._bootstrap, self._group) as positions:
            self._read = await positions.all()
        self._sent_again = await self._letters_sent_again()
        for stage in self._stages:
            for topic in stage.topics:
                for partition in range(self._partitions):
                    await self._replay(stage, topic, partition, audit)
        for topic, expected in self._expected.items():
            await self._compare(topic, expected, audit)
        return audit

    async def _letters_sent_again(self) -> frozenset[str]:
        """What was rejected once, whatever today's rules make of it."""
        try:
            reading = read_committed(self._bootstrap, self._redrives)
            return frozenset([(record.key or b"").decode() async for record in reading])
        except FatalError:
            return frozenset()  # nothing was ever sent again: the topic is made then

    async def _replay(
        self, stage: Stage, topic: str, partition: int, audit: Audit
    ) -> None:
        self._progress(f"{stage.name}: {topic}-{partition}")
        state = MemoryState()
        chunk: list[Record] = []
        end = self._read.get((topic, partition), 0)
        async for record in read_committed(self._bootstrap, topic, [partition]):
            if record.offset >= end:
                audit.waiting += 1
                continue
            refuser = self._refuser(stage, record)
            if refuser is not None or len(chunk) == CHUNK:
                self._work(stage.processor, chunk, state, audit)
                chunk = []
            if refuser is None:
                chunk.append(record)
            else:
                self._work(refuser, [record], state, audit)
        self._work(stage.processor, chunk, state, audit)
        if isinstance(stage.processor, PipelineProcessor) and stage.changelog:
            await self._compare_state(stage.changelog, partition, state, audit)

    def _refuser(self, stage: Stage, record: Record) -> PipelineProcessor | None:
        """What stands for a record whose dead letter was sent again; else None."""
        if not self._sent_again:
            return None
        origin = Origin(stage.name, record.topic, record.partition)
        again = letter_id_of(origin, record.offset) in self._sent_again
        return stage.refuser if again else None

    def _work(
        self,
        processor: Processor,
        chunk: list[Record],
        state: MemoryState,
        audit: Audit,
    ) -> None:
        if chunk:
            place = chunk[0].topic, chunk[0].partition
            self._note(processor.process(place, chunk, state), state, audit)
            audit.inputs += len(chunk)

    def _note(self, result: BatchResult, state: MemoryState, audit: Audit) -> None:
        for out in result.outputs:
            counted = self._expected.setdefault(out.topic, Counter())
            counted[self._digest(out.topic, out.key, out.value, out.headers)] += 1
        audit.outputs += len(result.outputs)
        state.apply(result.changes.items())

    async def _compare(
        self, topic: str, expected: Counter[bytes], audit: Audit
    ) -> None:
        self._progress(f"comparing {topic}")
        actual: Counter[bytes] = Counter()
        contents: dict[str, bytes] = {}
        async for record in read_committed(self._bootstrap, topic):
            if not self._ours(record):
                continue
            digest = self._digest(topic, record.key, record.value, record.headers)
            actual[digest] += 1
            name = header(record.headers, "ce_id") or ""
            audit.double_ids += contents.setdefault(name, digest) != digest
        audit.lost[topic] += (expected - actual).total()
        audit.extra[topic] += (actual - expected).total()
        audit.lost += Counter()
        audit.extra += Counter()

    async def _compare_state(
        self, changelog: str, partition: int, state: dict[bytes, bytes], audit: Audit
    ) -> None:
        kept: dict[bytes, bytes] = {}
        async for record in read_committed(self._bootstrap, changelog, [partition]):
            key = record.key or b""
            if record.value is None:
                kept.pop(key, None)
            else:
                kept[key] = record.value
        audit.state_keys += len(state)
        audit.state_differences += sum(
            state.get(key) != kept.get(key) for key in state.keys() | kept.keys()
        )

    def _ours(self, record: Record) -> bool:
        """Whether a stage wrote the record, rather than a source or a tick."""
        if header(record.headers, "ce_type") in (TICK, WAKTU):
            return False
        if header(record.headers, REDRIVE):
            return False  # an operator sent it again
        if record.topic.split(".")[3] == "repartition":
            return True
        return header(record.headers, "ce_source") in self._sources

    def _digest(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Headers
    ) -> bytes:
        """Content of a record; of a dead letter only its id, the rest has a time."""
        digest = blake2b(key or b"", digest_size=16)
        if topic != self._dead_letters:
            digest.update(value or b"")
            for name, text in headers:
                digest.update(name.encode() + b"=" + text + b";")
        return digest.digest()
