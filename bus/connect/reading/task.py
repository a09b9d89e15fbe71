"""One source at work: from its committed position on, one transaction per poll."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from traceback import format_tb
from typing import TYPE_CHECKING, TypeVar

from bus import metrics
from bus.connect.reading.budget import PausedError
from bus.connect.reading.session import Session
from bus.connect.reading.step import PollError, Step
from bus.connect.reading.watch import forget_kept, watch_resting
from bus.ending import ORDERLY_SECONDS, end
from bus.errors import ConfigError, FatalError, FencedError, OpdBusError, RetriableError
from bus.privacy.mask import mask_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.connect.files.connector import Connector
    from bus.contracts import Catalog
    from bus.health import Health
    from bus.serde import Serde

log = logging.getLogger(__name__)
T = TypeVar("T")
FIRST_SECONDS, MOST_SECONDS = 0.5, 30.0
TELL_SECONDS = 5.0
RUNNING, PAUSED, FAILED, STOPPED = "RUNNING", "PAUSED", "FAILED", "STOPPED"


@dataclass(frozen=True, slots=True)
class Collecting:
    """What all sources of one process share.

    Attributes:
        settings: of the process.
        tenant: whose events.
        catalog: contracts.
        serde: values to bytes.
        clock: the time.
        health: of the process; each source becomes a part of it.
        worker: name of this process in the status records.
        topics_ready: makes the topics that are missing; once per process.
        loading: held by the one source that reads its memory.
    """

    settings: Settings
    tenant: Tenant
    catalog: Catalog
    serde: Serde
    clock: Clock
    health: Health
    worker: str
    topics_ready: Callable[[], Awaitable[None]]
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)


class SourceTask:
    """Runs one connector until told to stop; never raises what others would feel.

    Args:
        connector: loaded connector.
        shared: parts of the process.
        once: stop when the source has nothing more at the moment.
    """

    def __init__(
        self, connector: Connector, shared: Collecting, *, once: bool = False
    ) -> None:
        self.name = connector.name
        self.state = STOPPED
        self.message: str | None = None
        self.rows = 0
        self._connector = connector
        self._shared = shared
        self._once = once
        self._stopping = asyncio.Event()
        self._health = shared.health.part(connector.name)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=connector.name)
        self._failures = 0
        self._frozen: tuple[str, ...] = ()

    def stop(self) -> None:
        """Ask for the end; the transaction in work is finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`, through any number of sessions.

        A source that failed or paused stays, so that its state can be seen; a task
        that another worker has taken over ends.
        """
        self._health.starting("reading its position")
        try:
            while not self._stopping.is_set():
                if await self._session_ended():
                    break
            if self.state in (PAUSED, FAILED) and not self._once:
                await watch_resting(self._connector, self._shared, self._stopping)
            if self.state == RUNNING:
                self.state = STOPPED
                self._health.not_ready("stopped")
        finally:
            forget_kept(self.name)
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _session_ended(self) -> bool:
        """One session; True when there shall be no other."""
        session = Session(self._connector, self._shared, self._in_thread)
        try:
            started = await self._start(session)
            if started is not None:
                await self._work(session, *started)
                await self._tell_stopped(session)
        except FencedError as error:
            return await self._end(session, STOPPED, error)
        except PausedError as error:
            return await self._end(session, PAUSED, error)
        except (ConfigError, FatalError) as error:
            return await self._end(session, FAILED, error)
        except RetriableError as error:
            metrics.RESTARTS.labels(self.name).inc()
            await self._back_off(error)
            return False
        except Exception as error:  # noqa: BLE001 - told as any failure, neighbours go on
            where = "".join(format_tb(error.__traceback__))  # without the error's text
            log.error("%s: a fault of the bus or of a driver:\n%s", self.name, where)  # noqa: TRY400 - that text may hold cells of a person
            told = f"{type(error).__name__}: {mask_text(str(error))}"
            return await self._end(session, FAILED, FatalError(f"a fault: {told}"))
        else:
            return True
        finally:
            await session.close()

    async def _tell_stopped(self, session: Session) -> None:
        """Leave word that nobody runs it; does not wait long for a broker."""
        with suppress(OpdBusError, TimeoutError):
            async with asyncio.timeout(TELL_SECONDS):
                await session.tell(STOPPED, None)

    async def _end(self, session: Session, state: str, error: OpdBusError) -> bool:
        message, reason = str(error), type(error).__name__
        log.error("%s: %s: %s", self.name, state, message)
        self.state, self.message = state, message
        self._health.not_ready(f"{state}: {message}")
        if state != STOPPED:
            metrics.STOPS.labels(self.name, reason).inc()
            with suppress(OpdBusError):
                await session.tell(state, message)
        return True

    async def _start(self, session: Session) -> tuple[str | None] | None:
        """Topics made and the task taken over; None when told to stop meanwhile.

        Nothing can be lost before the first transaction, so a stop does not wait for
        a broker that does not answer.
        """

        async def start() -> tuple[str | None]:
            await self._shared.topics_ready()
            return (await session.start(),)

        job = asyncio.ensure_future(start())
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((job, stop), return_when=asyncio.FIRST_COMPLETED)
            return job.result() if job.done() else None
        finally:
            await end(job, stop, again_seconds=ORDERLY_SECONDS)

    async def _work(self, session: Session, position: str | None) -> None:
        await session.tell(RUNNING, None)
        self.state = RUNNING
        self._health.ready()
        coming = self._begin(session, position)
        try:
            while True:
                step = await self._polled(coming, session, position)
                if step is None:
                    return
                position = step.position
                idle = step.wait_seconds > 0 or step.pause is not None
                if not idle and not self._stopping.is_set():
                    coming = self._begin(session, position)
                await self._send(session, step)
                if step.pause is not None:
                    raise PausedError(step.pause)
                if self._stopping.is_set() or (idle and self._once and not step.more):
                    return
                if idle:
                    await self._wait(step.wait_seconds)
                    if self._stopping.is_set():
                        return
                    coming = self._begin(session, position)
        finally:
            with suppress(OpdBusError, asyncio.CancelledError):
                await coming

    def _begin(self, session: Session, position: str | None) -> asyncio.Future[Step]:
        """Start the next step; it runs while the one before is being committed."""
        return asyncio.ensure_future(self._in_thread(lambda: session.take(position)))

    async def _polled(
        self, coming: asyncio.Future[Step], session: Session, position: str | None
    ) -> Step | None:
        """The step, however long the legacy system is away; None when stopped."""
        while True:
            try:
                step = await coming
            except PollError as error:
                if not self._failures:
                    await session.tell(RUNNING, str(error))
                await self._back_off(error)
                if self._stopping.is_set():
                    return None
                coming = self._begin(session, position)
            else:
                if self._failures:
                    self._failures = 0
                    self._health.ready()
                    await session.tell(RUNNING, None)
                return step

    async def _send(self, session: Session, step: Step) -> None:
        begun = self._shared.clock.monotonic()
        if step.staged:
            await session.commit(step)
            seconds = self._shared.clock.monotonic() - begun
            metrics.COMMIT_SECONDS.labels(self.name).observe(seconds)
            now = self._shared.clock.now_ms() / 1000
            metrics.LAST_COMMIT.labels(self.name).set(now)
        self.rows += step.rows
        metrics.ROWS.labels(self.name).inc(step.rows)
        self._tell_frozen(step.frozen)
        if step.behind_bytes is not None:
            metrics.LOG_BEHIND.labels(self.name).set(step.behind_bytes)
        metrics.count_events(self.name, step.events)
        metrics.count_rejects(self.name, step.rejects)

    def _tell_frozen(self, columns: tuple[str, ...]) -> None:
        metrics.FROZEN.labels(self.name).set(len(columns))
        if columns != self._frozen:
            self._frozen = columns
            if columns:
                log.error(
                    "%s: the table has no column %s any more; rows keep their last "
                    "values of it; correct the connector file or the table",
                    self.name,
                    ", ".join(columns),
                )
            else:
                log.warning("%s: all columns are back", self.name)

    async def _back_off(self, error: RetriableError) -> None:
        self._failures += 1
        doubled = FIRST_SECONDS * 2 ** min(self._failures - 1, 10)
        seconds = error.retry_after_seconds or min(doubled, MOST_SECONDS)
        log.warning("%s: %s; again in %.1f s", self.name, error, seconds)
        self._health.not_ready(str(error))
        await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
