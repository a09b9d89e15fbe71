"""Debezium's envelope: what a record says about a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bus.errors import RowError
from connectors.debezium.cells import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Converters = Mapping[str, Callable[[Any], Any]]

READ, CREATE, UPDATE, DELETE, TRUNCATE, MESSAGE = "rcudtm"
FIRST = frozenset({"first", "first_in_data_collection"})
LAST = frozenset({"last", "last_in_data_collection"})
WITHIN = FIRST | LAST | {"true"}


@dataclass(frozen=True, slots=True)
class Change:
    """What happened.

    Attributes:
        op: r, c, u, d, t or m.
        cells: column → value: the row after, or what is told of the deleted one.
        begins: the first row of a snapshot.
        ends: its last one.
        in_snapshot: any row of a snapshot that begins and ends.
        moved: the row before, where its reference may have been another one.
    """

    op: str
    cells: Mapping[str, Any] = field(default_factory=dict)
    begins: bool = False
    ends: bool = False
    in_snapshot: bool = False
    moved: Mapping[str, Any] | None = None


def change_of(value: Any, key: Any, converters: Converters) -> Change:
    """The change an envelope tells.

    Args:
        value: the envelope.
        key: of the record, for deletions of which the row is not told.
        converters: column → how its values are read.

    Raises:
        RowError: no envelope, or an operation nobody knows.
    """
    if not isinstance(value, dict) or "op" not in value:
        raise RowError(
            "BUKAN_DEBEZIUM",
            "isi pesan bukan amplop Debezium (op, before, after). Matikan SMT "
            "ExtractNewRecordState pada konektor itu.",
        )
    op = value["op"]
    if op in {TRUNCATE, MESSAGE}:
        return Change(op)
    told = value.get("before") if op == DELETE else value.get("after")
    if op == DELETE and told is None:
        told = key
    if op not in {READ, CREATE, UPDATE, DELETE} or not isinstance(told, dict):
        raise RowError(
            "OPERASI_TAK_DIKENAL",
            f"operasi {str(op)[:20]!r} tidak dikenal, atau barisnya tidak ada.",
        )
    snapshot = str((value.get("source") or {}).get("snapshot", "")).lower()
    before = value.get("before") if op == UPDATE else None
    return Change(
        op=op,
        cells=_converted(told, converters),
        begins=op == READ and snapshot in FIRST,
        ends=op == READ and snapshot in LAST,
        in_snapshot=op == READ and snapshot in WITHIN,
        moved=_converted(before, converters) if isinstance(before, dict) else None,
    )


def _converted(cells: Mapping[str, Any], converters: Converters) -> Mapping[str, Any]:
    found = dict(cells)
    for name, convert in converters.items():
        if found.get(name) is not None:
            found[name] = convert(found[name])
    return found


def from_connect(schema: Mapping[str, Any]) -> Converters:
    """How values are read that come with a schema of Kafka Connect's JSON."""
    found: dict[str, Callable[[Any], Any]] = {}
    for part in schema.get("fields", ()):
        if part.get("field") in {"before", "after"}:
            for cell in part.get("fields", ()):
                convert = named(cell.get("name") or "", cell.get("parameters") or {})
                if convert is not None:
                    found[cell["field"]] = convert
    return found


def from_avro(schema: Mapping[str, Any]) -> Converters:
    """How values are read that come with an Avro schema of Kafka Connect."""
    found: dict[str, Callable[[Any], Any]] = {}
    for record in _records(schema):
        for cell in record.get("fields", ()):
            for kind in _branches(cell["type"]):
                parameters = kind.get("connect.parameters") or {}
                convert = named(kind.get("connect.name") or "", parameters)
                if convert is not None:
                    found[cell["name"]] = convert
    return found


def _records(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in schema.get("fields", ()):
        if part["name"] in {"before", "after"}:
            for kind in _branches(part["type"]):
                if kind.get("type") == "record":
                    yield kind


def _branches(kind: Any) -> Iterator[Mapping[str, Any]]:
    for branch in kind if isinstance(kind, list) else [kind]:
        if isinstance(branch, dict):
            yield branch
