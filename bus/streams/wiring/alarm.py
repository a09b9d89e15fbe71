"""What the clock has to tell one task: a new local day, and timers that are due.

Time enters a pipeline only as records of its own log (`ticks.py`); this says which
records are to be written now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import headers_of
from bus.streams.wiring.batch import PipelineProcessor
from bus.streams.wiring.ticks import local_day, tick_event, waktu_event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bus.record import Event, Headers
    from bus.streams.wiring.stage import Stage, TaskSetting
    from bus.streams.wiring.state_reader import StateBytes


class Alarm:
    """The clock of one task.

    Args:
        stage: what the task runs.
        partition: its partition.
        shared: clock, time zone, serde.
    """

    def __init__(self, stage: Stage, partition: int, shared: TaskSetting) -> None:
        self._stage = stage
        self._partition = partition
        self._shared = shared
        self._day = -1
        self._due: int | None = None
        self._told = -1
        processor = stage.processor
        self._processor: PipelineProcessor | None = None
        self._timers = b""
        if isinstance(processor, PipelineProcessor) and processor.pipeline.timers:
            self._processor = processor
            self._timers = f"{processor.pipeline.timers}/".encode()

    def look(self, state: StateBytes) -> None:
        """See which timer is due first."""
        if self._processor is not None:
            self._due = self._processor.next_due(state)

    def changed(self, keys: Iterable[bytes], state: StateBytes) -> None:
        """The state has changed under these keys; look again if timers did."""
        if self._timers and any(key.startswith(self._timers) for key in keys):
            self.look(state)

    def rings(self) -> bool:
        """Whether there is something to tell now."""
        return self._new_day() is not None or self._is_due()

    def events(self, state: StateBytes | None) -> list[tuple[bytes, bytes, Headers]]:
        """Key, value and headers of what is to be told, each of it once."""
        found: list[Event] = []
        tenant, pipeline = self._shared.tenant.id, self._stage.name
        day = self._new_day()
        if day is not None:
            found.append(tick_event(tenant, pipeline, self._partition, day))
            self._day = day
        if self._processor is not None and state is not None and self._is_due():
            now = self._shared.clock.now_ms()
            for waktu in self._processor.due_times(state, now):
                if waktu > self._told:
                    event = waktu_event(tenant, pipeline, self._partition, waktu)
                    found.append(event)
                    self._told = waktu
        return [self._encoded(event) for event in found]

    def _new_day(self) -> int | None:
        if not self._stage.wants_ticks:
            return None
        shared = self._shared
        day = local_day(shared.clock.now_ms(), shared.tenant.zona_waktu)
        return day if day > self._day else None

    def _is_due(self) -> bool:
        due = self._due
        if due is None or due <= self._told:
            return False
        return due <= self._shared.clock.now_ms()

    def _encoded(self, event: Event) -> tuple[bytes, bytes, Headers]:
        topic = self._stage.topics[0]
        value = self._shared.serde.encode(topic, event.type, event.value or {})
        return event.key.encode(), value, headers_of(event)
