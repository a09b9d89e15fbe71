"""What serves apps that pull: put together from their grants."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bus.errors import OpdBusError
from bus.gateway.pull.access import Porter
from bus.gateway.pull.access_book import AccessBook
from bus.gateway.pull.app import Counter, Shop, pull_routes
from bus.gateway.pull.cursor import Cursors
from bus.gateway.pull.readers import Readers
from bus.kafka.log_edges import LogEdges
from bus.kafka.page_reader import PageReader

if TYPE_CHECKING:
    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.contracts import Catalog
    from bus.gateway.pull.grants import Grants
    from bus.health import Health
    from bus.serde import Serde

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class Pulling:
    """Paths of the gateway for apps that pull.

    Args:
        grants: loaded grants.
        settings: where Kafka is.
        tenant: whose topics.
        tools: contracts, bytes to values and back, the tenant's secret, the time.
        health: of the process.

    Attributes:
        routes: the paths.
    """

    def __init__(
        self,
        grants: Grants,
        settings: Settings,
        tenant: Tenant,
        tools: tuple[Catalog, Serde, bytes, Clock],
        health: Health,
    ) -> None:
        catalog, serde, secret, clock = tools
        self._edges = edges = LogEdges(settings.bootstrap)
        self._readers = Readers(
            lambda topic: PageReader(settings.bootstrap, topic, edges), clock
        )
        part = health.part("pull")
        self._book = AccessBook(settings, tenant, serde, catalog, clock)
        shop = Shop(serde, Cursors(secret), self._readers, self._book, clock, part)
        self._grants = grants
        self._porter = Porter(grants.accesses, clock, ZoneInfo(tenant.zona_waktu))
        self._counter = Counter(self._porter, shop)
        self.routes = pull_routes(self._counter)

    async def run(self) -> None:
        """Tend what is open until cancelled; close it then."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._book_open())
                group.create_task(self._counter.tend())
                group.create_task(self._watch())
        finally:
            await self._book.close()
            await self._readers.close()
            await self._edges.stop()

    async def _book_open(self) -> None:
        with suppress(OpdBusError):  # the first request tries again, and tells
            await self._book.open()

    async def _watch(self) -> None:
        """Put changed grants in force, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                changed = await asyncio.to_thread(self._grants.reload)
            except OSError as error:  # the folder itself cannot be read
                log.warning("grants stay as they are: %s", error)
                continue
            if changed:
                self._porter.take(self._grants.accesses)
