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
    from bus.record import Event, Headers
    from bus.serde import Serde
    from bus.streams.wiring.feed import Batch

FIRST_ROOM, MOST_ROOM = 250, 4000
BATCH_TARGET_SECONDS = 0.1
"""A batch keeps the event loop, and with it all other tasks, for about this long."""

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
        room: largest number of records of the next batch, so that one batch does not
            keep the other tasks waiting for long.
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
        self.room = FIRST_ROOM
        self._day = -1
        self._stopped = False
        name = f"{shared.group}-{stage.name}-{topic}-{partition}"
        self._writer = TransactionalWriter(shared.bootstrap, name)
        self._store: ChangelogStore | None = None
        if stage.changelog:
            self._store = ChangelogStore(store_folder(shared, stage, partition))

    @property
    def name(self) -> str:
        """Stage and partition, for people."""
        return f"{self.stage.name}-{self.partition}"

    async def fence(self) -> None:
        """Take over from the previous owner; it can commit nothing from now on.

        Raises:
            RetriableError: the broker is not there.
        """
        await self._writer.start()

    async def recover(self, progress: Callable[[str], None]) -> None:
        """Bring the state up to date; after `fence`.

        Args:
            progress: told in words how far recovery is.

        Raises:
            RetriableError, StateError.
        """
        if self._store is None:
            return
        self._store.open()
        progress(f"recovering {self.name}")
        count = await self._store.recover(
            self._shared.bootstrap,
            self.stage.changelog,
            self.partition,
            lambda done: progress(f"recovering {self.name}: {done} records"),
        )
        RECOVERED.labels(self.stage.name).inc(count)

    @property
    def has_state(self) -> bool:
        """Whether it has ever committed state, and with it a position."""
        return self._store is not None and self._store.position is not None

    async def process(self, batch: Batch) -> None:
        """Run one batch that begins at `position`, and commit it.

        Raises:
            FencedError, RetriableError, StateError: end the task.
        """
        async with self._lock:
            if self._stopped:
                return
            if batch.records:
                await self._run(batch)
            self.position = batch.end

    async def _run(self, batch: Batch) -> None:
        clock, stage = self._shared.clock, self.stage
        began = clock.monotonic()
        result = stage.processor.process(batch.records, self._store or _NoState())
        worked = clock.monotonic()
        await self._commit(result, batch.end)
        self.worked = done = clock.monotonic()
        self.room = next_room(self.room, len(batch.records), worked - began)
        COMMIT_SECONDS.labels(stage.name).observe(done - worked)
        BATCH_SECONDS.labels(stage.name).observe(done - began)
        LAST_COMMIT.labels(stage.name).set(clock.now_ms() / 1000)
        count_events(stage.name, result.events)
        count_rejects(stage.name, result.rejects)

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
        if day == self._day:
            return
        async with self._lock:
            if self._stopped:
                return
            event = tick_event(shared.tenant.id, self.stage.name, self.partition, day)
            await self._write(event)
            self._day = day

    async def _write(self, event: Event) -> None:
        """One record into the own source partition."""
        value = self._shared.serde.encode(self.topic, event.type, event.value or {})
        key, headers = event.key.encode(), headers_of(event)
        await self._writer.begin()
        self._writer.append(self.topic, self.partition, key, value, headers)
        await self._writer.commit()

    async def idle(self) -> None:
        """Wait for the batch in work."""
        async with self._lock:
            return

    async def stop(self) -> None:
        """Wait for the batch in work, then let go; later batches are dropped."""
        async with self._lock:
            self._stopped = True
            await self._writer.stop()
            if self._store is not None:
                self._store.close()


def next_room(room: int, done: int, seconds: float) -> int:
    """How many records the next batch may have, from what the last one took."""
    if seconds <= 0 or done < room // 2:
        return room
    fits = int(done / seconds * BATCH_TARGET_SECONDS)
    return max(FIRST_ROOM, min(MOST_ROOM, fits, room * 2))


def store_folder(shared: TaskSetting, stage: Stage, partition: int) -> Path:
    """Where the local copy of a task's state lives."""
    return shared.state_dir / shared.tenant.id / f"{stage.name}-{partition}"
