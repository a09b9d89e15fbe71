"""A stream worker: runs a topology until told to stop or until something fails."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bus.errors import FatalError
from bus.kafka.membership import leave
from bus.kafka.session import session_seconds
from bus.streams.wiring.app import build_app
from bus.streams.wiring.schemas import written_by
from bus.streams.wiring.stage import TaskSetting, group_of, stages_of
from bus.streams.wiring.standby import Standby
from bus.streams.wiring.tasks import TaskSet
from bus.streams.wiring.watchdog import EXIT_STUCK, Watchdog

if TYPE_CHECKING:
    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.health import Health
    from bus.serde import Serde
    from bus.streams.topology.pipeline import Topology

STOP_SECONDS = 20.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a stream worker is given from outside.

    Attributes:
        settings: broker, folders.
        tenant: whose topics and rules.
        serde: encodes and decodes by contract.
        clock: time for ticks, metrics and dead letters.
        health: told the truth about readiness.
    """

    settings: Settings
    tenant: Tenant
    serde: Serde
    clock: Clock
    health: Health


class StreamWorker:
    """One process of a stream application.

    Args:
        topology: what to run.
        runtime: what it needs from outside.
        name: static group instance, unique per worker of the group.
    """

    def __init__(self, topology: Topology, runtime: Runtime, name: str) -> None:
        settings, tenant, serde = runtime.settings, runtime.tenant, runtime.serde
        self._topology, self._serde, self._tenant = topology, serde, tenant.id
        self._group = group_of(topology, tenant)
        self._bootstrap = settings.bootstrap
        state = settings.state_dir / "streams" / name
        shared = TaskSetting(
            settings.bootstrap, self._group, state, tenant, serde, runtime.clock
        )
        stages = stages_of(topology, serde, tenant, runtime.clock)
        standby = Standby(stages, shared) if settings.standby else None
        self._tasks = TaskSet(stages, shared, runtime.health, standby)
        self._watchdog = Watchdog(self._tasks, runtime.health, runtime.clock)
        self._health = runtime.health
        self._stop = asyncio.Event()
        self._error: BaseException | None = None
        self._instance = f"{self._group}-{name}"
        self._app = build_app(
            self._group,
            settings.bootstrap,
            self._instance,
            self._tasks,
            state / "faust",
        )

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error = error
            self._health.not_ready(f"{type(error).__name__}: {error}")
        self._stop.set()

    def request_stop(self) -> None:
        """Finish the batches in work, then end."""
        self._stop.set()

    async def run(self) -> None:
        """Work until stopped.

        Raises:
            OpdBusError: what ended the worker; a supervisor starts it again.
        """
        loop = asyncio.get_running_loop()

        def fail(error: BaseException) -> None:  # from the loop that tasks run on
            loop.call_soon_threadsafe(self._fail, error)

        self._tasks.fail = fail
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.request_stop)
        self._app.finalize()
        looker = loop.create_task(self._look())
        self._watchdog.start()
        try:
            await self._prepare()
            await self._app.start()
            await self._stop.wait()
        finally:
            looker.cancel()
            self._watchdog.stop()
            await self._close()
        if self._error is not None:
            raise self._error

    async def _prepare(self) -> None:
        """Ask the registry and the broker now for what everything else needs.

        Raises:
            ConfigError: the registry refuses a schema.
        """
        self._health.starting("registering schemas")
        wanted = written_by(self._topology, self._serde.catalog, self._tenant)
        await asyncio.to_thread(self._serde.prepare, wanted)
        self._app.conf.broker_session_timeout = await session_seconds(self._bootstrap)

    async def _close(self) -> None:
        self._health.not_ready("stopping")
        try:
            await asyncio.wait_for(self._app.stop(), STOP_SECONDS)
        except TimeoutError:
            log.error(  # noqa: TRY400 - its thread would keep the process alive
                "the worker does not stop: the process ends; what it had not "
                "committed is done again after the next start",
                seconds=STOP_SECONDS,
            )
            os._exit(EXIT_STUCK)
        if self._error is None:
            await asyncio.to_thread(leave, self._bootstrap, self._group, self._instance)

    async def _look(self) -> None:
        """Crashed Faust services are noticed here."""
        while not self._stop.is_set():
            if self._app.crashed:
                self._fail(self._app.crash_reason or FatalError("Faust crashed"))
            await asyncio.sleep(1.0)
