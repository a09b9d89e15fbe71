"""Who read personal data: written to Kafka before the data is given out.

One record for each answer, not for each person. The places it names lead to the
records, and so to the persons, without naming them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bus.errors import FatalError, OpdBusError, RetriableError
from bus.kafka.acked_writer import AckedWriter
from bus.kafka.partitioner import partition_for
from bus.kafka.topics import ensure_topics
from bus.record import Event, event_id, headers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bus.clock import Clock
    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.contracts import Catalog
    from bus.gateway.pull.grant import Grant, TopicRight
    from bus.serde import Serde

ACCESSES = "platform.access.fact.v1"
READ = "PersonalDataRead"


@dataclass(frozen=True, slots=True)
class Handover:
    """One answer with personal data, ready to be given.

    Attributes:
        grant: whose.
        right: topic that was read, and what of it.
        events: rows with personal data, by event type.
        before: offsets before the answer, by partition.
        after: offsets after it.
    """

    grant: Grant
    right: TopicRight
    events: Mapping[str, int]
    before: Mapping[int, int]
    after: Mapping[int, int]

    def value(self, now_ms: int) -> dict[str, Any]:
        """The payload of its event."""
        grant, right = self.grant, self.right
        kinds = [(kind, right.events[kind]) for kind in sorted(self.events)]
        return {
            "grant": grant.name,
            "app": grant.app,
            "opd": grant.opd,
            "purpose": grant.purpose,
            "legal_basis": grant.legal_basis,
            "contract": right.ref,
            "events": dict(self.events),
            "fields": [f"{kind}.{path}" for kind, of in kinds for path in of.personal],
            "masked": [
                f"{kind}.{path}:{how}"
                for kind, of in kinds
                for path, how in of.masked.items()
            ],
            "places": [
                f"{number}:{self.before.get(number, 0)}-{at}"
                for number, at in sorted(self.after.items())
                if at != self.before.get(number, 0)
            ],
            "read_at": now_ms,
        }


class AccessBook:
    """Writes accesses; those of one moment go together.

    Args:
        settings: where Kafka is.
        tenant: whose topic.
        serde: values to bytes.
        catalog: contracts.
        clock: the time.
    """

    def __init__(
        self,
        settings: Settings,
        tenant: Tenant,
        serde: Serde,
        catalog: Catalog,
        clock: Clock,
    ) -> None:
        self._settings, self._tenant = settings, tenant
        self._serde, self._catalog = serde, catalog
        self._clock = clock
        self._topic = catalog.contract(ACCESSES).topic(tenant.id)
        self._source = f"/{tenant.id}/gateway"
        self._waiting: list[tuple[Event, asyncio.Future[None]]] = []
        self._turn = asyncio.Lock()
        self._writer: AckedWriter | None = None

    async def note(self, handover: Handover) -> None:
        """Wait until Kafka has it; only then may the answer be given.

        Raises:
            OpdBusError: it has not, or nobody knows. The answer must not be given.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._event(handover), done))
        async with self._turn:
            if not done.done():
                await self._write_all()
        await done

    async def open(self) -> None:
        """Connect before the first app asks.

        Raises:
            OpdBusError: Kafka is not there; `note` tries again.
        """
        async with self._turn:
            await self._opened()

    async def close(self) -> None:
        """Let go of Kafka."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.stop()

    async def _write_all(self) -> None:
        """Write what waits; what comes meanwhile is for the next turn."""
        notes, self._waiting = self._waiting, []
        failure: OpdBusError = RetriableError("the note of an access was cut off")
        try:
            await self._send([event for event, _ in notes])
        except OpdBusError as error:
            failure = error
        else:
            for _, done in notes:
                done.set_result(None)
        finally:
            for _, done in notes:
                if not done.done():
                    done.set_exception(failure)

    async def _send(self, events: list[Event]) -> None:
        try:
            writer, count = await self._opened()
            values = await asyncio.to_thread(self._encoded, events)
            staged = writer.stage()
            for event, value in zip(events, values, strict=True):
                key = event.key.encode()
                place = self._topic, partition_for(key, count), key
                staged.append(*place, value, headers_of(event), event.time_ms)
            await writer.send(staged)
        except BaseException:
            await self.close()
            raise

    def _encoded(self, events: list[Event]) -> list[bytes]:
        return [
            self._serde.encode(self._topic, READ, event.value or {}) for event in events
        ]

    async def _opened(self) -> tuple[AckedWriter, int]:
        if self._writer is None:
            of = (self._settings, self._catalog, self._tenant)
            await asyncio.to_thread(ensure_topics, *of, [ACCESSES])
            name = f"access-{self._tenant.id}"
            writer = AckedWriter(self._settings.bootstrap, name)
            await writer.start()
            self._writer = writer
        try:
            return self._writer, await self._writer.partition_count(self._topic)
        except FatalError as error:  # made a moment ago, not known everywhere yet
            raise RetriableError(str(error)) from None

    def _event(self, handover: Handover) -> Event:
        now_ms, key = self._clock.now_ms(), handover.grant.name
        return Event(
            type=READ,
            key=key,
            value=handover.value(now_ms),
            id=event_id(self._source, READ, key, uuid4().hex),  # no two are the same
            source=self._source,
            time_ms=now_ms,
            classification=self._catalog.event(READ).classification,
        )
