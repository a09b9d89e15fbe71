"""What a worker runs: stages made of a topology, and what all their tasks share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bus.contracts import topic_name
from bus.errors import RowError
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.router import RouterProcessor
from bus.streams.wiring.ticks import TICK

if TYPE_CHECKING:
    from pathlib import Path

    from bus.clock import Clock
    from bus.config.tenant import Tenant
    from bus.record import Event
    from bus.serde import Serde
    from bus.streams.topology.context import Context
    from bus.streams.topology.pipeline import Pipeline, Topology


@dataclass(frozen=True, slots=True)
class Stage:
    """A processor with the topics it reads; what tasks are made from.

    Attributes:
        refuser: the same pipeline, where every event is rejected: for an audit of
            records that were, before their dead letters were sent again.
    """

    name: str
    processor: PipelineProcessor | RouterProcessor
    topics: tuple[str, ...]
    refuser: PipelineProcessor | None = None

    @property
    def changelog(self) -> str:
        """Changelog topic, or "" for a stage without state."""
        processor = self.processor
        return processor.changelog if isinstance(processor, PipelineProcessor) else ""

    @property
    def wants_ticks(self) -> bool:
        """Whether it handles day ticks."""
        processor = self.processor
        return (
            isinstance(processor, PipelineProcessor)
            and TICK in processor.pipeline.handlers
        )


@dataclass(frozen=True, slots=True)
class TaskSetting:
    """What all tasks of a worker share."""

    bootstrap: str
    group: str
    state_dir: Path
    tenant: Tenant
    serde: Serde
    clock: Clock

    def folder(self, stage: str, partition: int) -> Path:
        """Where the local copy of one task's state lives."""
        return self.state_dir / self.tenant.id / f"{stage}-{partition}"


def group_of(topology: Topology, tenant: Tenant) -> str:
    """Consumer group of a stream application."""
    return f"{tenant.id}-{topology.name}"


def stages_of(
    topology: Topology, serde: Serde, tenant: Tenant, clock: Clock
) -> list[Stage]:
    """Routers and pipelines of a topology, ready to process bytes."""
    count = tenant.partisi
    routers = [
        Stage(
            router.name,
            RouterProcessor(router, tenant.id, count),
            tuple(topic_name(tenant.id, ref) for ref in router.sources),
        )
        for router in topology.routers
    ]
    pipelines = [
        Stage(
            pipeline.name,
            PipelineProcessor(pipeline, serde, tenant.id, count, clock),
            (topic_name(tenant.id, pipeline.source),),
            PipelineProcessor(_refusing(pipeline), serde, tenant.id, count, clock),
        )
        for pipeline in topology.pipelines
    ]
    return [*routers, *pipelines]


def _refusing(pipeline: Pipeline) -> Pipeline:
    return replace(pipeline, handlers=dict.fromkeys(pipeline.handlers, _refuse))


def _refuse(_event: Event, _context: Context) -> None:
    raise RowError("DITOLAK", "rejected when it was read")
