"""Shared named types: a schema that names one gets its definition inlined.

An `.avsc` may use `id.go.pemda.tipe.Orang` without defining it; the definition in
`schemas/types/` is put in at the first use, so that each event schema is complete
for any Avro library and any registry.
"""

import re
from collections.abc import Mapping
from typing import Any

from bus.contracts.contract import Schema

PRIMITIVES = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
)
NAMED = frozenset({"record", "enum", "fixed"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def full_name(name: str, namespace: str) -> str:
    """A name with its namespace."""
    return name if "." in name or not namespace else f"{namespace}.{name}"


def name_of(schema: Schema) -> str:
    """Full name of a named type."""
    return full_name(str(schema.get("name", "")), str(schema.get("namespace", "")))


def named_types(node: Any) -> dict[str, Schema]:
    """Every named type defined in a self-contained schema, by full name."""
    if isinstance(node, list):
        return {name: item for one in node for name, item in named_types(one).items()}
    if not isinstance(node, dict):
        return {}
    found = {name_of(node): node} if node["type"] in NAMED else {}
    inner = [item["type"] for item in node.get("fields", ())]
    inner += [node[key] for key in ("items", "values") if key in node]
    return found | named_types(inner)


class Inliner:
    """Makes one schema self-contained; collects what is wrong in `problems`."""

    def __init__(self, types: Mapping[str, Schema]) -> None:
        self.problems: list[str] = []
        self._types = types
        self._defined: set[str] = set()

    def inline(self, node: Any, namespace: str = "", place: str = "") -> Any:
        """The type with every shared type defined at its first use."""
        if isinstance(node, str):
            return self._reference(node, namespace, place)
        if isinstance(node, list):
            return [self.inline(branch, namespace, place) for branch in node]
        if isinstance(node, dict):
            return self._complex(node, namespace, place)
        self._problem(place, f"{node!r} is no Avro type")
        return "null"

    def _reference(self, name: str, namespace: str, place: str) -> Any:
        if name in PRIMITIVES:
            return name
        full = full_name(name, namespace)
        if full in self._defined:
            return full
        if full in self._types:
            return self.inline(self._types[full], "", place)
        self._problem(
            place,
            f"unknown type {full}; shared types are: {', '.join(sorted(self._types))}",
        )
        return "null"

    def _complex(self, node: Schema, namespace: str, place: str) -> Any:
        kind = node.get("type")
        if isinstance(kind, str) and kind in NAMED:
            return self._named(node, namespace, place)
        if kind == "array":
            return {**node, "items": self.inline(node.get("items"), namespace, place)}
        if kind == "map":
            return {**node, "values": self.inline(node.get("values"), namespace, place)}
        inner = self.inline(kind, namespace, place)
        return {**node, "type": inner} if len(node) > 1 else inner

    def _named(self, node: Schema, namespace: str, place: str) -> Schema:
        namespace = str(node.get("namespace", namespace))
        full = full_name(str(node.get("name", "")), namespace)
        if full in self._defined:
            self._problem(place, f"type {full} is defined twice")
        self._defined.add(full)
        made = {**node, "namespace": full.rpartition(".")[0]}
        made["name"] = full.rpartition(".")[2]
        if node["type"] == "record":
            fields = node.get("fields", [])
            names = [item.get("name") for item in fields]
            for name in sorted({str(one) for one in names if names.count(one) > 1}):
                self._problem(place, f"{full} has the field {name} twice")
            for name in (one for one in names if not _NAME.fullmatch(str(one))):
                self._problem(place, f"{full}: {name!r} is not an Avro name")
            made["fields"] = [
                self._field(item, made["namespace"], place) for item in fields
            ]
        return made

    def _field(self, node: Schema, namespace: str, place: str) -> Schema:
        path = f"{place}.{node.get('name')}" if place else str(node.get("name"))
        return {**node, "type": self.inline(node.get("type"), namespace, path)}

    def _problem(self, place: str, text: str) -> None:
        self.problems.append(f"{place or '(schema)'}: {text}")
