"""Leaf fields of a schema with their descriptions and personal-data classes.

A field without a `pribadi` tag is personal (`design.md` §4). A tag on a field that
holds a record raises everything inside to at least that class: `bayi: Orang`
tagged `pribadi_spesifik` makes the baby's name child data.
"""

from collections.abc import Iterator
from typing import Any

from bus.contracts.contract import CLASSES, FieldInfo, Schema
from bus.contracts.shared_type import name_of

UNTAGGED = "pribadi_umum"


def leaf_fields(schema: Schema) -> tuple[FieldInfo, ...]:
    """Every leaf field of a self-contained record schema, in schema order.

    Raises:
        ValueError: a `pribadi` tag is none of `CLASSES`; the message names the field.
    """
    return tuple(_Walk().record(schema, "", CLASSES[0]))


def stricter(first: str, second: str) -> str:
    """The class of the two that needs more protection."""
    return first if CLASSES.index(first) >= CLASSES.index(second) else second


class _Walk:
    """One walk over one schema; knows the named types met so far."""

    def __init__(self) -> None:
        self._seen: dict[str, Schema] = {}
        self._open: list[str] = []

    def record(self, schema: Schema, prefix: str, outer: str) -> Iterator[FieldInfo]:
        name = name_of(schema)
        if name in self._open:  # a type that holds itself: once is enough
            return
        self._seen[name] = schema
        self._open.append(name)
        for item in schema["fields"]:
            yield from self._field(item, f"{prefix}{item['name']}", outer)
        self._open.pop()

    def _field(self, item: Schema, path: str, outer: str) -> Iterator[FieldInfo]:
        tag = item.get("pribadi")
        if tag is not None and tag not in CLASSES:
            raise ValueError(
                f"{path}: pribadi {tag!r} is not valid; valid: {', '.join(CLASSES)}"
            )
        inner, nullable = _core(item["type"], self._seen)
        if isinstance(inner, dict) and inner.get("type") == "record":
            yield from self.record(inner, f"{path}.", stricter(outer, tag or outer))
            return
        yield FieldInfo(
            path=path,
            type=_short(inner),
            nullable=nullable,
            konsep=str(item.get("konsep", "")),
            definisi=str(item.get("definisi", item.get("doc", ""))),
            satuan=str(item.get("satuan", "")),
            kode_referensi=str(item.get("kode_referensi", "")),
            pribadi=stricter(outer, tag or UNTAGGED),
            tagged=tag is not None,
        )


def _core(node: Any, seen: dict[str, Schema]) -> tuple[Any, bool]:
    """The record inside unions, arrays and maps if there is one, else the type."""
    if isinstance(node, list):
        branches = [branch for branch in node if branch != "null"]
        inner = branches[0] if branches else "null"
        return _core(inner, seen)[0], "null" in node
    if isinstance(node, str):
        return seen.get(node, node), False
    kind = node.get("type")
    if kind in ("array", "map"):
        inner, _ = _core(node.get("items", node.get("values")), seen)
        holds_record = isinstance(inner, dict) and inner.get("type") == "record"
        return (inner if holds_record else node), False
    if kind in ("enum", "fixed"):
        seen[name_of(node)] = node
    return node, False


def _short(node: Any) -> str:
    if isinstance(node, str):
        return node
    kind = str(node.get("type"))
    logical = node.get("logicalType")
    if logical == "decimal":
        return f"decimal({node.get('precision')},{node.get('scale', 0)})"
    if logical:
        return str(logical)
    if kind == "enum":
        return "enum{" + ",".join(node.get("symbols", [])) + "}"
    if kind in ("array", "map"):
        return f"{kind}<{_short(node.get('items', node.get('values')))}>"
    return kind
