"""What serves apps that pull: put together from their grants."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bus.errors import ConfigError, OpdBusError
from bus.gateway.pull.access import Porter, access
from bus.gateway.pull.access_book import AccessBook
from bus.gateway.pull.app import Counter, Shop, pull_routes
from bus.gateway.pull.cursor import Cursors
from bus.gateway.pull.grant import Rules, compile_grant
from bus.gateway.pull.grant_file import read_grant, tokens_of
from bus.gateway.pull.readers import Readers
from bus.kafka.log_edges import LogEdges
from bus.kafka.page_reader import PageReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.contracts import Catalog
    from bus.gateway.pull.access import Access
    from bus.gateway.pull.grant import Grant
    from bus.health import Health
    from bus.serde import Serde


def load_grants(
    paths: Iterable[Path], catalog: Catalog, tenant: Tenant, secret: bytes
) -> list[Grant]:
    """Grants without their tokens, to be looked at.

    Raises:
        ConfigError: every problem of every file.
    """
    rules = Rules(catalog, tenant.id, ZoneInfo(tenant.zona_waktu), secret)
    grants: list[Grant] = []
    problems: list[str] = []
    for path in paths:
        try:
            file, _ = read_grant(path)
            grants.append(compile_grant(file, path, rules))
        except ConfigError as error:
            problems += error.problems
    names = [grant.name for grant in grants]
    problems += [
        f"grant {name!r} is in two of the files; names must differ"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if problems:
        raise ConfigError(*problems)
    return grants


def load_accesses(
    paths: Sequence[Path], catalog: Catalog, tenant: Tenant, secret: bytes
) -> list[Access]:
    """Grants with their tokens.

    Raises:
        ConfigError: as `load_grants`, or a token is missing or used twice.
    """
    grants = load_grants(paths, catalog, tenant, secret)
    tokens: list[list[str]] = []
    problems: list[str] = []
    for path in paths:
        try:
            tokens.append(tokens_of(*read_grant(path)))
        except ConfigError as error:
            problems += error.problems
    flat = [token for each in tokens for token in set(each)]
    if len(set(flat)) < len(flat):
        problems.append("two grants have the same token; give each app its own")
    if problems:
        raise ConfigError(*problems)
    return [access(grant, each) for grant, each in zip(grants, tokens, strict=True)]


class Pulling:
    """Paths of the gateway for apps that pull.

    Args:
        accesses: grants with their tokens.
        settings: where Kafka is.
        tenant: whose topics.
        tools: contracts, bytes to values and back, the tenant's secret, the time.
        health: of the process.

    Attributes:
        routes: the paths.
    """

    def __init__(
        self,
        accesses: Sequence[Access],
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
        porter = Porter(accesses, clock, ZoneInfo(tenant.zona_waktu))
        self._counter = Counter(porter, shop)
        self.routes = pull_routes(self._counter)

    async def run(self) -> None:
        """Tend what is open until cancelled; close it then."""
        try:
            with suppress(OpdBusError):  # the first request tries again, and tells
                await self._book.open()
            await self._counter.tend()
        finally:
            await self._book.close()
            await self._readers.close()
            await self._edges.stop()
