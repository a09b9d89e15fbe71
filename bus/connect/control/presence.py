"""Showing operators that a process is there which shares its work with nobody."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bus.errors import RetriableError
from bus.kafka.name_group import Membership, Place

if TYPE_CHECKING:
    from bus.config.settings import Settings

log = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0


def doors_group(tenant: str) -> str:
    """The consumer group of a tenant's processes that take what others send."""
    return f"connect-{tenant}-doors"


class Presence:
    """Membership in that group; it hands out nothing.

    Args:
        settings: broker.
        tenant: tenant id.
        topic: any topic that exists.
        worker: name of the process, as its status records tell it.
    """

    def __init__(
        self, settings: Settings, tenant: str, topic: str, worker: str
    ) -> None:
        place = Place(settings.bootstrap, doors_group(tenant), topic, worker)
        self._membership = Membership(place, dict, lambda _: {}, lambda _: None)

    async def run(self) -> None:
        """Be there until cancelled; a broker that is away is waited for."""
        try:
            while True:
                try:
                    await self._membership.start()
                    await asyncio.Event().wait()
                except RetriableError as error:
                    log.debug("%s", error)
                    await asyncio.sleep(AGAIN_SECONDS)
        finally:
            await self._membership.stop()
