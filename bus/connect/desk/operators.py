"""Operators of a process that takes what others send: what they want, what they see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.connect.control.follower import WishFollower
from bus.connect.control.presence import Presence
from bus.connect.control.topic import ControlTopic
from bus.ending import end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.control.topic import Wish
    from bus.connect.reading.task import Collecting


class Operators:
    """Hears their wishes, and lets them see that the process is there.

    Args:
        shared: parts of the process.
        heard: given all wishes that hold, then each new one.
        known: called when those that hold have been given.
    """

    def __init__(
        self,
        shared: Collecting,
        heard: Callable[[Sequence[Wish]], None],
        known: Callable[[], None],
    ) -> None:
        tenant = shared.tenant.id
        self._control = ControlTopic(
            shared.settings, tenant, shared.serde, shared.catalog
        )
        self._presence = Presence(
            shared.settings, tenant, self._control.topic, shared.worker
        )
        self._follower = WishFollower(self._control, shared.topics_ready, heard)
        self._known = known
        self._there: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Listen until cancelled; a broker that is away is waited for."""
        try:
            await self._follower.run(self._begin)
        finally:
            if self._there is not None:
                await end(self._there)
            await self._control.stop()

    async def _begin(self) -> None:
        self._known()
        if self._there is None:
            self._there = asyncio.create_task(self._presence.run(), name="presence")
