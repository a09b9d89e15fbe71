"""From taking a task over to letting it go: position, memory, source, writer.

The order of the start matters: the writer first, which fences the previous owner
and settles what it left open, then the position and the memory, then the source.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bus.connect.edge.filter import EDGE, EdgeFilter
from bus.connect.edge.heard import HEARD
from bus.connect.reading.budget import Budget
from bus.connect.reading.position import committed_position
from bus.connect.reading.read_ahead import ReadAhead
from bus.connect.reading.returning import Returning
from bus.connect.reading.step import Step, Stepper
from bus.connect.rows.bulk import Bulk
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.record_maker import (
    LETTER,
    OFFSET,
    ROW,
    STATUS,
    TASK,
    Prepared,
    RecordMaker,
)
from bus.connect.source import Reading
from bus.errors import FatalError, OpdBusError
from bus.kafka.reader import read_committed
from bus.kafka.writer import TransactionalWriter

if TYPE_CHECKING:
    from bus.connect.files.connector import Connector
    from bus.connect.reading.task import Collecting
    from bus.kafka.staging import Staging
    from bus.record import Value

TOGETHER = 1000
"""Rows of the memory decoded in one go."""

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


class Session:
    """One ownership of one task.

    Args:
        connector: loaded connector.
        shared: parts of the process.
        in_thread: runs a function in the task's own thread.
    """

    def __init__(
        self, connector: Connector, shared: Collecting, in_thread: InThread
    ) -> None:
        tenant = shared.tenant.id
        self._connector = connector
        self._shared = shared
        self._in_thread = in_thread
        name = f"connect-{tenant}-{connector.name}-{TASK}"
        self._writer = TransactionalWriter(shared.settings.bootstrap, name)
        self._source: ReadAhead | None = None
        self._stepper: Stepper | None = None
        self._kept: RowMemory | None = None
        self._committed: str | None = None
        self._edge: EdgeFilter | None = None
        self._returning: Returning | None = None
        if connector.spec.give_back is not None:
            self._returning = Returning(connector, shared.catalog, tenant, shared.clock)
        self._partitions: dict[str, int] = {}
        ce_source = f"/{tenant}/{connector.definition.app}/{connector.objek}"
        names = (tenant, connector.name, ce_source)
        self._maker = RecordMaker(names, shared.serde, shared.catalog, self._partitions)

    async def start(self) -> str | None:
        """Take the task over.

        Returns:
            The committed position, None if it has never run.

        Raises:
            RetriableError: broker or registry away. ConfigError: source not valid.
        """
        await self._writer.start()
        for topic in self._topics():
            self._partitions[topic] = await self._writer.partition_count(topic)
        clock = self._shared.clock
        opened = await self._in_thread(
            lambda: self._connector.open(
                clock,
                lambda: self._committed,
                self._returning.give if self._returning else None,
            )
        )
        self._source = source = ReadAhead(opened, self._connector.name)
        position, rows = await committed_position(self._connector.name, self._shared)
        edge = self._connector.definition.edge
        reading = source.reading if edge is None else Reading(remembers_all=False)
        if edge is not None:
            self._edge = EdgeFilter(edge)
        memory = await self._memory(reading)
        budget = Budget(self._connector.name, self._connector.definition.batas)
        engine = RowEngine(
            self._connector,
            reading,
            memory,
            self._maker.source,
            self._maker.encoder,
            keep_values=False,
        )
        bulk = Bulk(self._connector, reading, memory, self._maker)
        engines, memories = (engine, bulk), (memory, self._edge)
        self._stepper = Stepper(source, engines, memories, self._maker, budget, clock)
        self._stepper.resume(position, rows)
        self._committed = position
        return position

    def take(self, position: str | None) -> Step:
        """Poll and prepare; call it in the task's thread."""
        if self._stepper is None:
            raise FatalError(f"{self._connector.name}: session was not started")
        step = self._stepper.take(position, self._writer.stage())
        if self._returning is not None:
            self._returning.saw(step)
        return step

    async def commit(self, step: Step) -> None:
        """All records of a step in one transaction.

        Raises:
            FencedError, RetriableError: as `send`.
        """
        await self.send(step.staged)
        self._committed = step.kept

    async def send(self, staged: Staging) -> None:
        """All records in one transaction.

        Raises:
            FencedError: another worker has the task. RetriableError: broker away.
        """
        await self._writer.begin(staged)
        await self._writer.commit()

    async def tell(self, state: str, message: str | None) -> None:
        """Write the task's state to the status topic."""
        now = self._shared.clock.now_ms()
        worker = self._shared.worker

        def record() -> Prepared:
            return self._maker.status(state, message, worker, now)

        staged = self._writer.stage()
        staged.append(*await self._in_thread(record))
        await self.send(staged)

    async def close(self) -> None:
        """Let go of source and writer."""
        if self._source is not None:
            await self._in_thread(self._source.close)
        if self._kept is not None:
            await self._in_thread(self._kept.close)
        with suppress(OpdBusError):
            await self._writer.stop()

    def _topics(self) -> list[str]:
        refs = {
            ref
            for mapping in self._connector.compiled.contracts
            for ref in mapping.values()
        }
        own = [self._maker.topic_of(name) for name in (OFFSET, ROW, LETTER, STATUS)]
        return sorted({*map(self._maker.topic, refs), *own})

    def _keep(self, row: Value, memory: RowMemory, *, marked: bool) -> None:
        """A record of the memory: of a row, or of a device of `edge:`."""
        if row["ref"] != HEARD and not row["ref"].startswith(EDGE):
            memory.load(row, marked=marked)
        elif self._edge is not None:
            self._edge.load(row["ref"], row["row"])

    async def _memory(self, reading: Reading) -> RowMemory:
        decode, folder = self._shared.serde.decode, None
        if reading.remembers_all:
            folder = self._shared.settings.state_dir / "rows" / self._connector.name
        self._kept = memory = RowMemory(folder)
        start = f"{self._connector.name}|".encode()
        bootstrap, topic = self._shared.settings.bootstrap, self._maker.topic_of(ROW)
        read: list[tuple[bytes, bytes | None]] = []

        def load() -> None:
            for key, data in read:
                if data is None:
                    memory.unload(key[len(start) :].decode())
                else:
                    marked = not reading.remembers_all
                    self._keep(decode(data)[1], memory, marked=marked)
            read.clear()

        async with self._shared.loading:  # all at once would need room for each
            async for record in read_committed(bootstrap, topic):
                if record.key is not None and record.key.startswith(start):
                    read.append((record.key, record.value))
                    if len(read) == TOGETHER:
                        await self._in_thread(load)
            await self._in_thread(load)
        return memory
