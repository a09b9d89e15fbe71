"""One sink at work: read a batch, write it outside once, then commit the position.

Order within a batch: receiver, dead letters, echo memory, offsets. A crash between
any two repeats the batch; the receiver's event ids, the dead letter's deterministic
id and the memory make the repetition change nothing.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bus import metrics
from bus.clock import Clock
from bus.connect.delivery.dead import DeadLetters, dead_letter
from bus.connect.delivery.plan import DeliveryPlan
from bus.connect.delivery.sort import Item, Sorter
from bus.connect.sink import Sink, Written
from bus.errors import FatalError, FencedError, PoisonError, RetriableError
from bus.health import Health
from bus.kafka.consumer import Batch

log = logging.getLogger(__name__)

T = TypeVar("T")
IDLE_SECONDS = 0.5
CLOSING_SECONDS = 5.0


class Feed(Protocol):
    """Where the records come from; `bus.kafka.consumer.GroupConsumer` is one."""

    async def start(self) -> None:
        """Join."""
        ...

    async def fetch(self, max_records: int, timeout_seconds: float) -> Batch:
        """The next records, or an empty batch after the timeout."""
        ...

    async def commit(self, positions: Mapping[tuple[str, int], int]) -> bool:
        """Store positions; False when the partitions were taken away."""
        ...

    async def stop(self) -> None:
        """Leave."""
        ...


@dataclass(frozen=True, slots=True)
class SinkParts:
    """What a task is made of; tests pass complete fakes from `bus.testing`.

    Attributes:
        plan: compiled sink file.
        sink: the receiver.
        feed: the records.
        sorter: decides what becomes of each record before delivery.
        dead_letters: where rejected events go.
        clock: the time.
        health: this sink's own part of the process's health.
    """

    plan: DeliveryPlan
    sink: Sink
    feed: Feed
    sorter: Sorter
    dead_letters: DeadLetters
    clock: Clock
    health: Health


class SinkTask:
    """Delivers one sink's events until told to stop.

    Args:
        parts: what it is made of; closed by `run`.
        pause: waits that many seconds, or less when stopping.
    """

    def __init__(
        self, parts: SinkParts, pause: Callable[[float], Awaitable[None]] | None = None
    ) -> None:
        self.name = parts.plan.name
        self.group = parts.plan.group
        self._parts = parts
        self._stopping = asyncio.Event()
        metrics.RETRIES.labels(self.name).inc(0)
        self._pause = pause or self._wait
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=self.name)

    def stop(self) -> None:
        """Ask for the end; the batch in work is finished unless it waits."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`; then close everything.

        Raises:
            ConfigError: the receiver lacks something its owner must provide.
            FatalError: state or position cannot be trusted.
        """
        parts = self._parts
        try:
            parts.health.starting("checking the receiver")
            if not await self._insist(self._check):
                return
            if not await self._insist(parts.feed.start):
                return
            parts.health.ready()
            while not self._stopping.is_set():
                await self._insist(self._round)
            parts.health.not_ready("stopped")
        except BaseException as error:
            parts.health.not_ready(f"stopped: {type(error).__name__}: {error}")
            raise
        finally:
            await self._close()

    async def _check(self) -> None:
        await self._in_thread(self._parts.sink.check)

    async def _round(self) -> None:
        parts = self._parts
        batch = await parts.feed.fetch(parts.plan.file.batch, IDLE_SECONDS)
        if not batch.records:
            await parts.feed.commit(batch.positions)
            return
        begun = parts.clock.monotonic()
        if await self._deliver(batch):
            seconds = parts.clock.monotonic() - begun
            metrics.BATCH_SECONDS.labels(self.name).observe(seconds)

    async def _deliver(self, batch: Batch) -> bool:
        """All steps of one batch; False when stopped while waiting."""
        parts = self._parts
        items: list[Item] = []
        attempts = 0

        async def sort() -> None:
            items[:] = await self._in_thread(lambda: parts.sorter.sort(batch.records))

        async def write() -> None:
            nonlocal attempts
            attempts += 1
            await self._in_thread(lambda: self._write(items))

        async def bury() -> None:
            await self._bury(items, attempts)

        for step in (sort, write, bury):
            if not await self._insist(step):
                return False
        await self._in_thread(lambda: parts.sorter.remember(items))
        committed = parts.clock.monotonic()
        if not await self._insist(lambda: self._commit(batch)):
            return False
        seconds = parts.clock.monotonic() - committed
        metrics.COMMIT_SECONDS.labels(self.name).observe(seconds)
        self._count(items)
        return True

    def _write(self, items: Sequence[Item]) -> None:
        waiting = [item for item in items if item.delivery]
        if not waiting:
            return
        results = self._parts.sink.write([i.delivery for i in waiting if i.delivery])
        if len(results) != len(waiting):
            raise FatalError(
                f"{self.name}: the sink answered {len(results)} outcomes for "
                f"{len(waiting)} deliveries; this is a defect of the sink"
            )
        now = self._parts.clock.now_ms()
        observe = metrics.END_TO_END.labels(self.name).observe
        for item, result in zip(waiting, results, strict=True):
            item.result = result
            if result is Written.NEW and item.event:
                observe(max(0, now - item.event.time_ms) / 1000)

    async def _bury(self, items: Sequence[Item], attempts: int) -> None:
        origin, now = (self._parts.plan.tenant, self.name), self._parts.clock.now_ms()
        letters = [
            dead_letter(item.record, item.result, origin, attempts, now)
            for item in items
            if isinstance(item.result, PoisonError)
        ]
        if letters:
            await self._parts.dead_letters.send(letters)

    async def _commit(self, batch: Batch) -> None:
        if not await self._parts.feed.commit(batch.positions):
            log.info("%s: a rebalance took partitions; others repeat them", self.name)
            return
        metrics.LAST_COMMIT.labels(self.name).set(self._parts.clock.now_ms() / 1000)

    def _count(self, items: Sequence[Item]) -> None:
        results = Counter(item.word for item in items)
        for word, number in results.items():
            metrics.DELIVERED.labels(self.name, word).inc(number)
        rejects = Counter(
            item.result.code for item in items if isinstance(item.result, PoisonError)
        )
        metrics.count_rejects(self.name, rejects)
        types = Counter(
            item.event.type for item in items if item.delivery and item.event
        )
        metrics.count_events(self.name, types)

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Try until it works; False when stopped while waiting."""
        retry = self._parts.plan.file.retry
        wait, failed = retry.first_seconds, False
        while not self._stopping.is_set():
            try:
                await step()
            except (RetriableError, FencedError) as error:
                failed = True
                metrics.RETRIES.labels(self.name).inc()
                self._parts.health.not_ready(str(error))
                asked = getattr(error, "retry_after_seconds", None)
                log.warning(
                    "%s: %s; next try in %.1f s", self.name, error, asked or wait
                )
                await self._pause(asked or wait)
                wait = min(wait * 2, retry.most_seconds)
            else:
                if failed:
                    self._parts.health.ready()
                return True
        return False

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def _close(self) -> None:
        parts = self._parts
        try:
            await parts.feed.stop()
        finally:
            with suppress(TimeoutError):  # a receiver that hangs keeps its thread
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self._in_thread(parts.sink.close)
                    await self._in_thread(parts.sorter.close)
            self._thread.shutdown(wait=False)
