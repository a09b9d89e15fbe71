"""Batches of one partition at a time, each beginning exactly where its task stands.

The Kafka client fetches for all assigned partitions together and keeps what it got
until it is taken. A task takes its next batch when it has committed the last one, so
there is no queue between the two in which records of two assignments could meet.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError

from bus.errors import StateError
from bus.kafka.failures import kafka_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Place = tuple[str, int]
FETCH_BYTES = 8 << 20
PARTITION_BYTES = 2 << 20
WAIT_SECONDS = 0.5


class Batch:
    """Records of one partition with the stretch of the log that they cover.

    Attributes:
        records: committed records in offset order; may be empty where only control
            or aborted records stand.
        end: position after it, control records included.
    """

    __slots__ = ("end", "records")

    def __init__(self, records: Sequence[Any], end: int) -> None:
        self.records = records
        self.end = end

    def take(self) -> Sequence[Any]:
        """The records, which it then keeps no longer."""
        records, self.records = self.records, ()
        return records


class Feed:
    """What the tasks of a worker read from; use it on the client's event loop.

    Args:
        consumer: a started aiokafka consumer that is member of the group.
        fail: told of an error nobody waits for.
    """

    def __init__(self, consumer: Any, fail: Callable[[BaseException], None]) -> None:
        self._consumer = consumer
        self._fail = fail
        self._fetcher = consumer._fetcher  # noqa: SLF001
        # A partition with records that wait to be taken must not hold up the fetch
        # for the others.
        self._fetcher._prefetch_backoff = 0.0  # noqa: SLF001
        self._seen: dict[TopicPartition, Any] = {}
        self._waiting: dict[TopicPartition, asyncio.Future[None]] = {}
        self._pump = asyncio.create_task(self._wake())

    def claim(self, places: Iterable[Place]) -> None:
        """Keep the client from looking for positions of an assignment itself.

        It would ask for them one after the other, fetch nothing for anybody
        meanwhile, and then fetch for tasks that still recover. So each partition is
        paused until its task takes its first batch.
        """
        for place in places:
            tp = TopicPartition(*place)
            state = self._state(tp)
            if state is not None and self._seen.get(tp) is not state:
                self._consumer.pause(tp)
                self._consumer.seek(tp, 0)

    async def next(self, place: Place, position: int, most: int) -> Batch | None:
        """The batch that begins at a position; None when there is none yet.

        Args:
            place: topic and partition.
            position: where the task stands.
            most: largest number of records.

        Raises:
            RetriableError: the broker refused.
            StateError: the log no longer has the records at this position.
        """
        tp = TopicPartition(*place)
        state = self._state(tp)
        if state is None:
            await asyncio.sleep(0.05)
            return None
        self._stand(tp, state, position)
        if tp not in self._fetcher._records and not await self._arrival(tp):  # noqa: SLF001
            return None
        if self._state(tp) is not state or state.position != position:
            return None
        self._uncopied(tp)
        with kafka_errors(f"reading {tp.topic}-{tp.partition}"):
            found = await self._consumer.getmany(tp, timeout_ms=0, max_records=most)
        records = found.get(tp, ())
        if self._state(tp) is not state:
            return None
        if not records and state.position <= position:
            return None
        return Batch(records, state.position)

    def lag(self, place: Place) -> int:
        """Records known to be after the client's position; 0 when unknown."""
        state = self._state(TopicPartition(*place))
        if state is None or state.lso is None or not state.has_valid_position:
            return 0
        return max(0, int(state.lso) - int(state.position))

    async def beginning(self, place: Place) -> int:
        """First offset that the log still has.

        Raises:
            RetriableError: the broker does not answer.
        """
        tp = TopicPartition(*place)
        with kafka_errors(f"beginning of {tp.topic}-{tp.partition}"):
            found = await self._consumer.beginning_offsets([tp])
        return int(found[tp])

    async def close(self) -> None:
        """Wake nobody any more."""
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)

    def _uncopied(self, tp: TopicPartition) -> None:
        """Take the records as they are unpacked.

        The client makes a frozen object of eleven fields of each, which costs more
        than decoding the record; place and sizes are known here anyway.
        """
        parts = getattr(self._fetcher._records.get(tp), "_partition_records", None)  # noqa: SLF001
        if parts is not None:
            parts._consumer_record = _as_it_is  # noqa: SLF001

    def _state(self, tp: TopicPartition) -> Any:
        """The client's state of a partition in the current assignment, or None."""
        subscription = self._consumer._subscription.subscription  # noqa: SLF001
        if subscription is None or subscription.assignment is None:
            return None
        try:
            return subscription.assignment.state_value(tp)
        except (KeyError, IllegalStateError):
            return None

    def _stand(self, tp: TopicPartition, state: Any, position: int) -> None:
        """Make the client stand where the task stands.

        Raises:
            StateError: the client was told that the log begins later only.
        """
        known = self._seen.get(tp) is state
        if known and state.has_valid_position:
            if state.position == position:
                return
            if state.position > position:
                raise StateError(
                    f"{tp.topic}-{tp.partition}: the records from {position} to "
                    f"{state.position} are gone, they were deleted before they were "
                    "read (retention too short, or the worker was stopped for too "
                    "long); load the sources again (`opdbus connector resync`), then "
                    "move the group's position to where the log begins"
                )
        self._seen[tp] = state
        self._consumer.seek(tp, position)
        if state.paused:
            self._consumer.resume(tp)

    async def _arrival(self, tp: TopicPartition) -> bool:
        """Wait until the client has something for a partition, but not for long."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[tp] = future
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(tp, None)
        return True

    async def _wake(self) -> None:
        """One waiter at the client for all tasks; only those with records wake up."""
        fetcher = self._fetcher
        while True:
            try:
                with kafka_errors("waiting for records"):
                    await fetcher._create_fetch_waiter()  # noqa: SLF001
            except Exception as error:  # noqa: BLE001 - the worker ends with it
                self._fail(error)
                return
            for tp in [tp for tp in self._waiting if tp in fetcher._records]:  # noqa: SLF001
                future = self._waiting[tp]
                if not future.done():
                    future.set_result(None)


def _as_it_is(_: TopicPartition, record: Any) -> Any:
    return record
