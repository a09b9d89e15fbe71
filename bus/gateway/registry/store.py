"""The registry's state kept in Kafka: follows the log, writes as its only owner."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Protocol

from bus.errors import FencedError, RetriableError
from bus.gateway.registry.entry import SchemaVersion, config_entry, schema_entry
from bus.gateway.registry.failures import (
    STORE_FAILED,
    STORE_TIMED_OUT,
    RegistryError,
)
from bus.gateway.registry.rules import AvroSchema, registration
from bus.gateway.registry.state import RegistryState

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.health import Health
    from bus.record import Record

    Decided = tuple[SchemaVersion | None, tuple[bytes, bytes] | None]
    Decision = Callable[[RegistryState], Decided]

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
CHECK_SECONDS = 5.0
WRITE_SECONDS = 20.0
PAUSE_SECONDS = 1.0


class Log(Protocol):
    """What the store needs of the topic; `bus.kafka.compacted_log` has it."""

    async def start(self) -> None: ...
    async def read(self, wait_seconds: float) -> list[Record]: ...
    async def position(self) -> int: ...
    async def end(self) -> int: ...
    async def acquire(self) -> None: ...
    async def append(self, key: bytes, value: bytes | None) -> int: ...
    async def release(self) -> None: ...
    async def stop(self) -> None: ...


class SchemaStore:
    """Follows `_schemas` while `run` runs; reads come from memory.

    A write first makes this process the owner of the log and reads it to its end,
    so two gateways never give one id to two schemas; it returns when this process's
    own reader has seen the record.

    Args:
        log: the topic.
        health: told whether the state is complete and the broker answers.
    """

    def __init__(self, topic: Log, health: Health) -> None:
        self._log = topic
        self._health = health
        self._state: RegistryState | None = None
        self._position = -1
        self._moved = asyncio.Condition()
        self._writing = asyncio.Lock()
        self._is_owner = False
        self._told = ""

    @property
    def state(self) -> RegistryState:
        """The state as of the last record seen.

        Raises:
            RegistryError: 50001, it has not been read yet.
        """
        if self._state is None:
            raise RegistryError(
                STORE_FAILED, "The registry is still reading its topic."
            )
        return self._state

    async def run(self) -> None:
        """Follow the log until cancelled; reconnect when the broker is away."""
        while True:
            try:
                await self._follow()
            except RetriableError as error:
                self._health.not_ready(str(error))
                self._warn(str(error))
            finally:
                self._is_owner = False
                await self._log.stop()
            await asyncio.sleep(PAUSE_SECONDS)

    def _warn(self, reason: str) -> None:
        """Once for each reason, not at each attempt."""
        if reason != self._told:
            log.warning("schema registry: %s; trying again", reason)
            self._told = reason

    async def register(self, subject: str, schema: AvroSchema) -> SchemaVersion:
        """The version of this schema under this subject, written if it is new.

        Raises:
            RegistryError: 409 incompatible; 50001 or 50002 the topic is away.
        """
        found = self.state.find(subject, schema.mark)
        if found is not None:
            return found

        def decide(state: RegistryState) -> Decided:
            version, is_new = registration(state, subject, schema)
            return version, schema_entry(version) if is_new else None

        version = await self._write(decide)
        if version is None:
            raise AssertionError("a registration always has a version")
        return version

    async def set_level(self, subject: str | None, level: str) -> None:
        """Set the compatibility level of one subject, or of all.

        Raises:
            RegistryError: 50001 or 50002, the topic is away.
        """
        await self._write(lambda _: (None, config_entry(subject, level)))

    async def _follow(self) -> None:
        self._position = -1
        await self._log.start()
        end, state = await self._log.end(), RegistryState()
        checked = asyncio.get_running_loop().time()
        while True:
            position = await self._log.position()
            if position >= end and self._state is not state:
                self._state = state
                self._health.ready()
                self._told = ""
                log.info("schema registry: %d subjects", len(state.subjects()))
            if self._state is state:
                await self._announce(position)
            for record in await self._log.read(POLL_SECONDS):
                state.apply(record.key, record.value)
            if asyncio.get_running_loop().time() - checked > CHECK_SECONDS:
                await self._check(position)
                checked = asyncio.get_running_loop().time()

    async def _check(self, position: int) -> None:
        """Ask the broker for the end: is it there, is it still the same topic?"""
        try:
            end = await self._log.end()
        except RetriableError as error:
            self._health.not_ready(str(error))
            return
        if end < position:
            raise RetriableError("the topic was emptied or made anew")
        if self._state is not None:
            self._health.ready()

    async def _announce(self, position: int) -> None:
        async with self._moved:
            self._position = position
            self._moved.notify_all()

    async def _seen(self, position: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._position >= position)

    async def _write(self, decide: Decision) -> SchemaVersion | None:
        self.state  # noqa: B018 - refuses while it is not read yet
        async with self._writing:
            try:
                async with asyncio.timeout(WRITE_SECONDS):
                    return await self._write_as_owner(decide)
            except TimeoutError:
                await self._let_go()
                raise RegistryError(
                    STORE_TIMED_OUT,
                    "The registry's topic did not take the write in time.",
                ) from None

    async def _write_as_owner(self, decide: Decision) -> SchemaVersion | None:
        while True:
            try:
                if not self._is_owner:
                    await self._log.acquire()
                    await self._seen(await self._log.end())
                    self._is_owner = True
                result, entry = decide(self.state)
                if entry is not None:
                    await self._seen(await self._log.append(*entry) + 1)
            except (FencedError, RetriableError) as error:
                log.info("schema registry: writing again after: %s", error)
                await self._let_go()
                # two gateways that want the log at once must not go in step
                await asyncio.sleep(0.05 + 0.2 * random.random())  # noqa: S311
            else:
                return result

    async def _let_go(self) -> None:
        self._is_owner = False
        await self._log.release()
