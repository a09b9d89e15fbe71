"""One task: one processor on one topic partition, one transaction per batch.

Delivery protocol (`design.md` §5): outputs, state changes and the input position of
a batch are committed in one Kafka transaction; only then is the state applied. On
assignment the producer is started first, which fences the previous owner and settles
what it left open; then state is recovered, then reading begins at the committed
position. Any failure ends the process: the next start builds the task anew from what
is committed, so there is one recovery path and it is always exercised.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bus.kafka.store import ChangelogStore
from bus.kafka.writer import TransactionalWriter
from bus.metrics import (
    BATCH_SECONDS,
    COMMIT_SECONDS,
    LAST_COMMIT,
    RECOVERED,
    count_events,
    count_rejects,
)
from bus.record import headers_of
from bus.streams.wiring.batch import BatchResult, PipelineProcessor, RouterProcessor
from bus.streams.wiring.ticks import TICK, local_day, tick_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bus.clock import Clock
    from bus.config.tenant import Tenant
    from bus.record import Headers
    from bus.serde import Serde
    from bus.streams.wiring.transport import Fetched

_CHANGE_HEADERS: Headers = [("content-type", b"application/avro")]


@dataclass(frozen=True, slots=True)
class Stage:
    """A processor with the topics it reads; what tasks are made from."""

    name: str
    processor: PipelineProcessor | RouterProcessor
    topics: tuple[str, ...]

    @property
    def changelog(self) -> str:
        """Changelog topic, or "" for a stage without state."""
        processor = self.processor
        return processor.changelog if isinstance(processor, PipelineProcessor) else ""

    @property
    def wants_ticks(self) -> bool:
        """Whether it handles day ticks."""
        processor = self.processor
        return (
            isinstance(processor, PipelineProcessor)
            and TICK in processor.pipeline.handlers
        )


@dataclass(frozen=True, slots=True)
class TaskSetting:
    """What all tasks of a worker share."""

    bootstrap: str
    group: str
    state_dir: Path
    tenant: Tenant
    serde: Serde
    clock: Clock


class _NoState:
    """State of a stage that keeps none."""

    def get(self, key: bytes) -> bytes | None:  # pragma: no cover - never asked
        raise KeyError(key)

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        raise KeyError(first, last)  # pragma: no cover - never asked


class Task:
    """Owns one topic partition of one stage while it is assigned to this worker.

    Args:
        stage: what to run.
        topic: full topic name.
        partition: its partition.
        shared: what all tasks of the worker share.

    Attributes:
        position: offset up to which the input is done; set it before the first batch.
        worked: monotonic seconds when the last batch was done.
    """

    def __init__(
        self, stage: Stage, topic: str, partition: int, shared: TaskSetting
    ) -> None:
        self.stage = stage
        self.topic = topic
        self.partition = partition
        self._shared = shared
        self._lock = asyncio.Lock()
        self.position = 0
        self.worked = shared.clock.monotonic()
        self._day = -1
        self._stopped = False
        self._begun = False
        name = f"{shared.group}-{stage.name}-{topic}-{partition}"
        self._writer = TransactionalWriter(shared.bootstrap, name)
        self._store: ChangelogStore | None = None
        if stage.changelog:
            self._store = ChangelogStore(
                shared.state_dir / shared.tenant.id / f"{stage.name}-{partition}"
            )

    async def start(self, progress: Callable[[str], None]) -> None:
        """Fence the previous owner, then recover the state.

        Args:
            progress: told in words how far recovery is.

        Raises:
            RetriableError, StateError.
        """
        await self._writer.start()
        if self._store is None:
            return
        stage, place = self.stage.name, f"{self.stage.name}-{self.partition}"
        self._store.open()
        progress(f"recovering {place}")
        count = await self._store.recover(
            self._shared.bootstrap,
            self.stage.changelog,
            self.partition,
            lambda done: progress(f"recovering {place}: {done} records"),
        )
        RECOVERED.labels(stage).inc(count)

    @property
    def is_busy(self) -> bool:
        """Whether it works on a batch."""
        return self._lock.locked()

    @property
    def has_state(self) -> bool:
        """Whether it has ever committed state, and with it a position."""
        return self._store is not None and self._store.position is not None

    async def process(self, batch: Fetched) -> bool:
        """Run one batch and commit it.

        Args:
            batch: records with the stretch of the log that they cover.

        Returns:
            False when the batch does not begin where this task stands: it was fetched
            before a rebalance, or repeats. Nothing is done with it; read again from
            `position`.

        Raises:
            FencedError, RetriableError, StateError: end the process.
        """
        async with self._lock:
            if self._stopped:
                return True
            if not self._follows(batch):
                return False
            self._begun = True
            clock, stage = self._shared.clock, self.stage
            began = clock.monotonic()
            result = stage.processor.process(batch, self._store or _NoState())
            worked = clock.monotonic()
            await self._commit(result, batch.end)
            self.position = batch.end
            self.worked = done = clock.monotonic()
            COMMIT_SECONDS.labels(stage.name).observe(done - worked)
            BATCH_SECONDS.labels(stage.name).observe(done - began)
            LAST_COMMIT.labels(stage.name).set(clock.now_ms() / 1000)
            count_events(stage.name, result.events)
            count_rejects(stage.name, result.rejects)
            return True

    def _follows(self, batch: Fetched) -> bool:
        """Whether the batch begins where this task stands."""
        if batch.start is None:
            return False
        return batch.start == self.position or (batch.start == -1 and not self._begun)

    async def _commit(self, result: BatchResult, after: int) -> None:
        writer, changelog = self._writer, self.stage.changelog
        await writer.begin()
        for out in result.outputs:
            writer.append(out.topic, out.partition, out.key, out.value, out.headers)
        for key, value in result.changes.items():
            writer.append(changelog, self.partition, key, value, _CHANGE_HEADERS)
        ends = await writer.commit(
            {(self.topic, self.partition): after}, self._shared.group
        )
        if self._store is not None and result.changes:
            end = ends[changelog, self.partition]
            self._store.apply(result.changes.items(), end)

    async def tick(self) -> None:
        """Write the local day into the own source partition, once a day.

        Raises:
            FencedError, RetriableError.
        """
        shared = self._shared
        if not self.stage.wants_ticks:
            return
        day = local_day(shared.clock.now_ms(), shared.tenant.zona_waktu)
        async with self._lock:
            if day == self._day or self._stopped:
                return
            event = tick_event(shared.tenant.id, self.stage.name, self.partition, day)
            value = shared.serde.encode(self.topic, TICK, event.value or {})
            await self._writer.begin()
            self._writer.append(
                self.topic, self.partition, event.key.encode(), value, headers_of(event)
            )
            await self._writer.commit()
            self._day = day

    async def stop(self) -> None:
        """Wait for the batch in work, then let go; later batches are dropped."""
        async with self._lock:
            self._stopped = True
            await self._writer.stop()
            if self._store is not None:
                self._store.close()
