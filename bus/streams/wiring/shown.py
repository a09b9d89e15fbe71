"""Payloads and states as an operator may see them: personal data is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.record import iso_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.contracts import Catalog
    from bus.record import Value

MASK = "***"
_DAY_MS = 86_400_000
Fields = dict[str, str]
"""Leaf fields by dotted path; items of lists have their number in it."""


def shown(catalog: Catalog, event_type: str, value: Value | None) -> Fields:
    """The leaf fields of a value, those that are personal data masked.

    Args:
        catalog: the contracts; a record that it does not know is masked whole.
        event_type: Avro record name.
        value: payload or state; None has no fields.
    """
    if value is None:
        return {}
    event = catalog.events.get(event_type)
    types = {item.path: item.type for item in event.fields} if event else {}
    personal = event.personal_fields if event else {}
    return {
        place: _text(types.get(path, ""), found)
        if found is None or (path in types and path not in personal)
        else MASK
        for path, place, found in _leaves(value, "", "")
    }


def _text(kind: str, found: Any) -> str:
    """A leaf for people: days and times as such."""
    if kind == "date" and isinstance(found, int):
        return iso_time(found * _DAY_MS)[:10]
    if kind == "timestamp-millis" and isinstance(found, int):
        return iso_time(found)
    return str(found)


def _leaves(node: Any, path: str, place: str) -> Iterator[tuple[str, str, Any]]:
    """Every leaf with its path in the schema and its place in the value."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from _leaves(inner, _dotted(path, name), _dotted(place, name))
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _leaves(inner, path, _dotted(place, str(number)))
    else:
        yield path, place, node


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
