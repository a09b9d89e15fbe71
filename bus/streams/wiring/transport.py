"""Faust transport that hands over whole fetched batches and leaves commits alone.

Subclass of Faust's aiokafka driver, found by URL scheme `opdbus://` through the entry
point group `faust.transports`. It goes round W1 to W5 and W9 to W11 of `faust.md`:
there is no per-event acknowledgement left that could skip, and the position travels
in each batch's own transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bus.streams.wiring.tasks import TaskSet

# A client has one fetch in flight per broker; a partition whose records were just
# taken joins the next one only. A long wait would delay every hop by half of it.
FETCH_WAIT_MS = 20


def tasks_of(app: Any) -> TaskSet:
    """The tasks a Faust app was built with (`worker.py` puts them there)."""
    found: TaskSet = app.opdbus_tasks
    return found


class Fetched(list[Any]):
    """Records of one partition with the stretch of the log that they cover.

    Attributes:
        start: position the fetch began at; -1 where the client had just begun the
            partition, None where the assignment changed meanwhile.
        end: position after it, control records included.
    """

    __slots__ = ("end", "start")

    def __init__(self, records: list[Any], start: int | None, end: int) -> None:
        super().__init__(records)
        self.start = start
        self.end = end


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Reads committed records only, and says which stretch of the log they cover."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stands: dict[Any, tuple[Any, int]] = {}

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no setting for this outside its own (broken) exactly-once mode.
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        return consumer

    async def _fetch_records(
        self,
        consumer: Any,
        active_partitions: Any,
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> dict[Any, Fetched]:
        before = _states(consumer)
        for place, state in before.items():
            if self._stands.get(place, (None, 0))[0] is not state:
                at = state._position  # noqa: SLF001
                self._stands[place] = (state, -1 if at is None else at)
        found = await super()._fetch_records(
            consumer, active_partitions, timeout=timeout, max_records=max_records
        )
        now = _states(consumer)
        return {
            place: self._placed(place, records, before.get(place), now[place])
            for place, records in found.items()
            if place in now
        }

    def _placed(
        self, place: Any, records: list[Any], before: Any, state: Any
    ) -> Fetched:
        """A batch with its stretch, aborted records and markers before it included.

        The client passes those without handing anything over, so a stretch begins at
        the end of the last one, unless a seek has gone back.
        """
        if before is not state:
            return Fetched(records, None, state.position)
        start = self._stands[place][1]
        start = min(start, records[0].offset)
        self._stands[place] = (state, state.position)
        return Fetched(records, start, state.position)


def _states(consumer: Any) -> dict[Any, Any]:
    """The client's own state of each assigned partition."""
    subscription = consumer._subscription.subscription  # noqa: SLF001
    if subscription is None or subscription.assignment is None:
        return {}
    assignment = subscription.assignment
    return {place: assignment.state_value(place) for place in assignment.tps}


class Consumer(driver.Consumer):
    """Delivers the records fetched for one partition as one message."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_assigned(
        self, assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Start tasks first: fence the old owner before its position is read."""
        tasks = tasks_of(self.app)
        tasks.standing = self._standing
        try:
            await tasks.assign((tp.topic, tp.partition) for tp in assigned)
        except Exception as error:  # noqa: BLE001 - the worker ends with it
            self.app.opdbus_fail(error)
            return
        await super().on_partitions_assigned(assigned, generation_id)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let Faust empty its streams, then let the tasks go."""
        await super().on_partitions_revoked(revoked)
        await tasks_of(self.app).revoke((tp.topic, tp.partition) for tp in revoked)

    def _standing(self, place: tuple[str, int]) -> int | None:
        """Where the client stands in a partition; None while it does not know."""
        states = _states(self._thread._ensure_consumer())  # noqa: SLF001
        state = states.get(TopicPartition(*place))
        found: int | None = None if state is None else state._position  # noqa: SLF001
        return found

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109
        records, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            await self.perform_seek()
            return
        for tp, batch in records.items():
            if batch and (
                active is None or tp in active or tp in self._buffered_partitions
            ):
                yield tp, _as_message(tp, batch, generation)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Gaps need no bookkeeping: positions are those of whole batches."""

    def _new_offset(self, tp: TP) -> int | None:
        """Nothing for Faust to commit."""
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        return None


def _as_message(tp: TP, batch: list[Any], generation: int) -> ConsumerMessage:
    last = batch[-1]
    return ConsumerMessage(
        tp.topic,
        tp.partition,
        last.offset,
        last.timestamp / 1000.0,
        0,
        [],
        None,
        batch,
        None,
        0,
        0,
        tp,
        generation_id=generation,
    )


class Transport(driver.Transport):
    """`opdbus://host:port`: Kafka through aiokafka, one message per fetched batch."""

    Consumer = Consumer
