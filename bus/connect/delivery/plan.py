"""A sink file checked against the contracts and compiled to functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from bus.connect.delivery.fields import Style, compile_field
from bus.connect.files.document import Place, read_document
from bus.connect.files.problems import Problems
from bus.connect.files.sink_file import (
    Condition,
    EventSpec,
    FieldSpec,
    SinkDocument,
    SinkFile,
)
from bus.connect.sink import SinkSpec
from bus.contracts import Catalog
from bus.errors import ConfigError
from bus.privacy.mask import mask_name, mask_nik
from bus.record import Event, iso_time

Render = Callable[[Event], Any]

_ENVELOPE: Mapping[str, Render] = {
    "$id": lambda event: event.id,
    "$key": lambda event: event.key,
    "$type": lambda event: event.type,
    "$source": lambda event: event.source,
    "$operation": lambda event: event.operation,
    "$time": lambda event: iso_time(event.time_ms),
}
_MASKS: Mapping[str, Callable[[str], str]] = {"nik": mask_nik, "nama": mask_name}


@dataclass(frozen=True, slots=True)
class EventPlan:
    """One event type, compiled.

    Attributes:
        kind: the receiver's word for it.
        fields: receiver's field → function of the event.
        wanted: whether the filter lets an event pass.
        passing: fields that differ in every event (`$id`, `$time`); the echo guard
            does not compare them.
    """

    kind: str
    fields: tuple[tuple[str, Render], ...]
    wanted: Callable[[Event], bool]
    passing: frozenset[str] = frozenset()

    def render(self, event: Event) -> dict[str, Any]:
        """The event in the receiver's field names."""
        return {name: read(event) for name, read in self.fields}

    def lasting(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The rendered fields that say something about the case itself."""
        return {name: v for name, v in fields.items() if name not in self.passing}


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """A sink file, checked against the contracts and compiled."""

    file: SinkFile
    tenant: str
    topics: tuple[str, ...]
    events: Mapping[str, EventPlan]

    @property
    def name(self) -> str:
        return self.file.connector

    @property
    def group(self) -> str:
        """Consumer group id; one per sink, so that none waits for another."""
        return f"sink-{self.tenant}-{self.name}"

    @property
    def columns(self) -> tuple[str, ...]:
        """All receiver's fields, in order of first use."""
        names = (name for plan in self.events.values() for name, _ in plan.fields)
        return tuple(dict.fromkeys(names))


def compile_plan(
    read: SinkDocument, catalog: Catalog, tenant: str, zone: tzinfo
) -> DeliveryPlan:
    """Check a sink file against the contracts and compile its mapping.

    Args:
        read: the YAML as read.
        catalog: the contracts.
        tenant: tenant id.
        zone: the tenant's time zone.

    Raises:
        ConfigError: unknown contracts, event types or fields; all of them.
    """
    problems = Problems(read.document)
    events = problems.refused_or(compiled(read.file, catalog, zone, problems))
    topics = tuple(catalog.contract(ref).topic(tenant) for ref in read.file.topics)
    return DeliveryPlan(read.file, tenant, topics, events)


def check_sink(
    path: Path, kinds: Mapping[str, SinkSpec], catalog: Catalog, zone: tzinfo
) -> None:
    """See that a sink file is right, as far as it shows without `${NAME}`.

    Args:
        path: the file.
        kinds: kinds of sinks by name.
        catalog: the contracts.
        zone: the tenant's time zone.

    Raises:
        ConfigError: every problem found, `file:line: what`.
    """
    document = read_document(path)
    problems = Problems(document)
    file = problems.block(document.data, (), SinkFile)
    if file is not None:
        compiled(file, catalog, zone, problems)
    spec, block = problems.kind(kinds), document.data.get("sink", {})
    if spec is not None and isinstance(block, dict):
        problems.block(block, ("sink",), spec.config)
    problems.refused_or(path)


def compiled(
    file: SinkFile, catalog: Catalog, zone: tzinfo, problems: Problems
) -> dict[str, EventPlan]:
    """The mapping of a sink file, compiled as far as it fits the contracts."""
    known = _carried(file, catalog, problems)
    place: Place = ("mapping",)
    if file.event_types is not None:
        place = ("event_types",)
    events = {}
    for event_type in file.event_types or file.mapping:
        if event_type not in file.mapping:
            problems.add(place, f"event type {event_type} has no mapping")
        elif event_type not in known:
            text = f"{event_type} is not in any of {', '.join(file.topics)}"
            problems.add(("mapping", event_type), text)
        else:
            schema = catalog.event(event_type).schema
            maker = _Compiler(schema, zone, event_type, problems)
            events[event_type] = maker.plan(file.mapping[event_type], file.filter)
    return events


def _carried(file: SinkFile, catalog: Catalog, problems: Problems) -> set[str]:
    known: set[str] = set()
    for number, ref in enumerate(file.topics):
        try:
            contract = catalog.contract(ref)
        except ConfigError as error:
            problems.add(("topics", number), str(error))
        else:
            known.update(contract.events, contract.carries)
    return known


class _Compiler:
    """Compiles the mapping of one event type, collecting problems."""

    def __init__(
        self, schema: Mapping[str, Any], zone: tzinfo, where: str, problems: Problems
    ) -> None:
        self._schema = schema
        self._zone = zone
        self._where = where
        self._problems = problems

    def plan(self, spec: EventSpec, conditions: tuple[Condition, ...]) -> EventPlan:
        place = ("mapping", self._where, "isi")
        fields = tuple(
            (name, self._field(part, (*place, name))) for name, part in spec.isi.items()
        )
        tests = [
            (self._path(condition.field, None, ("filter", number)), condition)
            for number, condition in enumerate(conditions)
        ]

        def wanted(event: Event) -> bool:
            return all(condition.holds(read(event)) for read, condition in tests)

        passing = frozenset(
            name
            for name, part in spec.isi.items()
            if _path_of(part) in ("$id", "$time")
        )
        return EventPlan(spec.jenis or self._where, fields, wanted, passing)

    def _field(self, spec: str | FieldSpec, place: Place) -> Render:
        if isinstance(spec, str):
            return self._path(spec, None, place)
        if spec.field is None:
            return lambda _: spec.constant
        read = self._path(spec.field, spec.format, place)
        if spec.remove:
            read = _on_text(read, _remover(spec.remove))
        if spec.mask:
            read = _on_text(read, _MASKS[spec.mask])
        return _translated(read, spec.values) if spec.values else read

    def _path(self, path: str, pattern: str | None, place: Place) -> Render:
        if path.startswith("$"):
            if path not in _ENVELOPE:
                text = f"{path}: there are only {', '.join(_ENVELOPE)}"
                self._problems.add(place, f"{self._where}: {text}")
            return _ENVELOPE.get(path, _ENVELOPE["$id"])
        try:
            read = compile_field(self._schema, path, Style(self._zone, pattern))
        except ConfigError as error:
            for text in error.problems:
                self._problems.add(place, f"{self._where}: {text}")
            return _ENVELOPE["$id"]
        return lambda event: read(event.value)


def _path_of(spec: str | FieldSpec) -> str | None:
    return spec if isinstance(spec, str) else spec.field


def _on_text(read: Render, change: Callable[[str], str]) -> Render:
    def render(event: Event) -> Any:
        found = read(event)
        return change(found) if isinstance(found, str) else found

    return render


def _remover(characters: str) -> Callable[[str], str]:
    table = str.maketrans("", "", characters)
    return lambda text: text.translate(table)


def _translated(read: Render, values: Mapping[str, str]) -> Render:
    def render(event: Event) -> Any:
        found = read(event)
        return values.get(str(found), found) if found is not None else None

    return render
