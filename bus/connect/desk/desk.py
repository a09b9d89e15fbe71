"""What operators see of connectors and do to them, through Kafka alone.

Nothing here talks to a worker. A wish is a record that all workers read; a position
is moved by taking the task over, which fences whoever runs it, and writing the new
position as its owner; the worker then starts from there.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bus.connect.control.presence import doors_group
from bus.connect.control.topic import ControlTopic, Wish, wish_of
from bus.connect.desk.standing import Standing
from bus.connect.desk.stored_position import INCREMENTAL, StoredPosition
from bus.connect.reading.roster import group_of
from bus.connect.rows.record_maker import (
    OFFSET,
    ROW,
    STATUS,
    TASK,
    Prepared,
    RecordMaker,
)
from bus.connect.rows.remembered import all_differs, row_differs
from bus.errors import ConfigError, FatalError
from bus.kafka.members import members_of
from bus.kafka.partitioner import partition_once
from bus.kafka.reader import read_committed
from bus.kafka.writer import TransactionalWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.contracts import Catalog
    from bus.serde import Serde

_AT_ONCE = 5000
"""Memory records in one transaction."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the desk needs of the process."""

    settings: Settings
    tenant: str
    serde: Serde
    catalog: Catalog
    clock: Clock


class Desk:
    """Reads and writes the records; use it from one event loop.

    Args:
        parts: of the process.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._control = ControlTopic(
            parts.settings, parts.tenant, parts.serde, parts.catalog
        )
        self._partitions: dict[str, int] = {}

    async def standings(self) -> dict[str, Standing]:
        """Every connector that has ever run or was told something, by name.

        Raises:
            RetriableError: the broker is not there.
        """
        found: dict[str, Standing] = {}
        alive = await self._alive()
        for value in await self._values(STATUS):
            found[value["connector"]] = Standing(
                value["connector"],
                value["state"],
                value["worker"],
                value["worker"] in alive,
                value["message"],
                value["updated_at"],
            )
        for value in await self._values(OFFSET):
            name = value["connector"]
            found[name] = replace(
                found.get(name, Standing(name)),
                position=StoredPosition(value["cursor"]),
                rows=value["rows"],
                moved_ms=value["updated_at"],
            )
        for wish in await self._wishes():
            standing = found.get(wish.connector, Standing(wish.connector))
            found[wish.connector] = replace(standing, wish=wish)
        return dict(sorted(found.items()))

    async def _alive(self) -> frozenset[str]:
        """Names of the processes that run sources or take what others send."""
        tenant, bootstrap = self._parts.tenant, self._parts.settings.bootstrap
        groups = (group_of(tenant), doors_group(tenant))
        found = [await members_of(bootstrap, group) for group in groups]
        return frozenset().union(*found)

    async def standing(self, name: str) -> Standing:
        """One connector.

        Raises:
            ConfigError: it has never run; the message lists those that have.
        """
        found = await self.standings()
        if name not in found:
            raise ConfigError(
                f"connector {name!r} has never run here; there are: "
                f"{', '.join(found) or 'none'}"
            )
        return found[name]

    async def say(self, standing: Standing, wanted: str, reason: str | None) -> Wish:
        """Write what is wanted; a task that runs, failed or paused starts anew."""
        restart = standing.wish.restart + 1 if standing.wish else 1
        now = self._parts.clock.now_ms()
        wish = Wish(standing.name, wanted, restart, reason, now)
        async with self._owner(f"desk-{standing.name}") as writer:
            await self._know(writer, self._control.topic)
            await self._write(writer, [self._maker(standing.name).wish(wish)])
        return wish

    async def remembered(self, name: str) -> int:
        """How many rows are remembered for a connector."""
        return len(await self._memory(name))

    async def move(self, standing: Standing, cursor: str | None) -> None:
        """Take the task over and write its new position.

        Args:
            standing: whose.
            cursor: new position; None is the beginning, and every row is told again:
                by a source that remembers its rows as a correction, by others with
                the id it had.
        """
        name = standing.name
        forget = standing.position.kind == INCREMENTAL
        async with self._owner(f"{name}-{TASK}") as writer:
            await self._known(writer, name)
            records = await self._anew(name, forget=forget, all_again=cursor is None)
            for start in range(0, len(records), _AT_ONCE):
                await self._write(writer, records[start : start + _AT_ONCE])
            await self._write(writer, [self._position(standing, cursor)])

    async def reread(
        self, standing: Standing, refs: frozenset[str], cursor: str | None
    ) -> None:
        """Take the task over so that these rows count as not read yet.

        Args:
            standing: whose.
            refs: references of rows, without app and object. What was told of them
                before stays known, so a row that differs now is a correction.
            cursor: position from which they are met again; None keeps the present.
        """
        name = standing.name
        async with self._owner(f"{name}-{TASK}") as writer:
            topic = await self._known(writer, name)
            encode = self._parts.serde.encoder(topic, ROW)
            records: list[Prepared] = [
                (
                    topic,
                    self._partition(topic, key),
                    key,
                    encode(_spoilt(value, row_differs)),
                    [],
                )
                for key, value in (await self._memory(name)).items()
                if value["ref"] in refs
            ]
            if cursor is not None:
                records.append(self._position(standing, cursor))
            if records:
                await self._write(writer, records)

    async def _known(self, writer: TransactionalWriter, name: str) -> str:
        """Ask for the partitions of position and memory; the memory's topic."""
        topics = [self._maker(name).topic_of(one) for one in (OFFSET, ROW)]
        for topic in topics:
            await self._know(writer, topic)
        return topics[-1]

    def _position(self, standing: Standing, cursor: str | None) -> Prepared:
        maker = self._maker(standing.name)
        if cursor is not None:
            return maker.position(cursor, standing.rows, self._parts.clock.now_ms())
        key = f"{standing.name}|{TASK}".encode()
        topic = maker.topic_of(OFFSET)
        return topic, self._partition(topic, key), key, None, []

    async def _anew(
        self, name: str, *, forget: bool, all_again: bool
    ) -> list[Prepared]:
        """Memory records after which rows are read as new ones, or as changed ones."""
        if not forget and not all_again:
            return []
        topic = self._maker(name).topic_of(ROW)
        encode = self._parts.serde.encoder(topic, ROW)
        records: list[Prepared] = []
        for key, value in (await self._memory(name)).items():
            data = None if forget else encode(_spoilt(value, all_differs))
            records.append((topic, self._partition(topic, key), key, data, []))
        return records

    async def _memory(self, name: str) -> dict[bytes, dict[str, Any]]:
        start = f"{name}|".encode()
        found: dict[bytes, dict[str, Any]] = {}
        topic = self._maker(name).topic_of(ROW)
        async for record in read_committed(self._parts.settings.bootstrap, topic):
            if record.key is None or not record.key.startswith(start):
                continue
            if record.value is None:
                found.pop(record.key, None)
            else:
                found[record.key] = self._parts.serde.decode(record.value)[1]
        return found

    async def _values(self, event_type: str) -> list[dict[str, Any]]:
        """The last value of each key; empty if the topic does not exist yet."""
        topic = self._maker("").topic_of(event_type)
        last: dict[bytes, bytes | None] = {}
        try:
            async for record in read_committed(self._parts.settings.bootstrap, topic):
                last[record.key or b""] = record.value
        except FatalError:
            return []  # no worker has made it
        return [self._parts.serde.decode(data)[1] for data in last.values() if data]

    async def _wishes(self) -> list[Wish]:
        values = await self._values("ConnectorControl")
        return [wish_of(value) for value in values]

    def _maker(self, name: str) -> RecordMaker:
        names = (self._parts.tenant, name, f"/{self._parts.tenant}/operator")
        return RecordMaker(
            names, self._parts.serde, self._parts.catalog, self._partitions
        )

    @asynccontextmanager
    async def _owner(self, task: str) -> AsyncIterator[TransactionalWriter]:
        """The owner of a task's transactional id; who had it before is fenced."""
        name = f"connect-{self._parts.tenant}-{task}"
        writer = TransactionalWriter(self._parts.settings.bootstrap, name)
        await writer.start()
        try:
            yield writer
        finally:
            await writer.stop()

    async def _know(self, writer: TransactionalWriter, topic: str) -> None:
        self._partitions[topic] = await writer.partition_count(topic)

    def _partition(self, topic: str, key: bytes) -> int:
        count = self._partitions[topic]
        return 0 if count == 1 else partition_once(key, count)

    async def _write(
        self, writer: TransactionalWriter, records: list[Prepared]
    ) -> None:
        staged = writer.stage()
        for record in records:
            staged.append(*record)
        await writer.begin(staged)
        await writer.commit()


def _spoilt(value: dict[str, Any], how: Callable[[bytes], bytes]) -> dict[str, Any]:
    return {**value, "hash": how(value["hash"])}
