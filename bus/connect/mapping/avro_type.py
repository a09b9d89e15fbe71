"""What the compiler needs to know of an Avro schema: fields, kinds, named types."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

_LOGICAL = {
    "date": "date",
    "timestamp-millis": "timestamp",
    "decimal": "decimal",
}


@dataclass(frozen=True, slots=True)
class FieldType:
    """Type of one field.

    Attributes:
        kind: string, int, long, double, boolean, bytes, date, timestamp, decimal,
            enum, record, array or map.
        nullable: null is a value.
        symbols: of an enum.
        fields: of a record, in schema order.
        items: of an array.
        scale: of a decimal.
    """

    kind: str
    nullable: bool = False
    symbols: tuple[str, ...] = ()
    fields: tuple["FieldSpec", ...] = ()
    items: "FieldType | None" = None
    scale: int = 0


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a record."""

    name: str
    type: FieldType
    has_default: bool
    default: Any = None


def record_fields(schema: Schema) -> tuple[FieldSpec, ...]:
    """Fields of a self-contained record schema, named types resolved."""
    return tuple(_fields(schema, {}, str(schema.get("namespace", ""))))


def _fields(
    schema: Schema, names: dict[str, Schema], space: str
) -> Iterator[FieldSpec]:
    space = _remember(schema, names, space)
    for item in schema["fields"]:
        yield FieldSpec(
            name=item["name"],
            type=_type(item["type"], names, space),
            has_default="default" in item,
            default=item.get("default"),
        )


def _remember(schema: Schema, names: dict[str, Schema], space: str) -> str:
    name = str(schema["name"])
    space = str(schema.get("namespace", space))
    if "." in name:
        space, _, name = name.rpartition(".")
    names[name] = names[f"{space}.{name}"] = schema
    return space


def _type(node: Any, names: dict[str, Schema], space: str) -> FieldType:
    if isinstance(node, list):
        return _union(node, names, space)
    if isinstance(node, str):
        return _type(names[node], names, space) if node in names else FieldType(node)
    if not isinstance(node["type"], str):
        return _type(node["type"], names, space)
    if logical := _LOGICAL.get(str(node.get("logicalType"))):
        return FieldType(kind=logical, scale=int(node.get("scale", 0)))
    return _complex(node, names, space)


def _complex(node: Schema, names: dict[str, Schema], space: str) -> FieldType:
    kind = node["type"]
    if kind == "record":
        return FieldType(kind=kind, fields=tuple(_fields(node, names, space)))
    if kind == "enum":
        _remember(node, names, space)
        return FieldType(kind=kind, symbols=tuple(node["symbols"]))
    if kind == "array":
        return FieldType(kind=kind, items=_type(node["items"], names, space))
    return _type(kind, names, space)


def _union(branches: list[Any], names: dict[str, Schema], space: str) -> FieldType:
    nullable = "null" in branches
    inner = [_type(x, names, space) for x in branches if x != "null"]
    first = inner[0] if inner else FieldType(kind="null")
    return FieldType(
        first.kind, nullable, first.symbols, first.fields, first.items, first.scale
    )
