"""Faust transport that hands over whole fetched batches and leaves commits alone.

Subclass of Faust's aiokafka driver, found by URL scheme `opdbus://` through the entry
point group `faust.transports`. It goes round W1 to W5 and W9 to W11 of `faust.md`:
there is no per-event acknowledgement left that could skip, and the position travels
in each batch's own transaction.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bus.streams.wiring.tasks import TaskSet

# A client has one fetch in flight per broker; a partition whose records were just
# taken joins the next one only. A long wait would delay every hop by half of it.
FETCH_WAIT_MS = 20
TURN_SECONDS = 0.2
BUSY_SECONDS = 0.005


def tasks_of(app: Any) -> TaskSet:
    """The tasks a Faust app was built with (`worker.py` puts them there)."""
    found: TaskSet = app.opdbus_tasks
    return found


class Fetched(list[Any]):
    """Records of one partition with the stretch of the log that they cover.

    Attributes:
        start: position the fetch began at; None where it is not known for sure.
        end: position after it, control records included.
    """

    __slots__ = ("end", "start")

    def __init__(self, records: list[Any], start: int | None, end: int) -> None:
        super().__init__(records)
        self.start = start
        self.end = end


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Reads committed records only, and says which stretch of the log they cover.

    A batch asked for before a rebalance can arrive after it, and seeks run beside
    fetches. A task that took such a batch would leave a hole and commit behind it, so
    fetches and seeks take turns, and each batch says where it began.
    """

    _turns: asyncio.Lock | None = None

    def _turn(self) -> asyncio.Lock:
        """One lock per consumer, made in the thread whose loop uses it."""
        if self._turns is None:
            self._turns = asyncio.Lock()
        return self._turns

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
        async with self._turn():
            before = _states(consumer)
            begun = {place: state._position for place, state in before.items()}  # noqa: SLF001
            found = await super()._fetch_records(
                consumer,
                active_partitions,
                timeout=min(timeout or 0.0, TURN_SECONDS),
                max_records=max_records,
            )
            now = _states(consumer)
            return {
                place: Fetched(
                    records,
                    begun[place] if now[place] is before.get(place) else None,
                    now[place].position,
                )
                for place, records in found.items()
                if place in now
            }

    async def seek_to_committed(self) -> Any:
        return await self.call_thread(self._seek_to_committed)

    async def _seek_to_committed(self) -> Any:
        async with self._turn():
            return await self._ensure_consumer().seek_to_committed()

    async def _seek_wait(self, consumer: Any, partitions: Any) -> None:
        async with self._turn():
            await super()._seek_wait(consumer, partitions)


def _states(consumer: Any) -> dict[Any, Any]:
    """The client's own state of each assigned partition."""
    subscription = consumer._subscription.subscription  # noqa: SLF001
    if subscription is None or subscription.assignment is None:
        return {}
    assignment = subscription.assignment
    return {place: assignment.state_value(place) for place in assignment.tps}


class Consumer(driver.Consumer):
    """Gives the records fetched for one partition to its task, as one batch."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_assigned(
        self, assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Start tasks first: fence the old owner before its position is read."""
        tasks = tasks_of(self.app)
        tasks.rewind, tasks.standing = self._rewind, self._standing
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

    async def _rewind(self, place: tuple[str, int], offset: int) -> None:
        """Read one partition again from where its task stands."""
        await self.seek_wait({TP(*place): offset})

    def _standing(self, place: tuple[str, int]) -> int | None:
        """Where the client stands in a partition; None while it does not know."""
        states = _states(self._thread._ensure_consumer())  # noqa: SLF001
        state = states.get(TopicPartition(*place))
        found: int | None = None if state is None else state._position  # noqa: SLF001
        return found

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109
        """Hand fetched batches straight to the tasks; Faust sees none of them.

        Its way from here to an agent (conductor, buffers, streams) keeps state per
        assignment and lost batches in rebalances when it was tried.
        """
        if not self.flow_active:
            await self.wait(self.can_resume_flow)
        tasks = tasks_of(self.app)
        wanted = {
            tp
            for tp in self._get_active_partitions()
            if tasks.wants((tp.topic, tp.partition))
        }
        if not wanted:
            await asyncio.sleep(BUSY_SECONDS)
        elif not self.should_stop:
            for batch in (await self._getmany(wanted, timeout)).values():
                if batch:
                    tasks.submit(batch)
        nothing: tuple[tuple[TP, Any], ...] = ()
        for never in nothing:
            yield never

    def _new_offset(self, tp: TP) -> int | None:
        """Nothing for Faust to commit: positions travel in the transactions."""


class Transport(driver.Transport):
    """`opdbus://host:port`: Kafka through aiokafka, whole batches for the tasks."""

    Consumer = Consumer
