"""How far consumer groups are behind: in records, and in seconds of age.

Asked from the broker, not from the consumer, so that it stays true while a consumer
is stuck, blocked by its receiver or dead.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.clock import Clock
from bus.errors import RetriableError
from bus.kafka.async_admin import AsyncAdmin
from bus.kafka.coordinator import answered
from bus.kafka.failures import kafka_errors
from bus.kafka.starting import started
from bus.kafka.stopping import stop_client
from bus.metrics import set_lag

log = logging.getLogger(__name__)

Ends = dict[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Lag:
    """One partition of one group.

    Attributes:
        records: log end (last stable offset) minus committed offset.
        seconds: age of the oldest record not yet committed, 0 when none waits.
    """

    component: str
    topic: str
    partition: int
    records: int
    seconds: float


class LagPoller:
    """Asks the broker about consumer groups; holds one connection of its own.

    Args:
        bootstrap: Kafka bootstrap servers.
        groups: metric label `component` → consumer group id.
        clock: for the age of the oldest record.
    """

    def __init__(self, bootstrap: str, groups: Mapping[str, str], clock: Clock) -> None:
        self._groups = groups
        self._clock = clock
        self._admin = AsyncAdmin(bootstrap_servers=bootstrap, client_id="opdbus-lag")
        self._reader = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            client_id="opdbus-lag",
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=4096,
        )

    async def start(self) -> None:
        """Connect; `stop` it even if that fails.

        Raises:
            RetriableError: the broker is not there.
        """
        with kafka_errors("lag poller"):
            async with started(self._admin), started(self._reader):
                pass

    async def stop(self) -> None:
        """Close connections."""
        await self._admin.stop()
        await stop_client(self._reader)

    async def poll(self) -> list[Lag]:
        """The lag of every partition on which a group has a position.

        A broker that was restarted and still reads the positions is waited for.

        Raises:
            RetriableError: the broker did not answer.
        """
        with kafka_errors("lag poller"):
            found = []
            for component, group in self._groups.items():
                found.extend(await self._of_group(component, group))
            return found

    async def _of_group(self, component: str, group: str) -> list[Lag]:
        offsets = await answered(
            lambda: self._admin.list_consumer_group_offsets(group), f"lag of {group}"
        )
        at = {place: stand.offset for place, stand in offsets.items()}
        at = {place: offset for place, offset in at.items() if offset >= 0}
        if not at:
            return []
        ends: Ends = await self._reader.end_offsets(list(at))
        behind = {place: offset for place, offset in at.items() if offset < ends[place]}
        times = await self._oldest(behind, ends)
        now = self._clock.now_ms()
        lags = []
        for place, offset in at.items():
            time_ms = times.get(place)
            records = ends[place] - offset if place in times else 0
            seconds = 0.0 if time_ms is None else max(0.0, (now - time_ms) / 1000)
            lags.append(Lag(component, place.topic, place.partition, records, seconds))
        return lags

    async def _oldest(
        self, behind: Ends, ends: Ends
    ) -> dict[TopicPartition, int | None]:
        """Time of the first record not committed.

        Absent where only control records follow, None where nobody answered in time.
        """
        times: dict[TopicPartition, int | None] = {}
        if not behind:
            return times
        self._reader.assign(list(behind))
        for place, offset in behind.items():
            self._reader.seek(place, offset)
        waiting = set(behind)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + 5
        while waiting and loop.time() < deadline:
            found = await self._reader.getmany(*waiting, timeout_ms=200, max_records=1)
            for place, records in found.items():
                if records[0].offset < ends[place]:
                    times[place] = records[0].timestamp
            waiting = {
                place
                for place in waiting - set(times)
                if await self._reader.position(place) < ends[place]
            }
        return times | dict.fromkeys(waiting)


async def watch_lag(
    bootstrap: str, groups: Mapping[str, str], clock: Clock, every_seconds: float = 5.0
) -> None:
    """Keep `opdbus_lag_*` up to date until cancelled; survives broker restarts."""
    while True:
        poller = LagPoller(bootstrap, groups, clock)
        try:
            await poller.start()
            while True:
                for lag in await poller.poll():
                    set_lag(*_parts(lag))
                await asyncio.sleep(every_seconds)
        except RetriableError as error:
            log.warning("lag is not known at the moment: %s", error)
        finally:
            await poller.stop()
        await asyncio.sleep(every_seconds)


def _parts(lag: Lag) -> tuple[str, str, int, int, float]:
    return lag.component, lag.topic, lag.partition, lag.records, lag.seconds
