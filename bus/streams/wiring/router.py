"""One fetched batch of one task through a router: copies, placed by key or to all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.kafka.partitioner import partition_for
from bus.record import header, is_for
from bus.streams.wiring.batch import BatchResult
from bus.streams.wiring.outgoing import Outgoing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.streams.topology.pipeline import Router
    from bus.streams.wiring.batch import Incoming, Place
    from bus.streams.wiring.state_reader import StateBytes


class RouterProcessor:
    """Copies records to other topics by event type; values are not decoded."""

    def __init__(self, router: Router, tenant: str, partitions: int) -> None:
        self.router = router
        self._partitions = partitions
        self._routes: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        for route in router.routes:
            sink = (topic_name(tenant, route.sink), route.broadcast)
            for event_type in route.event_types:
                place = (topic_name(tenant, route.source), event_type)
                self._routes.setdefault(place, []).append(sink)

    def process(
        self, place: Place, records: Sequence[Incoming], state: StateBytes
    ) -> BatchResult:
        """The copies; key, value and headers stay byte for byte."""
        result = BatchResult()
        source = place[0]
        for record in records:
            event_type = header(record.headers, "ce_type") or ""
            sinks = self._routes.get((source, event_type))
            if not sinks or record.key is None:
                continue
            if not is_for(record.headers, self.router.name):
                continue  # sent again for one reader of this topic
            key, value, headers = record.key, record.value, list(record.headers)
            result.outputs.extend(
                Outgoing(topic, partition, key, value, headers)
                for topic, broadcast in sinks
                for partition in self._targets(key, broadcast=broadcast)
            )
            result.count(event_type)
        return result

    def _targets(self, key: bytes, *, broadcast: bool) -> Sequence[int]:
        if broadcast:
            return range(self._partitions)
        return (partition_for(key, self._partitions),)
