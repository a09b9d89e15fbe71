"""Trying a connector without sending or storing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.source import Batch, Reading
from bus.contracts import topic_name
from bus.record import DIBATALKAN
from bus.serde import Serde

if TYPE_CHECKING:
    from bus.connect.files.connector import Connector
    from bus.connect.files.definition import Expected, TestRow
    from bus.connect.rows.outcome import Made, Outcome
    from bus.contracts import Catalog, EventContract

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _NoRegistry:
    """Schema ids for bytes that nobody will read."""

    def __init__(self) -> None:
        self._schemas: list[dict[str, Any]] = []

    def register(
        self, subject: str, schema: dict[str, Any], compatibility: str = ""
    ) -> int:
        del subject, compatibility
        self._schemas.append(schema)
        return len(self._schemas)

    def schema(self, schema_id: int) -> dict[str, Any]:
        return self._schemas[schema_id - 1]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one test row did; no problems means that it passed."""

    name: str
    problems: tuple[str, ...]


class Rehearsal:
    """Runs rows through a connector's mapping and encoding.

    Args:
        connector: loaded connector.
        catalog: contracts.
        tenant: tenant id.
    """

    def __init__(self, connector: Connector, catalog: Catalog, tenant: str) -> None:
        self._connector = connector
        self._catalog = catalog
        self._serde = Serde(catalog, _NoRegistry())
        self._tenant = tenant

    def run(self, batch: Batch) -> Outcome:
        """What would become of the rows, as if none had been seen before.

        A source that keeps a window only emits more than one that remembers all, and
        so does its rehearsal.

        Raises:
            ConfigError: the rows lack a column.
        """
        return self._engine().work(batch)

    def passing(self) -> Callable[[Batch], Outcome]:
        """As `run`, for the batches of one pass: a reference used twice is seen.

        Raises:
            ConfigError: the rows lack a column.
        """
        return self._engine().work

    def _engine(self) -> RowEngine:
        return RowEngine(
            self._connector,
            Reading(self._connector.remembers_all),
            RowMemory(),
            f"/{self._tenant}/{self._connector.definition.app}",
            lambda contract, name: self._serde.encoder(
                topic_name(self._tenant, contract), name
            ),
        )

    def test_rows(self) -> list[Verdict]:
        """Verdicts on the rows kept in the file."""
        return [self._verdict(row) for row in self._connector.definition.uji]

    def _verdict(self, test: TestRow) -> Verdict:
        engine = self._engine()
        row = self._batch(test, test.baris)
        if test.sebelum is not None:
            before = self._batch(test, {**test.baris, **test.sebelum})
            if problem := self._unfit(before, row, engine.work(before)):
                return Verdict(test.nama, (problem,))
            engine.next_pass()
        return Verdict(test.nama, tuple(self._problems(test, engine.work(row))))

    def _batch(self, test: TestRow, cells: Mapping[str, Any]) -> Batch:
        columns = self._connector.compiled.columns
        row = tuple(cells.get(name) for name in columns)
        marks = () if self._connector.remembers_all else (test.nama,)
        return Batch(columns, [row], "", origin=test.nama, marks=marks)

    def _unfit(self, before: Batch, after: Batch, outcome: Outcome) -> str:
        """Why one row cannot be an earlier version of the other, or nothing."""
        ref_of = self._connector.compiled.ref_of
        if ref_of(before.rows[0]) != ref_of(after.rows[0]):
            return "`sebelum` changes a column of `ref`, so it is another row"
        if outcome.refused:
            error = outcome.refused[0].error
            return f"`sebelum` is rejected: {error.code}: {error.message}"
        return ""

    def _problems(self, test: TestRow, outcome: Outcome) -> Iterator[str]:
        refused = outcome.refused[0].error if outcome.refused else None
        code = None if refused is None else refused.code
        if code != test.tolak:
            text = "" if refused is None else f": {refused.message}"
            yield (
                f"expected {test.tolak or 'no rejection'}, got {code or 'none'}{text}"
            )
            return
        expected = [event.peristiwa for event in test.hasil]
        found = [made.type for made in outcome.events]
        if expected != found:
            yield f"expected events {expected}, got {found}{_hint(test)}"
            return
        for event, made in zip(test.hasil, outcome.events, strict=True):
            yield from self._differences(event, made)

    def _differences(self, event: Expected, made: Made) -> Iterator[str]:
        if event.kunci is not None and event.kunci != made.key:
            yield f"{made.type}: key {made.key!r}, expected {event.kunci!r}"
        operation = made.operation if event.operasi else None
        if operation != event.operasi:
            yield f"{made.type}: operation {made.operation}, expected {event.operasi}"
        shown = self.shown(made)
        for path, wanted in event.nilai.items():
            if path not in shown:
                yield f"{made.type}: there is no field {path}"
            elif shown[path] != wanted and str(shown[path]) != str(wanted):
                yield f"{made.type}: {path} is {shown[path]!r}, expected {wanted!r}"

    def shown(self, made: Made) -> dict[str, Any]:
        """Every field of an event by dotted path, dates and money as text."""
        event = self._catalog.event(made.type)
        types = {field.path: field.type for field in event.fields}
        return {
            path: _readable(value, types.get(path, ""))
            for path, value in _flat(made.value, "", types)
        }

    def personal(self, event_type: str) -> EventContract:
        """The contract that says which fields are personal."""
        return self._catalog.event(event_type)


def _hint(test: TestRow) -> str:
    unseen = test.sebelum is None
    if unseen and any(event.operasi == DIBATALKAN for event in test.hasil):
        return (
            "; a row never seen has nothing to withdraw: give `sebelum:`, the columns "
            "as they were before"
        )
    return ""


def _flat(value: Any, path: str, types: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and path not in types:
        for name, part in value.items():
            yield from _flat(part, f"{path}.{name}" if path else name, types)
    else:
        yield path, value


def _readable(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "date" and isinstance(value, int):
        return (EPOCH + timedelta(days=value)).date().isoformat()
    if kind.startswith("timestamp") and isinstance(value, int):
        return (EPOCH + timedelta(milliseconds=value)).isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_readable(item, kind) for item in value]
    return value
