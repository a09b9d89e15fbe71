"""One fetched batch of one task through a processor: bytes in, bytes out, no I/O.

Production and the test driver run this very code; they differ only in where the
bytes come from and go to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bus.contracts import topic_name
from bus.errors import DecodeError, OpdBusError, PoisonError
from bus.kafka.partitioner import partitions_of
from bus.record import REDRIVE, event_in, is_for
from bus.streams.topology.context import Context
from bus.streams.topology.operators.timer import WAKTU, Timers, due_times, next_due
from bus.streams.wiring.deadletter import Origin, code_of, dead_letter
from bus.streams.wiring.outgoing import Outgoing
from bus.streams.wiring.state_reader import StateValues, state_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bus.clock import Clock
    from bus.record import Event
    from bus.serde import Serde
    from bus.streams.topology.pipeline import Pipeline
    from bus.streams.wiring.state_reader import StateBytes

Place = tuple[str, int]
PLACED_LATER = -1
TOMBSTONE = "tombstone"
"""What a record without value is counted as."""


@dataclass(slots=True)
class BatchResult:
    """What one batch wants to change: sent and applied together, or not at all.

    Attributes:
        outputs: records to send.
        changes: state key → new value, None deletes.
        events: how many of each type were processed.
        rejects: how many became dead letters, by reason.
        read: state key → value before the batch, of the keys that were looked at.
    """

    outputs: list[Outgoing] = field(default_factory=list)
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    read: dict[bytes, bytes | None] = field(default_factory=dict)

    def place(self, partitions: int) -> None:
        """Give the outputs their partitions; all together that is much cheaper."""
        outputs = [out for out in self.outputs if out.partition == PLACED_LATER]
        places = partitions_of([out.key for out in outputs], partitions)
        for out, partition in zip(outputs, places, strict=True):
            out.partition = partition

    def count(self, event_type: str) -> None:
        """One more event of this type is done."""
        self.events[event_type] = self.events.get(event_type, 0) + 1


class Incoming(Protocol):
    """A record read: `bus.record.Record`, or the Kafka client's own, uncopied."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """When it was written, ms UTC."""
        ...

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


class Processor(Protocol):
    """Turns a batch of input records into a result, without side effects."""

    def process(
        self, place: Place, records: Sequence[Incoming], state: StateBytes
    ) -> BatchResult: ...


def _nothing(_event: Event, _context: Context) -> None:
    """What handles an event without type: its envelope cannot be read anyway."""


class PipelineProcessor:
    """Runs the handlers of one stateful pipeline.

    Args:
        pipeline: the pipeline as a value.
        serde: encodes and decodes by contract.
        tenant: tenant id, first part of topics.
        partitions: partition count of the tenant's topics.
        clock: stamps dead letters; decisions never see it.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        serde: Serde,
        tenant: str,
        partitions: int,
        clock: Clock,
    ) -> None:
        self.pipeline = pipeline
        self.changelog = (
            topic_name(tenant, pipeline.changelog) if pipeline.stores else ""
        )
        self._serde = serde
        self._tenant = tenant
        self._partitions = partitions
        self._clock = clock
        self._topics = {ref: topic_name(tenant, ref) for ref in pipeline.sinks}

    def process(
        self, place: Place, records: Sequence[Incoming], state: StateBytes
    ) -> BatchResult:
        """Decode, decide, encode.

        A record that cannot be decoded or whose handler fails becomes a dead letter
        among the outputs; what it had staged is dropped. A tombstone is counted and
        otherwise passed over (`bus.streams.topology.pipeline`).

        Raises:
            RetriableError: the registry is away. ConfigError: a schema is refused.
        """
        result = BatchResult()
        reader = StateValues(state, self._serde)
        result.read = reader.read
        context = Context(self.pipeline, reader, self._tenant)
        named = self.pipeline.handlers.items()
        handlers = {name.encode(): handler for name, handler in named}
        events = result.events
        for record in records:
            if record.value is None:
                result.count(TOMBSTONE)
                continue
            envelope = dict(record.headers)
            if REDRIVE in envelope and not is_for(record.headers, self.pipeline.name):
                continue
            kind = envelope.get("ce_type", b"")
            handler = handlers.get(kind)
            if handler is None and kind:
                continue
            try:
                event = self._decode(record, envelope)
                context.begin(event, record.timestamp)
                (handler or _nothing)(event, context)
                self._stage(context, result)
            except Exception as error:  # noqa: BLE001 - sorted there
                self._failed(place, record, error, context, result)
                continue
            events[event.type] = events.get(event.type, 0) + 1
        result.place(self._partitions)
        return result

    def _failed(
        self,
        place: Place,
        record: Incoming,
        error: Exception,
        context: Context,
        result: BatchResult,
    ) -> None:
        """A dead letter for a record; what ends the worker goes on.

        Raises:
            RetriableError, FatalError: not the record's fault.
        """
        failed = context.reject()
        if isinstance(error, OpdBusError) and not isinstance(error, PoisonError):
            raise error
        self._reject(place, record, error, result)
        if failed is not None and failed.type == WAKTU:
            self._pass_over(failed, context, result)

    def due_times(self, state: StateBytes, now_ms: int, limit: int = 1000) -> list[int]:
        """Moments a task with this state is to be told: `topology.operators.timer`."""
        if not self.pipeline.timers:
            return []
        reader = StateValues(state, self._serde)
        return due_times(reader, self.pipeline.timers, now_ms, limit)

    def next_due(self, state: StateBytes) -> int | None:
        """The earliest due time of a task with this state, ms UTC."""
        if not self.pipeline.timers:
            return None
        return next_due(StateValues(state, self._serde), self.pipeline.timers)

    def _decode(self, record: Incoming, envelope: Mapping[str, bytes]) -> Event:
        if record.key is None or record.value is None:
            raise DecodeError("TANPA_ISI", "record has no key or no value")
        try:
            _, value = self._serde.decode(record.value)
            return event_in(envelope, record.key.decode(), value)
        except (KeyError, ValueError, UnicodeDecodeError) as error:
            raise DecodeError(
                "AMPLOP_RUSAK",
                f"CloudEvents header missing or wrong: {type(error).__name__}",
            ) from error

    def _stage(self, context: Context, result: BatchResult) -> None:
        """Encode what this event wants before accepting it: it may be wrong too.

        State changes are coalesced: one per key and batch.
        """
        encoder, topics = self._serde.encoder, self._topics
        encoded = []
        for ref, event in context.pending_outputs:
            topic, key = topics[ref], event.key.encode()
            value = encoder(topic, event.type)(event.value or {}, "")
            encoded.append(Outgoing(topic, PLACED_LATER, key, value, event))
        if context.pending_changes:
            result.changes.update(self._changes(context))
        context.accept()
        context.outputs.clear()
        result.outputs += encoded

    def _changes(self, context: Context) -> dict[bytes, bytes | None]:
        encode, stores = self._serde.encode, self.pipeline.stores
        return {
            state_key(store, key): None
            if value is None
            else encode(self.changelog, stores[store], value)
            for (store, key), value in context.pending_changes.items()
        }

    def _pass_over(self, event: Event, context: Context, result: BatchResult) -> None:
        """A moment failed: keep its timers for a redrive, and let time go on."""
        if not self.pipeline.timers:
            return
        context.begin(event)
        timers = Timers(self.pipeline.timers)
        timers.pass_over(context, (event.value or {})["waktu"])
        self._stage(context, result)

    def _reject(
        self, place: Place, record: Incoming, error: Exception, result: BatchResult
    ) -> None:
        code = code_of(error)
        result.rejects[code] = result.rejects.get(code, 0) + 1
        origin, now = Origin(self.pipeline.name, *place), self._clock.now_ms()
        result.outputs.append(
            dead_letter(self._serde, self._tenant, origin, record, error, now)
        )
