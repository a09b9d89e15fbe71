"""Can records written with one Avro schema be read with another, and if not, why.

The rules of Avro schema resolution, told by field path in plain words, plus two
that the official checker does not have: a changed logical type (a decimal with
another scale changes every amount without any error) and a changed namespace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.contracts.shared_type import NAMED, Inliner, name_of, named_types

if TYPE_CHECKING:
    from bus.contracts.contract import Schema

_PROMOTIONS = frozenset(
    {
        ("int", "long"),
        ("int", "float"),
        ("int", "double"),
        ("long", "float"),
        ("long", "double"),
        ("float", "double"),
        ("string", "bytes"),
        ("bytes", "string"),
    }
)
"""Writer type and reader type that Avro converts."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where reading fails or gives another value.

    Attributes:
        path: dotted field path, or `(schema)`.
        rule: stable name of the rule, upper case.
        text: what is wrong and what to do.
    """

    path: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}: {self.text}"


def breaks(reader: Any, writer: Any) -> list[Break]:
    """Every place where data of the writer schema cannot be read as the reader's."""
    comparison = _Comparison(reader, writer)
    comparison.compare(comparison.reader, comparison.writer, "")
    return comparison.found


class _Comparison:
    def __init__(self, reader: Any, writer: Any) -> None:
        self.found: list[Break] = []
        self.reader = Inliner({}).inline(reader)
        self.writer = Inliner({}).inline(writer)
        self._reader_names = named_types(self.reader)
        self._writer_names = named_types(self.writer)
        self._done: set[tuple[str, str]] = set()

    def compare(self, reader: Any, writer: Any, path: str) -> None:
        reader = _resolved(reader, self._reader_names)
        writer = _resolved(writer, self._writer_names)
        if isinstance(writer, list):
            for branch in writer:
                self.compare(reader, branch, path)
        elif isinstance(reader, list):
            self._union(reader, writer, path)
        elif _kind(reader) == _kind(writer):
            self._same_kind(reader, writer, path)
        elif (_kind(writer), _kind(reader)) in _PROMOTIONS:
            self._logical(reader, writer, path)
        elif _kind(writer) == "null":
            self._break(
                path,
                "NULL_NOT_ALLOWED",
                "null may stand in the data, the reading schema does not allow it; "
                "keep the union with null",
            )
        else:
            self._break(
                path,
                "TYPE_CHANGED",
                f"written as {_label(writer)}, read as {_label(reader)}; "
                "add a new field instead",
            )

    def _union(self, reader: list[Any], writer: Any, path: str) -> None:
        branches = [_resolved(branch, self._reader_names) for branch in reader]
        same = [item for item in branches if _identity(item) == _identity(writer)]
        near = [
            item
            for item in branches
            if (_kind(writer), _kind(item)) in _PROMOTIONS
            or (_kind(item) == _kind(writer) and _renamed(item, writer))
        ]
        if candidates := same or near:
            self.compare(candidates[0], writer, path)
            return
        known = ", ".join(_label(branch) for branch in branches)
        self._break(
            path,
            "TYPE_REMOVED",
            f"{_label(writer)} may stand in the data, the reading schema knows only "
            f"{known}; keep the type in the union",
        )

    def _same_kind(self, reader: Any, writer: Any, path: str) -> None:
        kind = _kind(reader)
        if kind in NAMED and not self._same_name(reader, writer, path):
            return
        if kind == "record":
            self._record(reader, writer, path)
        elif kind == "enum":
            self._enum(reader, writer, path)
        elif kind == "array":
            self.compare(reader["items"], writer["items"], path)
        elif kind == "map":
            self.compare(reader["values"], writer["values"], path)
        else:
            self._size(reader, writer, path)
            self._logical(reader, writer, path)

    def _same_name(self, reader: Schema, writer: Schema, path: str) -> bool:
        if name_of(reader) == name_of(writer) or _renamed(reader, writer):
            return True
        self._break(
            path,
            "NAME_CHANGED",
            f"written as {name_of(writer)}, read as {name_of(reader)}; keep the name "
            "or give the old one in `aliases`",
        )
        return False

    def _record(self, reader: Schema, writer: Schema, path: str) -> None:
        pair = (name_of(reader), name_of(writer))
        if pair in self._done:
            return
        self._done.add(pair)
        there = {item["name"]: item for item in writer["fields"]}
        for item in reader["fields"]:
            name = item["name"]
            inside = f"{path}.{name}" if path else name
            names = [name, *item.get("aliases", ())]
            source = next((there[one] for one in names if one in there), None)
            if source is not None:
                self.compare(item["type"], source["type"], inside)
            elif "default" not in item:
                self._break(
                    inside,
                    "NO_DEFAULT",
                    "not in the written data and without default; give it one "
                    "(optional: union with null first, default null)",
                )

    def _enum(self, reader: Schema, writer: Schema, path: str) -> None:
        lost = sorted({*writer["symbols"]} - {*reader["symbols"]})
        if lost and reader.get("default") not in reader["symbols"]:
            self._break(
                path,
                "SYMBOL_REMOVED",
                f"{', '.join(lost)} may stand in the data, the reading schema does "
                "not know it and has no default symbol; keep it or add the default "
                "LAINNYA",
            )

    def _size(self, reader: Any, writer: Any, path: str) -> None:
        if _kind(reader) == "fixed" and reader["size"] != writer["size"]:
            self._break(
                path,
                "SIZE_CHANGED",
                f"written with {writer['size']} bytes, read with {reader['size']}; "
                "add a new field instead",
            )

    def _logical(self, reader: Any, writer: Any, path: str) -> None:
        if _logical(reader) != _logical(writer):
            self._break(
                path,
                "MEANING_CHANGED",
                f"written as {_label(writer)}, read as {_label(reader)}: the same "
                "bytes would mean another value; add a new field instead",
            )

    def _break(self, path: str, rule: str, text: str) -> None:
        self.found.append(Break(path or "(schema)", rule, text))


def _resolved(node: Any, names: dict[str, Schema]) -> Any:
    while isinstance(node, dict) and not isinstance(node["type"], str):
        node = node["type"]  # {"type": {"type": …}, "note": …}
    return names.get(node, node) if isinstance(node, str) else node


def _kind(node: Any) -> str:
    return str(node["type"]) if isinstance(node, dict) else str(node)


def _identity(node: Any) -> tuple[str, str]:
    kind = _kind(node)
    return kind, name_of(node) if kind in NAMED else ""


def _renamed(reader: Any, writer: Any) -> bool:
    if _kind(reader) not in NAMED:
        return False
    aliases = reader.get("aliases", ())
    return name_of(writer) in aliases or writer["name"] in aliases


def _logical(node: Any) -> tuple[Any, ...]:
    if not isinstance(node, dict) or "logicalType" not in node:
        return ()
    if node["logicalType"] == "decimal":
        return "decimal", node.get("precision"), node.get("scale", 0)
    return (node["logicalType"],)


def _label(node: Any) -> str:
    if isinstance(node, list):
        return " or ".join(_label(branch) for branch in node)
    logical = _logical(node)
    if logical:
        return f"{logical[0]}({logical[1]},{logical[2]})" if logical[1:] else logical[0]
    kind, name = _identity(node)
    return f"{kind} {name}" if name else kind
