"""One task: one processor on one topic partition, one transaction per batch.

Delivery protocol (`design.md` §5): outputs, state changes and the input position of
a batch are committed in one Kafka transaction; only then is the state applied. On
assignment the producer is started first, which fences the previous owner and settles
what it left open; then state is recovered, then reading begins at the committed
position. While one batch is being committed the next one is worked on, on the state
as it will be then; its own commit waits. Any failure ends the process: the next start
builds the task anew from what is committed, so there is one recovery path and it is
always exercised.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.ending import end
from bus.kafka.fingerprint import Fingerprint, parse_fingerprint
from bus.kafka.packing import packed_change
from bus.kafka.recovery import recover
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
from bus.streams.wiring.ahead import StateAhead
from bus.streams.wiring.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bus.kafka.positions import Standing
    from bus.kafka.staging import Staging
    from bus.streams.wiring.batch import BatchResult
    from bus.streams.wiring.feed import Batch
    from bus.streams.wiring.stage import Stage, TaskSetting
    from bus.streams.wiring.state_reader import StateBytes

FIRST_ROOM, MOST_ROOM = 250, 3000
BATCH_TARGET_SECONDS = 0.1
"""A batch keeps the event loop, and with it all other tasks, for about this long."""


_STAMP = SystemClock()
"""Stamps records for Kafka, which refuses times far from its own; no rule sees it."""


class _NoState:
    """State of a stage that keeps none."""

    def get(self, key: bytes) -> bytes | None:  # pragma: no cover - never asked
        raise KeyError(key)

    def scan(self, first: bytes, last: bytes) -> Iterator[tuple[bytes, bytes]]:
        raise KeyError(first, last)  # pragma: no cover - never asked

    def newest(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        raise KeyError(first, last)  # pragma: no cover - never asked


class Task:
    """Owns one topic partition of one stage while it is assigned to this worker.

    Args:
        stage: what to run.
        topic: full topic name.
        partition: its partition.
        shared: what all tasks of the worker share.

    Attributes:
        position: offset up to which the input is worked on; set it before the first
            batch.
        worked: monotonic seconds when it last finished something.
        room: largest number of records of the next batch, so that one batch does not
            keep the other tasks waiting for long.
    """

    def __init__(
        self, stage: Stage, topic: str, partition: int, shared: TaskSetting
    ) -> None:
        self.stage = stage
        self.topic = topic
        self.partition = partition
        self.position = 0
        self.worked = shared.clock.monotonic()
        self.room = FIRST_ROOM
        self._shared = shared
        self._lock = asyncio.Lock()
        self._flight: asyncio.Task[None] | None = None
        self._changes: Mapping[bytes, bytes | None] = {}
        self._stopped = False
        name = f"{shared.group}-{stage.name}-{topic}-{partition}"
        self._writer = TransactionalWriter(shared.bootstrap, name)
        self._alarm = Alarm(stage, partition, shared)
        self._store: ChangelogStore | None = None
        if stage.changelog:
            self._store = ChangelogStore(shared.folder(stage.name, partition))

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

    async def recover(
        self, standing: Standing | None, progress: Callable[[str], None]
    ) -> None:
        """Bring the state up to date and prove it whole; after `fence`.

        Args:
            standing: the committed position, with what the state then amounted to.
            progress: told in words how far recovery is.

        Raises:
            RetriableError, StateError.
        """
        if self._store is None:
            return
        self._store.open()
        progress(f"recovering {self.name}")
        count = await recover(
            self._store,
            self._shared.bootstrap,
            (self.stage.changelog, self.partition),
            None if standing is None else parse_fingerprint(standing.note),
            lambda done: progress(f"recovering {self.name}: {done:,} records"),
        )
        RECOVERED.labels(self.stage.name).inc(count)
        self._alarm.look(self._store)

    @property
    def has_state(self) -> bool:
        """Whether it has ever committed state, and with it a position."""
        return self._store is not None and self._store.position is not None

    @property
    def is_busy(self) -> bool:
        """Whether it works on something."""
        return self._lock.locked() or self._is_flying

    @property
    def _is_flying(self) -> bool:
        return self._flight is not None and not self._flight.done()

    async def process(self, batch: Batch) -> None:
        """Run one batch that begins at `position`, and begin to commit it.

        Raises:
            FencedError, RetriableError, StateError: end the task. Those of its own
                commit come from the next call, of this or of `settle`.
        """
        async with self._lock:
            if self._stopped:
                return
            if batch.records:
                await self._run(batch)
            else:
                self.worked = self._shared.clock.monotonic()
            self.position = batch.end

    async def _run(self, batch: Batch) -> None:
        clock = self._shared.clock
        began, count = clock.monotonic(), len(batch.records)
        place = (self.topic, self.partition)
        result = self.stage.processor.process(place, batch.take(), self._state())
        staged = self._staged(result)
        self.room = next_room(self.room, count, clock.monotonic() - began)
        await self._landed()
        self._changes = result.changes
        self._flight = asyncio.create_task(
            self._finish(result, staged, batch.end, began)
        )

    def _state(self) -> StateBytes:
        """The state as the next batch has to see it."""
        state: StateBytes = self._store or _NoState()
        if self._changes and self._is_flying:
            return StateAhead(state, self._changes)
        return state

    def _staged(self, result: BatchResult) -> Staging:
        """All records of a batch as bytes; as objects they would take far more."""
        staged, now = self._writer.stage(), _STAMP.now_ms()
        for out in result.outputs:
            out.stage(staged, now)
        result.outputs.clear()
        place = (self.stage.changelog, self.partition)
        for change, content in result.changes.items():
            staged.append_packed(place, packed_change(change, content), now)
        return staged

    async def _finish(
        self, result: BatchResult, staged: Staging, after: int, began: float
    ) -> None:
        clock, name = self._shared.clock, self.stage.name
        worked = clock.monotonic()
        await self._commit(result, staged, after)
        done = self.worked = clock.monotonic()
        COMMIT_SECONDS.labels(name).observe(done - worked)
        BATCH_SECONDS.labels(name).observe(done - began)
        LAST_COMMIT.labels(name).set(clock.now_ms() / 1000)
        count_events(name, result.events)
        count_rejects(name, result.rejects)

    async def _commit(self, result: BatchResult, staged: Staging, after: int) -> None:
        writer, store = self._writer, self._store
        note, amounts = "", Fingerprint()
        if store is not None:
            amounts = store.after(result.changes, result.read)
            note = str(amounts)
        await writer.begin(staged)
        ends = await writer.commit(
            {(self.topic, self.partition): (after, note)}, self._shared.group
        )
        if store is not None and result.changes:
            place = (self.stage.changelog, self.partition)
            store.apply(result.changes, ends[place], amounts)
            self._alarm.changed(result.changes, store)

    async def _landed(self) -> None:
        """Wait for the commit in flight; raises what it failed with."""
        flight = self._flight
        if flight is not None:
            await asyncio.wait({flight})  # who is cancelled here does not cancel it
            flight.result()

    async def settle(self) -> None:
        """Wait until nothing is in flight.

        Raises:
            FencedError, RetriableError, StateError: end the task.
        """
        async with self._lock:
            await self._landed()

    async def tick(self) -> None:
        """Write into the own source partition what the clock has reached.

        Raises:
            FencedError, RetriableError.
        """
        if not self._alarm.rings():
            return
        async with self._lock:
            if self._stopped:
                return
            await self._landed()
            events = self._alarm.events(self._store)
            await self._writer.begin()
            for key, value, headers in events:
                self._writer.append(self.topic, self.partition, key, value, headers)
            await self._writer.commit()

    async def idle(self) -> None:
        """Wait for what is in work; an error is told by the next call that works."""
        async with self._lock:
            if self._flight is not None:
                await asyncio.wait({self._flight})

    async def stop(self) -> None:
        """Let go; what is still in flight is dropped, and so are later batches."""
        async with self._lock:
            self._stopped = True
            if self._flight is not None:
                await end(self._flight)
            await self._writer.stop()
            if self._store is not None:
                self._store.close()


def next_room(room: int, done: int, seconds: float) -> int:
    """How many records the next batch may have, from what the last one took."""
    if seconds <= 0 or done < room // 2:
        return room
    fits = int(done / seconds * BATCH_TARGET_SECONDS)
    return max(FIRST_ROOM, min(MOST_ROOM, fits, room * 2))
