"""Field paths of the contract compiled to functions that give JSON values.

The Avro schema, not the value, says what is a date, a time or money: in the process
they are numbers. Output: dates `2026-03-01`, times with the tenant's offset, money
`1000000.00` as text, enums as text, whole records and lists as JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from bus.errors import ConfigError

Read = Callable[[Any], Any]
Kept = Mapping[str, "Kept | Read"]
"""Fields of a record that are written: name → what is below it, or for a leaf what is
done to its JSON value."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Style:
    """How leaves are written.

    Attributes:
        zone: time zone of times.
        pattern: strftime pattern for dates and times; None is ISO 8601.
    """

    zone: tzinfo
    pattern: str | None = None


def compile_field(schema: Mapping[str, Any], path: str, style: Style) -> Read:
    """A function from an event's value to the JSON value of one field.

    Args:
        schema: self-contained Avro schema of the event.
        path: dotted; a number picks from a list (`calon_ahli_waris.0.orang.nama`).
        style: how dates and times are written.

    Raises:
        ConfigError: the path is not in the schema; says what is there.
    """
    types = _Types(schema)
    node: Any = schema
    steps: list[str | int] = []
    for part in path.split("."):
        node, step = types.step(node, part, path)
        steps.append(step)
    write = types.writer(node, style)
    if len(steps) == 1:
        only = steps[0]
        return lambda value: write(value.get(only))
    return lambda value: write(_walk(value, steps))


def compile_record(schema: Mapping[str, Any], kept: Kept, style: Style) -> Read:
    """A function from an event's value to JSON that has only some of its fields.

    Args:
        schema: self-contained Avro schema of the event.
        kept: fields to write; lists and maps add no level to it.
        style: how dates and times are written.

    Raises:
        ConfigError: a field is kept whose type cannot be told before its value.
    """
    return _Types(schema).writer(schema, style, kept)


def _walk(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int):
            value = value[step] if value and step < len(value) else None
        else:
            value = value.get(step)
        if value is None:
            return None
    return value


class _Types:
    """Named types of one schema, and walks through it."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._named: dict[str, Any] = {}
        self._collect(schema, "")

    def step(self, node: Any, part: str, path: str) -> tuple[Any, str | int]:
        """The type below `node` at one part of a path, and how to get there."""
        node = self._plain(node)
        kind = node.get("type") if isinstance(node, dict) else node
        if kind == "array" and part.isdigit():
            return node["items"], int(part)
        if kind != "record":
            raise ConfigError(f"{path}: nothing is below {kind} at {part!r}")
        for found in node["fields"]:
            if found["name"] == part:
                return found["type"], part
        known = ", ".join(sorted(field["name"] for field in node["fields"]))
        raise ConfigError(f"{path}: no field {part!r}; there are: {known}")

    def writer(self, node: Any, style: Style, kept: Kept | Read | None = None) -> Read:
        """Function that turns a value of this type into its JSON form.

        Args:
            node: the type.
            style: how leaves are written.
            kept: of a record, the fields that are written; None is all of them.
        """
        node = self._plain(node)
        if kept is not None and isinstance(node, dict) and node["type"] == "union":
            raise ConfigError("a union of several types cannot be offered in part")
        if callable(kept):
            write = self.writer(node, style)
            return lambda value: kept(write(value))
        if not isinstance(node, dict):
            return _same if node != "bytes" else _hex
        kind = node["type"]
        if kind == "record":
            return self._record(node, style, kept)
        if kind == "array":
            item = self.writer(node["items"], style, kept)
            return lambda value: None if value is None else [item(v) for v in value]
        if kind == "map":
            inner = self.writer(node["values"], style, kept)
            return lambda v: None if v is None else {k: inner(x) for k, x in v.items()}
        return _leaf(node, style)

    def _record(self, node: dict[str, Any], style: Style, kept: Kept | None) -> Read:
        fields = [
            (f["name"], self.writer(f["type"], style, kept and kept[f["name"]]))
            for f in node["fields"]
            if kept is None or f["name"] in kept
        ]

        def write(value: Any) -> Any:
            if value is None:
                return None
            return {name: inner(value.get(name)) for name, inner in fields}

        return write

    def _plain(self, node: Any) -> Any:
        """The type without `null` and with names resolved."""
        if isinstance(node, list):
            kinds = [kind for kind in node if kind != "null"]
            node = kinds[0] if len(kinds) == 1 else {"type": "union"}
        if isinstance(node, str):
            return self._named.get(node, node)
        if isinstance(node["type"], (dict, list)):
            return self._plain(node["type"])
        return node

    def _collect(self, node: Any, namespace: str) -> None:
        if isinstance(node, list):
            for kind in node:
                self._collect(kind, namespace)
        if not isinstance(node, dict):
            return
        namespace = node.get("namespace", namespace)
        if name := node.get("name"):
            full = name if "." in name or not namespace else f"{namespace}.{name}"
            self._named[full] = self._named[name] = node
        for field in node.get("fields", ()):
            self._collect(field["type"], namespace)
        for part in ("type", "items", "values"):
            self._collect(node.get(part), namespace)


def _leaf(node: dict[str, Any], style: Style) -> Read:
    logical = node.get("logicalType")
    if logical == "date":
        return lambda value: _date(value, style)
    if logical == "timestamp-millis":
        return lambda value: _time(value, style)
    if logical == "decimal":
        return lambda value: None if value is None else f"{value:f}"
    return _hex if node["type"] == "bytes" else _same


def _same(value: Any) -> Any:
    return value


def _hex(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _date(value: int | None, style: Style) -> str | None:
    if value is None:
        return None
    day = EPOCH + timedelta(days=value)
    return day.strftime(style.pattern) if style.pattern else day.isoformat()


def _time(value: int | None, style: Style) -> str | None:
    if value is None:
        return None
    moment = datetime.fromtimestamp(value / 1000, UTC).astimezone(style.zone)
    if style.pattern:
        return moment.strftime(style.pattern)
    return moment.isoformat(timespec="seconds")
