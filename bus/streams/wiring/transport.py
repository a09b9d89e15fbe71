"""Faust transport that leaves the data to the tasks and keeps group membership.

Subclass of Faust's aiokafka driver, found by URL scheme `opdbus://` through the entry
point group `faust.transports`. Faust runs the service, joins the group and says which
partitions are ours; the tasks pull batches themselves (`feed.py`) and commit positions
in their own transactions. So nothing of Faust's per-event acknowledgement is left that
could skip, mix or repeat (`faust.md` W1 to W5, W9 to W11). All tasks run on the loop
of Faust's consumer thread, where the Kafka client lives.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiokafka.coordinator.assignors.sticky.sticky_assignor import (
    StickyPartitionAssignor,
)
from faust.transport.drivers import aiokafka as driver

from bus.streams.wiring.feed import FETCH_BYTES, Feed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from faust.types import TP

    from bus.streams.wiring.tasks import TaskSet

# A client has one fetch in flight per broker; a partition whose records were just
# taken joins the next one only. A long wait would delay every hop by half of it.
FETCH_WAIT_MS = 20


def tasks_of(app: Any) -> TaskSet:
    """The tasks a Faust app was built with (`worker.py` puts them there)."""
    found: TaskSet = app.opdbus_tasks
    return found


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Reads committed records only, keeps tasks over a rebalance, moves few of them."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no setting for these.
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        consumer._fetch_max_bytes = FETCH_BYTES  # noqa: SLF001
        assignors = [StickyPartitionAssignor]
        consumer._partition_assignment_strategy = assignors  # noqa: SLF001
        return consumer

    async def on_start(self) -> None:
        await super().on_start()
        tasks = tasks_of(self.app)
        await tasks.start(Feed(self._ensure_consumer(), tasks.fail))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """A rebalance begins: finish the batches in work; all tasks stay for now."""
        await tasks_of(self.app).pause()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(
        self, assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Let go what is not ours any more, start what is new, go on with the rest."""
        places = [(tp.topic, tp.partition) for tp in assigned]
        tasks_of(self.app).claim(places)
        await super().on_partitions_assigned(assigned, generation_id)
        try:
            await tasks_of(self.app).assign(places)
        except Exception as error:  # noqa: BLE001 - the worker ends with it
            tasks_of(self.app).fail(error)

    async def on_thread_stop(self) -> None:
        await tasks_of(self.app).stop()
        await super().on_thread_stop()


class Consumer(driver.Consumer):
    """Subscribes to the topics of the tasks; hands no record to Faust."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def subscribe(self, topics: Iterable[str]) -> None:
        await super().subscribe(tasks_of(self.app).topics)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109
        await asyncio.sleep(timeout)
        nothing: tuple[tuple[TP, Any], ...] = ()
        for found in nothing:
            yield found

    async def perform_seek(self) -> None:
        """Positions are those of the tasks."""

    async def commit(self, *_: Any, **__: Any) -> bool:
        """Nothing for Faust to commit: positions travel in the transactions."""
        return False

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's own stall detector is blind (`faust.md` W11); see `watchdog.py`."""


class Transport(driver.Transport):
    """`opdbus://host:port`: Kafka through aiokafka, partitions run by tasks."""

    Consumer = Consumer
