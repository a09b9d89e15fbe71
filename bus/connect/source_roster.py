"""The sources of this worker: those of its files that the group gives it.

Files come and go, workers come and go, operators pause: each touches only the task it
is about. A task that two workers run for a moment is one: the later owner's
transactions fence the earlier's (`source_session`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from bus.connect.control import ControlTopic, Wish
from bus.connect.keeper import Keeper
from bus.connect.sharing import Offer, share
from bus.connect.source_task import FAILED, PAUSED, SourceTask
from bus.connect.source_watch import watch_resting
from bus.connect.worker_name import is_gone
from bus.ending import ORDERLY_SECONDS, end
from bus.errors import ConfigError, RetriableError
from bus.kafka.members import remove_gone
from bus.kafka.name_group import Membership, Place, Told

if TYPE_CHECKING:
    from bus.connect.connector import Connector
    from bus.connect.source_task import Collecting
    from bus.health import Health

log = logging.getLogger(__name__)

FIRST_SECONDS, MOST_SECONDS = 0.5, 10.0

Offered = Mapping[str, tuple["Connector", bytes]]
"""Name → connector and fingerprint of its file."""
_Keeper = Keeper["Connector", SourceTask]


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
        self._wishes: dict[str, Wish] = {}
        self._keepers: dict[str, tuple[_Keeper, asyncio.Task[None]]] = {}
        self._watches: dict[str, tuple[asyncio.Event, asyncio.Task[None]]] = {}
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
        """Join, then listen to operators; a broker that is away is waited for."""
        failures = 0
        while True:
            try:
                await self._listen()
            except RetriableError as error:
                failures += 1
                seconds = min(FIRST_SECONDS * 2.0 ** min(failures, 6), MOST_SECONDS)
                log.warning("%s; again in %.1f s", error, seconds)
                if not self._joined:
                    self._health().not_ready(str(error))
                await self._control.stop()
                await asyncio.sleep(seconds)

    async def _listen(self) -> None:
        await self._shared.topics_ready()
        self._heard(await self._control.start())
        if not self._joined:
            await self._bury()
            await self._membership.start()
            self._joined = True
        while True:
            self._heard(await self._control.news(1.0))

    async def _bury(self) -> None:
        """Nobody waits for the session of a worker of this host that was killed."""
        group = group_of(self._shared.tenant.id)
        with suppress(RetriableError):  # joining says it, if the broker is away
            gone = await remove_gone(self._shared.settings.bootstrap, group, is_gone)
            if gone:
                log.info("takes over from %s, which has ended", ", ".join(sorted(gone)))

    def _heard(self, wishes: list[Wish]) -> None:
        if wishes:
            self._wishes.update({wish.connector: wish for wish in wishes})
            self._arrange()

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
        """Tell each keeper what should run; keepers of others' tasks end."""
        for name in self._mine & frozenset(self._offered):
            if name not in self._keepers:
                keeper = self._keeper(name)
                job = asyncio.create_task(keeper.run(), name=f"keeper {name}")
                self._keepers[name] = (keeper, job)
        for name, (keeper, _) in self._keepers.items():
            wish = self._wishes.get(name, Wish(name))
            offered = self._offered.get(name) if name in self._mine else None
            rests = offered is not None and wish.is_paused
            self._watch(name, offered[0] if offered and rests else None)
            if offered is None or rests:
                keeper.want(None)
            else:
                keeper.want(offered[0], (offered[1], wish.restart))

    def _watch(self, name: str, paused: Connector | None) -> None:
        """Look at what is kept for a source that an operator has paused."""
        watch = self._watches.pop(name, None) if paused is None else None
        if watch is not None:
            watch[0].set()
        if paused is not None and name not in self._watches:
            stop = asyncio.Event()
            job = asyncio.create_task(watch_resting(paused, self._shared, stop))
            self._watches[name] = stop, job

    def _keeper(self, name: str) -> _Keeper:
        return Keeper(
            name,
            lambda connector: SourceTask(connector, self._shared),
            _verdict,
            lambda: self._shared.health.drop(name),
        )

    async def _close(self) -> list[str]:
        """Leave the group last, when nothing runs here any more."""
        jobs = [job for _, job in (*self._keepers.values(), *self._watches.values())]
        await end(*jobs, again_seconds=ORDERLY_SECONDS)
        with suppress(RetriableError, ConfigError):
            await self._membership.stop()
        await self._control.stop()
        problems = [keeper.problem for keeper, _ in self._keepers.values()]
        return [problem for problem in problems if problem]


def group_of(tenant: str) -> str:
    """The consumer group in which a tenant's workers share its sources."""
    return f"connect-{tenant}-sources"


def _verdict(task: SourceTask) -> str | None:
    bad = task.state in (FAILED, PAUSED)
    return f"{task.name}: {task.state}: {task.message}" if bad else None


def _decide(told: Mapping[str, Told]) -> Mapping[str, list[str]]:
    offers = {
        worker: Offer(frozenset(said.get("able", ())), frozenset(said.get("has", ())))
        for worker, said in told.items()
    }
    return {worker: sorted(names) for worker, names in share(offers).items()}
