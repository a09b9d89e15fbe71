"""What a handler sees while it works on one event: staged state and outputs.

A Context never touches the outside. Changes and outputs are collected and become
real together, in one Kafka transaction, or not at all (`design.md` §5).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bus.record import Event, Value, output_id_maker
from bus.streams.topology.merging import merged, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.streams.topology.pipeline import Pipeline


class StateReader(Protocol):
    """Read access to the committed state of one task."""

    def get(self, store: str, key: str) -> Value | None:
        """The value last committed under this key, or None; not to be changed."""
        ...

    def scan(self, store: str, first: str, last: str) -> Iterator[tuple[str, Value]]:
        """Committed entries with `first` <= key < `last`, in key order."""
        ...

    def newest(self, store: str, first: str, last: str) -> tuple[str, Value] | None:
        """The committed entry with the greatest key for which `first` <= key < `last`.

        Not to be changed.
        """
        ...


class Output(NamedTuple):
    """One record a pipeline wants to send.

    Attributes:
        topic: contract reference of the topic, `sosial.santunan.fact.v1`.
        event: the event; for a forwarded input it is the input itself.
    """

    topic: str
    event: Event


class Context:
    """Staged view of the state and collector of outputs, for one batch of one task.

    Use: `begin(event)`, run the handler, then `accept()`, or `reject()` when the
    handler raised, which drops what this one event had staged.
    """

    def __init__(self, pipeline: Pipeline, state: StateReader, tenant: str) -> None:
        self.pipeline = pipeline
        self.tenant = tenant
        self.outputs: list[Output] = []
        self.changes: dict[tuple[str, str], Value | None] = {}
        self._state = state
        self._pending: dict[tuple[str, str], Value | None] = {}
        self._emitted: list[Output] = []
        self._event: Event | None = None
        self._arrived_ms = 0
        self._source = f"/{tenant}/{pipeline.name}"
        self._identify = output_id_maker(pipeline.name)
        self._ordered: dict[str, list[str]] = {}

    @property
    def event(self) -> Event:
        """The event being processed."""
        if self._event is None:
            raise RuntimeError("no event in work: call begin() first")
        return self._event

    @property
    def pending_outputs(self) -> list[Output]:
        """What the event in work has emitted so far."""
        return self._emitted

    @property
    def pending_changes(self) -> dict[tuple[str, str], Value | None]:
        """What the event in work has put so far."""
        return self._pending

    @property
    def arrived_ms(self) -> int:
        """When the record in work was written to this pipeline's log, ms UTC.

        Part of the log, so it is the same in every replay; for waiting (debounce),
        never for what an event means: that is `event.time_ms` and its dates.
        """
        return self._arrived_ms

    def begin(self, event: Event, arrived_ms: int = 0) -> None:
        self._event = event
        self._arrived_ms = arrived_ms
        self._pending = {}
        self._emitted = []

    def accept(self) -> None:
        if self._ordered:
            self._order()
        self.changes.update(self._pending)
        self.outputs.extend(self._emitted)
        self._event = None

    def reject(self) -> Event | None:
        """Drop what the event in work had staged; the event, if it got that far."""
        event, self._event = self._event, None
        self._pending = {}
        self._emitted = []
        return event

    def get(self, store: str, key: str) -> Value | None:
        """State under this key as of now, this batch's own changes included.

        The value is shared: copy before changing (`{**value, "umur": 3}`).
        """
        place = (store, key)
        if place in self._pending:
            return self._pending[place]
        if place in self.changes:
            return self.changes[place]
        return self._state.get(store, key)

    def scan(self, store: str, first: str, last: str) -> Iterator[tuple[str, Value]]:
        """Entries with `first` <= key < `last` as of this call, in key order.

        The order is that of the keys' UTF-8 bytes; numbers and times that are to sort
        are zero-padded (`f"{ms:015d}"`). Changes made while walking are not seen.

        Raises:
            KeyError: the pipeline declares no such store.
        """
        if store not in self.pipeline.stores:
            raise KeyError(f"{self.pipeline.name} declares no store {store!r}")
        staged = self._staged(store, first, last)
        return merged(self._state.scan(store, first, last), staged)

    def newest(self, store: str, first: str, last: str) -> tuple[str, Value] | None:
        """The last entry that `scan` would show; one read, however many there are.

        Raises:
            KeyError: the pipeline declares no such store.
        """
        if store not in self.pipeline.stores:
            raise KeyError(f"{self.pipeline.name} declares no store {store!r}")
        if not self.changes and not self._pending:
            return self._state.newest(store, first, last)
        staged = self._staged(store, first, last)
        return newest(lambda end: self._state.newest(store, first, end), staged, last)

    def _staged(
        self, store: str, first: str, last: str
    ) -> list[tuple[str, Value | None]]:
        """What this batch has changed in a range, in key order."""
        keys = self._ordered.get(store)
        if keys is None:
            keys = sorted(key for name, key in self.changes if name == store)
            self._ordered[store] = keys
        begin, end = bisect_left(keys, first), bisect_left(keys, last)
        found = {key: self.changes[store, key] for key in keys[begin:end]}
        for (name, key), value in self._pending.items():
            if name == store and first <= key < last:
                found[key] = value
        return sorted(found.items(), key=lambda item: item[0])

    def _order(self) -> None:
        """Keep the keys of scanned stores in order; others cost nothing."""
        for store, key in self._pending:
            keys = self._ordered.get(store)
            if keys is not None and (store, key) not in self.changes:
                insort(keys, key)

    def put(self, store: str, key: str, value: Value | None) -> None:
        """Stage a new value; None deletes the key."""
        if store not in self.pipeline.stores:
            raise KeyError(f"{self.pipeline.name} declares no store {store!r}")
        self._pending[store, key] = value

    def emit(  # noqa: PLR0913 - the envelope has that many free parts
        self,
        topic: str,
        event_type: str,
        key: str,
        value: Value,
        *,
        operation: str = "DIBUAT",
        classification: str | None = None,
        time_ms: int | None = None,
    ) -> Event:
        """Send a new event caused by the one in work.

        Its id derives from the pipeline, the cause's id and the running number of
        the output, so a replay gives the same id.

        Args:
            topic: contract reference, one of the pipeline's `sinks`.
            event_type: Avro record name.
            key: record key; decides the partition.
            value: payload.
            operation: DIBUAT, DIKOREKSI or DIBATALKAN.
            classification: default is the cause's.
            time_ms: default is the cause's time.
        """
        if topic not in self.pipeline.sinks:
            raise KeyError(f"{self.pipeline.name} declares no sink {topic!r}")
        cause = self.event
        event = Event(
            event_type,
            key,
            value,
            self._identify(cause.id, len(self._emitted), event_type, key),
            self._source,
            cause.time_ms if time_ms is None else time_ms,
            operation,
            classification or cause.classification,
            cause.correlation_id or cause.id,
            cause.id,
            cause.traceparent,
        )
        self._emitted.append(Output(topic, event))
        return event
