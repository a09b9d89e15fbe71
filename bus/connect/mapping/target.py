"""The `kolom` block laid over the contract: one node per target field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bus.connect.mapping.model import RULE_KEYS, Rule

if TYPE_CHECKING:
    from bus.connect.mapping.avro_type import FieldSpec, FieldType

Place = tuple[str | int, ...]
AUTOMATIC = frozenset({"sumber_ref", "mutu", "dicatat_pada"})


@dataclass(slots=True)
class Leaf:
    """A field with a rule."""

    path: str
    type: FieldType
    rule: Rule
    place: Place


@dataclass(slots=True)
class Fixed:
    """A field nobody maps: the contract's default."""

    path: str
    value: Any


@dataclass(slots=True)
class Auto:
    """A field the bus itself fills: `sumber_ref`, `mutu`, `dicatat_pada`."""

    path: str


@dataclass(slots=True)
class Nested:
    """A record; null when it may be and all its mapped fields are empty."""

    path: str
    type: FieldType
    children: dict[str, Node] = field(default_factory=dict)


@dataclass(slots=True)
class Listed:
    """An array; items that come out empty are left out."""

    path: str
    items: list[Node] = field(default_factory=list)


Node = Leaf | Fixed | Auto | Nested | Listed
Problem = tuple[Place, str]


class TargetReader:
    """Reads one `kolom` block against one record schema, collecting all problems.

    Args:
        event_type: for messages.
    """

    def __init__(self, event_type: str) -> None:
        self.event_type = event_type
        self.problems: list[Problem] = []

    def record(
        self,
        fields: tuple[FieldSpec, ...],
        raw: dict[str, Any],
        place: Place,
        prefix: str = "",
    ) -> dict[str, Node]:
        """A node per field of the record, in schema order."""
        names = [spec.name for spec in fields]
        for unknown in sorted(set(raw) - set(names)):
            self._problem(
                (*place, unknown),
                f"{self.event_type} has no field `{prefix}{unknown}`; "
                f"fields here: {', '.join(n for n in names if n not in AUTOMATIC)}",
            )
        nodes = {}
        for spec in fields:
            path = f"{prefix}{spec.name}"
            if spec.name in raw:
                node = self._node(spec.type, raw[spec.name], (*place, spec.name), path)
            else:
                node = self._unmapped(spec, place, path, top=not prefix)
            if node is not None:
                nodes[spec.name] = node
        return nodes

    def _unmapped(
        self, spec: FieldSpec, place: Place, path: str, *, top: bool
    ) -> Node | None:
        if top and spec.name in AUTOMATIC:
            return Auto(path)
        if spec.has_default:
            return Fixed(path, spec.default)
        if spec.type.nullable:
            return Fixed(path, None)
        if spec.type.kind == "array":
            return Fixed(path, [])
        self._problem(
            place, f"{self.event_type} needs `{path}` ({spec.type.kind}); map it"
        )
        return None

    def _node(self, kind: FieldType, raw: Any, place: Place, path: str) -> Node | None:
        if kind.kind == "record":
            if not isinstance(raw, dict):
                self._problem(place, f"`{path}` is a record; give its fields")
                return None
            children = self.record(kind.fields, raw, place, f"{path}.")
            return Nested(path, kind, children)
        if kind.kind == "array" and isinstance(raw, dict) and "daftar" in raw:
            return self._list(kind, raw, place, path)
        return self._leaf(kind, raw, place, path)

    def _list(
        self, kind: FieldType, raw: dict[str, Any], place: Place, path: str
    ) -> Node:
        listed = Listed(path)
        entries = raw["daftar"]
        if kind.items is None or not isinstance(entries, list) or len(raw) > 1:
            self._problem(place, f"`{path}`: write `daftar:` and a list under it")
            return listed
        for number, item in enumerate(entries):
            node = self._node(
                kind.items, item, (*place, "daftar", number), f"{path}.{number}"
            )
            if node is not None:
                listed.items.append(node)
        return listed

    def _leaf(self, kind: FieldType, raw: Any, place: Place, path: str) -> Node | None:
        if not isinstance(raw, dict):
            raw = {"dari": raw}
        try:
            return Leaf(path, kind, Rule.model_validate(raw), place)
        except ValidationError as error:
            for item in error.errors(include_input=False, include_url=False):
                inner = tuple(item["loc"])
                text = item["msg"]
                if item["type"] == "extra_forbidden":
                    text = f"not known here; valid: {', '.join(sorted(RULE_KEYS))}"
                name = ".".join(str(part) for part in inner)
                self._problem(
                    (*place, *inner), f"`{path}`{' ' + name if name else ''}: {text}"
                )
            return None

    def _problem(self, place: Place, text: str) -> None:
        self.problems.append((place, text))
