"""The sources of this worker: those of its files that the group gives it.

Files come and go, workers come and go, operators pause: each touches only the task it
is about. A task that two workers run for a moment is one: the later owner's
transactions fence the earlier's (`source_session`).
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from bus.connect.control.follower import WishFollower
from bus.connect.control.topic import ControlTopic
from bus.connect.reading.keepers import Keepers
from bus.connect.reading.sharing import Offer, share
from bus.connect.reading.worker_name import is_gone
from bus.ending import end
from bus.errors import ConfigError, RetriableError
from bus.kafka.members import remove_gone
from bus.kafka.name_group import Membership, Place, Told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bus.connect.reading.keepers import Offered
    from bus.connect.reading.task import Collecting
    from bus.health import Health

log = logging.getLogger(__name__)


class SourceRoster:
    """All sources a worker may run.

    Args:
        shared: parts of the process.
    """

    def __init__(self, shared: Collecting) -> None:
        self._shared = shared
        settings, tenant = shared.settings, shared.tenant.id
        self._control = ControlTopic(settings, tenant, shared.serde, shared.catalog)
        self._membership = Membership(
            Place(
                settings.bootstrap, group_of(tenant), self._control.topic, shared.worker
            ),
            self._tell,
            _decide,
            self._given,
        )
        self._offered: Offered = {}
        self._mine: frozenset[str] = frozenset()
        self._keepers = Keepers(shared)
        self._joined = False

    def offer(self, connectors: Offered) -> None:
        """The sources there are files for; call it whenever they change."""
        names = frozenset(connectors)
        changed = names != frozenset(self._offered)
        self._offered = connectors
        self._arrange()
        if changed and self._joined:
            self._membership.again()

    async def run(self, stop: asyncio.Event) -> list[str]:
        """Work until `stop`.

        Returns:
            One line for each source that had failed or paused itself at the end.
        """
        self._health().starting("joining the other workers")
        work = asyncio.create_task(self._follow(), name="control")
        ended = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, ended}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            await end(work, ended)
            problems = await self._close()
        return problems

    def _health(self) -> Health:
        """The part of the process's health that says whether the group has decided."""
        return self._shared.health.part("sources")

    async def _follow(self) -> None:
        ready, heard = self._shared.topics_ready, self._keepers.heard
        follower = WishFollower(self._control, ready, heard)
        await follower.run(self._join, self._away)

    def _away(self, reason: str) -> None:
        if not self._joined:
            self._health().not_ready(reason)

    async def _join(self) -> None:
        if not self._joined:
            await self._bury()
            await self._membership.start()
            self._joined = True

    async def _bury(self) -> None:
        """Nobody waits for the session of a worker of this host that was killed.

        Where this fails nothing is lost but seconds: the dead one is missed when its
        session is over. But why it failed is told until the group has decided: joining
        itself does not say that the broker has no coordinator, it waits for one.
        """
        group = group_of(self._shared.tenant.id)
        try:
            gone = await remove_gone(self._shared.settings.bootstrap, group, is_gone)
        except RetriableError as error:
            log.warning("%s", error)
            self._away(str(error))
        else:
            if gone:
                log.info("takes over from %s, which has ended", ", ".join(sorted(gone)))

    def _tell(self) -> Told:
        has = self._mine & frozenset(self._offered)
        return {"able": sorted(self._offered), "has": sorted(has)}

    def _given(self, names: frozenset[str]) -> None:
        if names != self._mine:
            log.info("this worker runs: %s", ", ".join(sorted(names)) or "nothing")
        self._mine = names
        self._arrange()
        self._health().ready()

    def _arrange(self) -> None:
        self._keepers.offer(self._offered, self._mine)

    async def _close(self) -> list[str]:
        """Leave the group last, when nothing runs here any more."""
        problems = await self._keepers.close()
        with suppress(RetriableError, ConfigError):
            await self._membership.stop()
        await self._control.stop()
        return problems


def group_of(tenant: str) -> str:
    """The consumer group in which a tenant's workers share its sources."""
    return f"connect-{tenant}-sources"


def _decide(told: Mapping[str, Told]) -> Mapping[str, list[str]]:
    offers = {
        worker: Offer(frozenset(said.get("able", ())), frozenset(said.get("has", ())))
        for worker, said in told.items()
    }
    return {worker: sorted(names) for worker, names in share(offers).items()}
