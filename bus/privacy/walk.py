"""Walking the personal fields of an Avro record, compiled once per schema.

Only text and plain bytes can be protected, because the Avro type must stay; dates,
numbers, enums and decimals tagged as personal are left as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bus.errors import ConfigError
from bus.privacy.protect import Protector

Value = dict[str, Any]
Walk = Callable[[Value, str], Value]
Step = Callable[[Any, str, str], Any]

PERSONAL = frozenset({"pribadi_umum", "pribadi_spesifik"})

_SUBJECT = "subjek_id"


@dataclass(slots=True)
class _Node:
    """One record level: what to protect here and where to go deeper."""

    leaves: dict[str, str] = field(default_factory=dict)
    inner: dict[str, "_Node"] = field(default_factory=dict)


def compile_protect(
    schema: Mapping[str, Any], paths: Mapping[str, str], protector: Protector
) -> Walk | None:
    """A function that protects a record's personal fields, or None.

    None means that there is nothing to do (no such field, or a protector that does not
    encrypt), so that the caller skips the step at no cost. The function takes the
    value and the record's key, leaves the value alone and returns a changed copy of
    the levels it touches. A field belongs to the nearest record around it that has a
    `subjek_id`, else to the key.

    Args:
        schema: self-contained Avro record schema.
        paths: dotted field path to class, arrays and maps passed through without a
            mark of their own (`calon_ahli_waris.orang.nik`; `[]` is allowed).
        protector: who protects.

    Raises:
        ConfigError: paths that the schema does not have; all of them.
    """
    tree = _tree(schema, paths)
    return _walk(tree, protector.protect) if tree and protector.encrypts else None


def compile_reveal(
    schema: Mapping[str, Any], paths: Mapping[str, str], protector: Protector
) -> Walk | None:
    """The inverse of `compile_protect`, with the same arguments."""
    tree = _tree(schema, paths)
    return _walk(tree, protector.reveal) if tree and protector.encrypts else None


def protected_paths(schema: Mapping[str, Any], paths: Mapping[str, str]) -> list[str]:
    """The personal paths whose type can be protected, for documents and tests."""
    found: list[str] = []
    _list_leaves(_tree(schema, paths), "", found)
    return sorted(found)


def _list_leaves(node: _Node | None, above: str, found: list[str]) -> None:
    if node is None:
        return
    found.extend(above + name for name in node.leaves)
    for name, inner in node.inner.items():
        _list_leaves(inner, f"{above}{name}.", found)


def _tree(schema: Mapping[str, Any], paths: Mapping[str, str]) -> _Node | None:
    names: dict[str, Any] = {}
    _collect_names(schema, "", names)
    root = _Node()
    missing = []
    for path, classification in paths.items():
        parts = path.replace("[]", "").split(".")
        types = _types_at(schema, parts, names)
        if types is None:
            missing.append(path)
        elif _is_protected(types, classification) and parts[-1] != _SUBJECT:
            _add(root, parts, classification)
    if missing:
        record = schema.get("name")
        raise ConfigError(
            *(f"{record}: no field at personal path {p}" for p in missing)
        )
    return root if root.leaves or root.inner else None


def _is_protected(types: set[str], classification: str) -> bool:
    return classification in PERSONAL and not types.isdisjoint({"string", "bytes"})


def _add(root: _Node, parts: list[str], classification: str) -> None:
    node = root
    for part in parts[:-1]:
        node = node.inner.setdefault(part, _Node())
    node.leaves[parts[-1]] = classification


def _collect_names(schema: Any, namespace: str, names: dict[str, Any]) -> None:
    """Full and short names of the named types, for later references by name."""
    if isinstance(schema, list):
        for branch in schema:
            _collect_names(branch, namespace, names)
    elif isinstance(schema, Mapping):
        space = schema.get("namespace", namespace)
        if schema.get("type") in {"record", "enum", "fixed"}:
            names[schema["name"]] = schema
            names[f"{space}.{schema['name']}"] = schema
        for inner in (schema.get("items"), schema.get("values"), schema.get("type")):
            _collect_names(inner, space, names)
        for own in schema.get("fields", ()):
            _collect_names(own["type"], space, names)


def _types_at(
    schema: Any, parts: list[str], names: Mapping[str, Any]
) -> set[str] | None:
    """The type names at a path; None if there is no such field."""
    branches = _branches(schema, names)
    if not parts:
        return {_type_name(branch) for branch in branches}
    for branch in branches:
        if isinstance(branch, Mapping) and branch.get("type") == "record":
            for own in branch["fields"]:
                if own["name"] == parts[0]:
                    return _types_at(own["type"], parts[1:], names)
    return None


def _branches(schema: Any, names: Mapping[str, Any]) -> list[Any]:
    """Union branches; references resolved, arrays and maps as what they hold."""
    if isinstance(schema, str):
        return _branches(names[schema], names) if schema in names else [schema]
    if isinstance(schema, list):
        return [found for branch in schema for found in _branches(branch, names)]
    for container, content in (("array", "items"), ("map", "values")):
        if schema.get("type") == container:
            return _branches(schema[content], names)
    nested = schema.get("type")
    return _branches(nested, names) if isinstance(nested, list | Mapping) else [schema]


def _type_name(branch: Any) -> str:
    if isinstance(branch, str):
        return branch
    if "logicalType" in branch:
        return f"{branch['type']}:{branch['logicalType']}"
    return str(branch["type"])


def _walk(tree: _Node, step: Step) -> Walk:
    leaves = tuple(tree.leaves.items())
    inner = tuple((name, _walk(node, step)) for name, node in tree.inner.items())

    def walk(value: Value, subject: str) -> Value:
        subject = value.get(_SUBJECT) or subject
        changed = dict(value)
        for name, classification in leaves:
            found = value.get(name)
            if found is not None:
                changed[name] = _on_leaf(found, classification, subject, step)
        for name, deeper in inner:
            found = value.get(name)
            if found is not None:
                changed[name] = _on_records(found, deeper, subject)
        return changed

    return walk


def _on_leaf(found: Any, classification: str, subject: str, step: Step) -> Any:
    if isinstance(found, str | bytes):
        return step(found, classification, subject)
    if isinstance(found, list):
        return [_on_leaf(item, classification, subject, step) for item in found]
    if isinstance(found, dict):
        return {k: _on_leaf(v, classification, subject, step) for k, v in found.items()}
    return found


def _on_records(found: Any, deeper: Walk, subject: str) -> Any:
    """A record, or a list of records; maps of records do not occur in contracts."""
    if isinstance(found, list):
        return [_on_records(item, deeper, subject) for item in found]
    return deeper(found, subject)
