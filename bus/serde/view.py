"""A schema as the process sees it: bare structure, dates and times as plain integers.

Registered schemas keep their logical types. In here `date` is an int of days and
`timestamp-millis` an int of milliseconds, because making `datetime` objects that
nobody asked for halves the speed; only `decimal` is turned into a Python object.
"""

from typing import Any

from fastavro import parse_schema

Parsed = Any
"""A schema in fastavro's own parsed form."""

_NAMED = frozenset({"record", "error", "enum", "fixed"})
_PRIMITIVE = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
)
_KEPT = ("aliases", "default", "items", "name", "size", "symbols", "type", "values")
_OF_FIELD = ("name", "default", "aliases")
_DECIMAL = ("logicalType", "precision", "scale")


def in_process(schema: Any) -> Any:
    """The schema without logical types other than decimal, docs and our own tags.

    Two schemas with the same result read and write the same bytes alike.
    """
    return _bare(schema, "")


def parsed(schema: Any) -> Parsed:
    """The in-process view, ready for fastavro.

    Raises:
        fastavro.schema.SchemaParseException: the schema is not valid Avro.
    """
    return parse_schema(in_process(schema))


def _bare(schema: Any, namespace: str) -> Any:
    if isinstance(schema, str):
        is_short = schema not in _PRIMITIVE and "." not in schema and namespace
        return f"{namespace}.{schema}" if is_short else schema
    if isinstance(schema, list):
        return [_bare(branch, namespace) for branch in schema]
    return _bare_type(schema, namespace)


def _bare_type(schema: dict[str, Any], namespace: str) -> Any:
    kind = schema["type"]
    if not isinstance(kind, str):
        return _bare(kind, namespace)
    found = {name: schema[name] for name in _KEPT if name in schema}
    if kind in _NAMED:
        found["name"], namespace = _full_name(schema, namespace)
    if schema.get("logicalType") == "decimal":
        found |= {name: schema[name] for name in _DECIMAL if name in schema}
    for inner in ("items", "values"):
        if inner in found:
            found[inner] = _bare(found[inner], namespace)
    if "fields" in schema:
        found["fields"] = [_bare_field(item, namespace) for item in schema["fields"]]
    return found if len(found) > 1 else kind


def _bare_field(field: dict[str, Any], namespace: str) -> dict[str, Any]:
    kept = {name: field[name] for name in _OF_FIELD if name in field}
    return kept | {"type": _bare(field["type"], namespace)}


def _full_name(schema: dict[str, Any], outer: str) -> tuple[str, str]:
    """Full name, and the namespace for what is inside."""
    name: str = schema["name"]
    if "." in name:
        return name, name.rpartition(".")[0]
    namespace = schema.get("namespace", outer)
    return (f"{namespace}.{name}" if namespace else name), namespace
