"""House rules for schemas that others read (`domain.md` §3.2 and §7 Satu Data).

Optional = union with null first and default null; enums fall back to LAINNYA;
money is decimal(20,2); each leaf field says its concept, definition and class.
"""

from typing import Any

from bus.contracts.contract import EventContract, Schema

_MONEY = {"precision": 20, "scale": 2}


def violations(event: EventContract) -> list[str]:
    """Every house rule an event's schema breaks, one line each."""
    lines = [
        text for path, node in _types(event.schema, "") for text in _of(path, node)
    ]
    lines += [
        text for path, item in _fields(event.schema, "") for text in _opt(path, item)
    ]
    for info in event.fields:
        missing = [name for name in ("konsep", "definisi") if not getattr(info, name)]
        if not info.tagged:
            missing.append("pribadi")
        if missing:
            lines.append(f"{info.path}: no {', '.join(missing)}")
    if not event.schema.get("doc"):
        lines.append("(schema): no doc")
    if not str(event.schema.get("namespace", "")).startswith("id.go.pemda."):
        lines.append("(schema): namespace is not id.go.pemda.<domain>")
    return [f"{event.type}: {line}" for line in lines]


def _of(path: str, node: Any) -> list[str]:
    if node in ("float", "double"):
        return [f"{path}: binary fractions are not exact; use decimal"]
    if not isinstance(node, dict):
        return []
    lines = []
    if node.get("type") == "enum" and (
        node.get("default") != "LAINNYA" or "LAINNYA" not in node["symbols"]
    ):
        lines.append(f"{path}: enum {node['name']} has no default symbol LAINNYA")
    if node.get("logicalType") == "decimal" and (
        node["type"] != "bytes" or {key: node.get(key) for key in _MONEY} != _MONEY
    ):
        lines.append(f"{path}: money is bytes decimal(20,2)")
    return lines


def _opt(path: str, item: Schema) -> list[str]:
    kind = item["type"]
    if not isinstance(kind, list):
        return []
    if kind[0] != "null" or len(kind) != 2 or item.get("default", 0) is not None:  # noqa: PLR2004
        return [
            f"{path}: optional is a union of null (first) and one type, default null"
        ]
    return []


def _fields(node: Any, prefix: str) -> list[tuple[str, Schema]]:
    found: list[tuple[str, Schema]] = []
    for path, inner in [(prefix, node), *_types(node, prefix)]:
        if isinstance(inner, dict) and inner.get("type") == "record":
            found += [
                (f"{path}.{item['name']}".lstrip("."), item) for item in inner["fields"]
            ]
    return found


def _types(node: Any, path: str) -> list[tuple[str, Any]]:
    """Every type inside a schema with the path of its field."""
    if isinstance(node, list):
        return [
            pair for branch in node for pair in [(path, branch), *_types(branch, path)]
        ]
    if not isinstance(node, dict):
        return []
    found: list[tuple[str, Any]] = []
    for item in node.get("fields", ()):
        inside = f"{path}.{item['name']}".lstrip(".")
        found += [(inside, item["type"]), *_types(item["type"], inside)]
    for key in ("items", "values"):
        if key in node:
            found += [(path, node[key]), *_types(node[key], path)]
    return found
