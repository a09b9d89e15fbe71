"""Warm copies of the state that other workers own, so that taking over is quick.

A worker follows the changelogs of all partitions it does not own into local copies.
When the group gives it one, the task opens the copy and reads only what is missing.
A copy that cannot be followed is left alone; the task then recovers as usual.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.ending import end
from bus.errors import OpdBusError
from bus.kafka.failures import kafka_errors
from bus.kafka.stopping import stop_client
from bus.kafka.store import ChangelogStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bus.streams.wiring.stage import Stage, TaskSetting

PAUSE_SECONDS = 5.0
MOST_RECORDS = 2000
log = structlog.get_logger(__name__)


class Standby:
    """Copies of what this worker does not own; use it on one event loop.

    Args:
        stages: all stages of the application.
        shared: bootstrap, folders, tenant.
    """

    def __init__(self, stages: Sequence[Stage], shared: TaskSetting) -> None:
        self._shared = shared
        self._names = {s.changelog: s.name for s in stages if s.changelog}
        self._stores: dict[TopicPartition, ChangelogStore] = {}
        self._wanted: set[TopicPartition] = set()
        self._following: asyncio.Task[None] | None = None

    def places(self, owned: Iterable[tuple[str, int]]) -> set[TopicPartition]:
        """Changelog partitions of all stages but the ones named.

        Args:
            owned: stage name and partition of the tasks of this worker.
        """
        mine = set(owned)
        return {
            TopicPartition(changelog, partition)
            for changelog, name in self._names.items()
            for partition in range(self._shared.tenant.partisi)
            if (name, partition) not in mine
        }

    async def follow(self, owned: Iterable[tuple[str, int]]) -> None:
        """Let go the copies of what this worker owns now, follow all the others.

        A copy that is followed already stays open: only the reading begins anew, at
        the positions of the copies.
        """
        wanted = self.places(owned)
        following = self._following is not None and not self._following.done()
        if following and wanted == self._wanted:
            return
        await self._pause()
        self._close(self._stores.keys() - wanted)
        self._wanted = wanted
        if wanted:
            self._following = asyncio.create_task(self._follow(wanted))

    async def stop(self) -> None:
        """Close all copies."""
        await self._pause()
        self._close(set(self._stores))

    async def _pause(self) -> None:
        if self._following is not None:
            following, self._following = self._following, None
            await end(following)

    def _close(self, places: Iterable[TopicPartition]) -> None:
        for place in places:
            self._stores.pop(place).close()

    async def _follow(self, wanted: set[TopicPartition]) -> None:
        while True:
            try:
                await self._read(wanted)
            except OpdBusError as error:
                log.info("standby state waits", reason=str(error))
            self._close(set(self._stores))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _read(self, wanted: set[TopicPartition]) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._shared.bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
        )
        with kafka_errors("standby state"):
            try:
                await consumer.start()
                consumer.assign(list(wanted))
                for place in wanted:
                    store = self._stores.get(place) or self._open(place)
                    consumer.seek(place, store.position or 0)
                while True:
                    found = await consumer.getmany(
                        timeout_ms=500, max_records=MOST_RECORDS
                    )
                    for place, records in found.items():
                        self._apply(place, records)
                    await asyncio.sleep(0)
            finally:
                await stop_client(consumer)

    def _open(self, place: TopicPartition) -> ChangelogStore:
        folder = self._shared.folder(self._names[place.topic], place.partition)
        store = ChangelogStore(folder)
        store.open()
        self._stores[place] = store
        return store

    def _apply(self, place: TopicPartition, records: Sequence[object]) -> None:
        store = self._stores[place]
        changes: dict[bytes, bytes | None] = {
            record.key: record.value  # type: ignore[attr-defined]
            for record in records
        }
        end = records[-1].offset + 1  # type: ignore[attr-defined]
        store.apply(changes, end, store.after(changes))
