"""Where all contestants run: one broker, one schema registry, topics of their own."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.config.load import load_tenant
from bus.contracts import Catalog, topic_name
from bus.errors import FatalError
from bus.kafka.admin import Admin
from bus.kafka.ends import LogEnds
from bus.kafka.partitioner import partition_once
from bus.kafka.topics import ensure_topics
from bus.kafka.writer import TransactionalWriter
from bus.record import headers_of
from bus.serde import HttpRegistry, Serde
from ops.benchmarks.streams.lap import lap
from ops.benchmarks.streams.ticket import SCHEMAS
from ops.kafka.container import broker_here
from ops.showcase.crew import Crew
from ops.showcase.metrics import ready
from ops.showcase.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

    from bus.record import Event

READY_SECONDS = 60.0
CHUNK = 5_000
OURS = re.compile(r"_|k\d{4}\.ukur\.[a-z.]+\.v1$")


class Track:
    """Use as a context manager; stops everything at the end.

    Args:
        folder: its own, thrown away by the caller.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self.stop = threading.Event()
        self._closing = ExitStack()
        self.crew = Crew()
        self.bootstrap = ""
        self.registry = ""
        self.catalog = Catalog.load(SCHEMAS)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _start(self) -> None:
        self.broker = broker_here(self.folder / "kafka")
        self._closing.enter_context(self.broker)
        self.bootstrap = self.broker.bootstrap
        self.town = Town(self.folder, self.bootstrap, {})
        self.registry = self.town.url("gateway")
        self._closing.callback(self.crew.stop)
        gateway = self.crew.start(self.town.child("gateway", "gateway", "run"))
        until = self.clock.monotonic() + READY_SECONDS
        while not ready(self.registry):
            if self.clock.monotonic() > until:
                raise FatalError(f"no registry after 60 s:\n{gateway.tail()}")
            self.stop.wait(0.05)
        registry = HttpRegistry(self.registry, self.folder / "schemas", self.clock)
        self._closing.callback(registry.close)
        self.serde = Serde(self.catalog, registry)
        self.tenant = load_tenant(self.town.settings.tenant_file)
        self.partitions = self.tenant.partisi
        self._ends = LogEnds(self.bootstrap, "", "_", committed=True)
        self._closing.callback(self._ends.close)

    def renew(self, tenant: str, refs: Iterable[str]) -> None:
        """Empty topics: deleted where they exist, then made."""
        wanted = list(refs)
        names = {topic_name(tenant, ref) for ref in wanted}
        with closing(Admin(self.bootstrap, "opdbus-bench")) as admin:
            if there := sorted(names & set(admin.list_topics())):
                admin.delete_topics(there)
            while names & set(admin.list_topics()):
                self.stop.wait(0.1)
        of = self.tenant.model_copy(update={"id": tenant})
        ensure_topics(self.town.settings, self.catalog, of, wanted)

    def clear(self) -> None:
        """Delete the topics that a contestant has made for itself."""
        with closing(Admin(self.bootstrap, "opdbus-bench")) as admin:
            gone = [name for name in admin.list_topics() if not OURS.match(name)]
            if gone:
                admin.delete_topics(gone)

    def feed(self, tenant: str, ref: str, events: Iterable[Event]) -> int:
        """Write events to a topic, keyed by murmur2; how many."""
        return asyncio.run(self._feed(topic_name(tenant, ref), events))

    async def _feed(self, topic: str, events: Iterable[Event]) -> int:
        writer = TransactionalWriter(self.bootstrap, f"feed-{topic}")
        await writer.start()
        count = 0
        try:
            await writer.begin()
            for event in events:
                key = event.key.encode()
                value = self.serde.encode(topic, event.type, event.value or {})
                place = partition_once(key, self.partitions)
                writer.append(topic, place, key, value, headers_of(event))
                count += 1
                if not count % CHUNK:
                    await writer.commit()
                    await writer.begin()
            await writer.commit()
        finally:
            await writer.stop()
        return count

    def settle(self) -> None:
        """Wait until topics have grown and then stay as they are."""
        before = self._ends.total()
        count = lambda: self._ends.total() - before  # noqa: E731
        lap([os.getpid()], count, self.clock, self.stop)

    def grown(self, tenant: str, ref: str) -> int:
        """Committed log ends of a topic, commit markers included."""
        return sum(self.ends_of(tenant, ref))

    def ends_of(self, tenant: str, ref: str) -> tuple[int, ...]:
        """The same by partition."""
        return self._ends.of(topic_name(tenant, ref), self.partitions)
