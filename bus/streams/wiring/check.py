"""Does a topology agree with the contracts and with itself? Checked before it runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bus.errors import ConfigError
from bus.streams.topology.operators.timer import TIMER_RECORD, WAKTU

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bus.contracts import Catalog
    from bus.streams.topology.pipeline import Pipeline, Router, Topology


def topology_problems(topology: Topology, catalog: Catalog) -> list[str]:
    """Everything that would fail while records are processed, one line each."""
    problems: list[str] = []
    for router in topology.routers:
        problems += _router(router, catalog)
    for pipeline in topology.pipelines:
        problems += _pipeline(pipeline, catalog)
    names = [router.name for router in topology.routers]
    names += [pipeline.name for pipeline in topology.pipelines]
    problems += [f"two stages are called {n}" for n in _twice(names)]
    logs = [pipeline.changelog for pipeline in topology.pipelines if pipeline.changelog]
    problems += [f"{ref}: changelog of two pipelines" for ref in _twice(logs)]
    return problems


def _router(router: Router, catalog: Catalog) -> Iterator[str]:
    for route in router.routes:
        for ref in (route.source, route.sink):
            for name in sorted(route.event_types):
                yield from _carried(catalog, ref, name, router.name)


def _pipeline(pipeline: Pipeline, catalog: Catalog) -> Iterator[str]:
    name = pipeline.name
    for event_type in sorted(pipeline.handlers):
        yield from _carried(catalog, pipeline.source, event_type, name)
    if pipeline.stores and not pipeline.changelog:
        yield f"{name}: has stores and no changelog"
    for store, record in pipeline.stores.items():
        if "/" in store or not store:
            yield f"{name}: store name {store!r}: not empty, without `/`"
        if pipeline.changelog:
            yield from _carried(catalog, pipeline.changelog, record, name)
    for ref in pipeline.sinks:
        yield from _known(catalog, ref, name)
    yield from _timers(pipeline)


def _timers(pipeline: Pipeline) -> Iterator[str]:
    store = pipeline.timers
    if not store:
        if WAKTU in pipeline.handlers:
            yield f"{pipeline.name}: handles {WAKTU} and names no store in `timers`"
        return
    record = pipeline.stores.get(store)
    if record != TIMER_RECORD:
        yield (
            f"{pipeline.name}: timers={store!r}: expected a store with the record "
            f"{TIMER_RECORD}, found {record}"
        )
    if WAKTU not in pipeline.handlers:
        yield f"{pipeline.name}: sets timers and has no handler for {WAKTU}"


def _carried(catalog: Catalog, ref: str, name: str, where: str) -> Iterator[str]:
    unknown = list(_known(catalog, ref, where))
    yield from unknown
    if not unknown and name not in catalog.contract(ref).event_types:
        yield (
            f"{where}: {name} is neither in `events` nor in `carries` of {ref}; "
            "add it to its contract.yaml"
        )


def _known(catalog: Catalog, ref: str, where: str) -> Iterator[str]:
    try:
        catalog.contract(ref)
    except ConfigError as error:
        yield f"{where}: {error}"


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
