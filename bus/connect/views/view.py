"""Numbers for the dashboard that are a view of the log, not counts kept aside.

Each view is a fold over one topic, read from its beginning at each start of the sink
process and never committed.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from bus.connect.views.claims import ClaimsFold
from bus.connect.views.differences import DifferencesFold
from bus.connect.views.escalations import EscalationsFold
from bus.connect.views.reports import ReportsFold
from bus.contracts import topic_name
from bus.errors import DecodeError, OpdBusError
from bus.kafka.consumer import GroupConsumer
from bus.kafka.topics import ensure_topics
from bus.record import DIBUAT, REDRIVE, header

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.connect.delivery.sort import Decoder
    from bus.contracts import Catalog
    from bus.record import Record, Value

log = logging.getLogger(__name__)
RETRY_SECONDS = 5.0


class View(Protocol):
    """What a topic comes to.

    Attributes:
        topic: contract reference.
        types: event types that count.
    """

    topic: str
    types: frozenset[str]

    def add(self, event_type: str, value: Value, operation: str) -> None:
        """One event, in the order of its partition."""
        ...

    def publish(self) -> None:
        """Set the gauges."""
        ...


async def watch_views(
    settings: Settings, catalog: Catalog, tenant: Tenant, decoder: Decoder
) -> None:
    """Keep the gauges of all views up to date until cancelled."""
    while True:
        try:
            await _watch(settings, catalog, tenant, decoder)
        except OpdBusError as error:
            log.warning("the dashboard's views are not known at the moment: %s", error)
        await asyncio.sleep(RETRY_SECONDS)


async def _watch(
    settings: Settings, catalog: Catalog, tenant: Tenant, decoder: Decoder
) -> None:
    folds: tuple[View, ...] = (
        ClaimsFold(),
        DifferencesFold(),
        ReportsFold(),
        EscalationsFold(),
    )
    views = {topic_name(tenant.id, view.topic): view for view in folds}
    refs = [view.topic for view in folds]
    await asyncio.to_thread(ensure_topics, settings, catalog, tenant, refs)
    group = f"views-{tenant.id}-{uuid4().hex}"
    consumer = GroupConsumer(settings.bootstrap, group, views)
    try:
        await consumer.start()
        while True:
            batch = await consumer.fetch(2000, 1.0)
            for topic, view in views.items():
                fold(view, decoder, (r for r in batch.records if r.topic == topic))
                view.publish()
    finally:
        await consumer.stop()


def fold(view: View, decoder: Decoder, records: Iterable[Record]) -> None:
    """Add records to a view; a dead letter sent again was told before."""
    for record in records:
        event_type = header(record.headers, "ce_type") or ""
        if record.value is None or event_type not in view.types:
            continue
        if header(record.headers, REDRIVE):
            continue
        operation = header(record.headers, "ce_operation") or DIBUAT
        try:
            view.add(event_type, decoder.decode(record.value)[1], operation)
        except DecodeError as error:
            log.warning("%s: a record cannot be read: %s", view.topic, error)
