"""Schemas a worker will write, made known to the registry before it joins.

A registry is asked over HTTP, and a task that asks keeps the event loop, and with it
all other tasks, for each answer; so this is done before there are tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.streams.topology.operators.timer import WAKTU
from bus.streams.wiring.ticks import TICK

if TYPE_CHECKING:
    from bus.contracts import Catalog
    from bus.streams.topology.pipeline import Topology


def written_by(
    topology: Topology, catalog: Catalog, tenant: str
) -> list[tuple[str, str]]:
    """Topic and event type of everything pipelines may encode, but dead letters.

    Raises:
        ConfigError: a contract is not in the catalogue.
    """
    refs: set[str] = set()
    found: set[tuple[str, str]] = set()
    for pipeline in topology.pipelines:
        refs.update(pipeline.sinks)
        if pipeline.stores:
            log = topic_name(tenant, pipeline.changelog)
            found.update((log, record) for record in pipeline.stores.values())
        told = {TICK, WAKTU} & pipeline.handlers.keys()
        found.update((topic_name(tenant, pipeline.source), name) for name in told)
    for ref in refs:
        topic = topic_name(tenant, ref)
        found.update((topic, event.type) for event in catalog.events_of(ref))
    return sorted(found)
