"""A pipeline as a value: where it reads, what it keeps, what it may write.

Two kinds. A **router** copies records to repartition topics without decoding the
value. A **pipeline** is stateful and reads exactly ONE topic, so the order in which
it decides is the order of a Kafka partition: any decision can be recomputed from
that log alone, after a crash or by an auditor years later.

Tombstones (records without value, which erase a key of a compacted topic) reach no
handler: they are counted as `tombstone` in `opdbus_events_total` and passed over, and
what a pipeline derived from the erased value stays. Erasure in pipelines comes later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bus.record import Event
    from bus.streams.topology.context import Context

    Handler = Callable[[Event, Context], None]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One stateful processor.

    Attributes:
        name: dotted, without tenant: `santunan.klaim`; names its group of tasks.
        source: contract reference of the one topic it reads.
        handlers: event type → pure function; a type without one is skipped.
        stores: store name → Avro record name of its values.
        changelog: contract reference of the topic that keeps the stores.
        sinks: contract references it may emit to.
        timers: name of the store that holds its timers, "" if it sets none; its
            source then carries `WaktuTiba` (`bus.streams.topology.operators.timer`).
    """

    name: str
    source: str
    handlers: Mapping[str, Handler]
    stores: Mapping[str, str] = field(default_factory=dict)
    changelog: str = ""
    sinks: tuple[str, ...] = ()
    timers: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Copy records of these event types from one topic to another, same key.

    A broadcast is how look-up tables become global: reference records (holidays,
    routing, code maps) enter the own log of every task, so each keeps its own copy of
    the table and a replay sees the same version of it at the same place.

    Attributes:
        source: contract reference read.
        event_types: `ce_type` values to copy.
        sink: contract reference written.
        broadcast: to every partition of the sink, instead of the key's.
    """

    source: str
    event_types: frozenset[str]
    sink: str
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Router:
    """A stateless processor made of routes; decides by header, copies bytes."""

    name: str
    routes: tuple[Route, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Topics read, each once, in the order first named."""
        return tuple(dict.fromkeys(route.source for route in self.routes))

    @property
    def sinks(self) -> tuple[str, ...]:
        """Topics written, each once, in the order first named."""
        return tuple(dict.fromkeys(route.sink for route in self.routes))


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything one stream application runs, e.g. flow F1."""

    name: str
    routers: tuple[Router, ...]
    pipelines: tuple[Pipeline, ...]
