"""Payloads as JSON that people can read, and back.

JSON form: dates `2026-02-28`, times `2026-03-02T16:40:11.000Z`, decimals as text
`1000000.00`, bytes as base64, enums as text. In process: days, milliseconds UTC,
`decimal.Decimal`, bytes, text. Unions are null and one type (house rule).
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Any

from bus.contracts.contract import Schema
from bus.contracts.shared_type import named_types
from bus.record import iso_time

_EPOCH = date(1970, 1, 1)
_MISSING = object()
_CENTS = Decimal("0.01")


def from_json(schema: Schema, data: Any) -> Any:
    """A JSON payload as the value the bus works with; defaults are filled in.

    Args:
        schema: self-contained schema.
        data: parsed JSON.

    Raises:
        ValueError: it does not fit the schema; the message starts with the field
            path and holds no value.
    """
    return _Reader(schema).read(schema, data, "")


def to_json(schema: Schema, value: Any) -> Any:
    """The inverse of `from_json`; the value must fit the schema."""
    return _Writer(schema).write(schema, value)


def _parse_date(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH).days


def _parse_time(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("time without zone")
    return round(moment.timestamp() * 1000)


def _parse_decimal(text: str) -> Decimal:
    number = Decimal(text)
    if number != number.quantize(_CENTS):
        raise ValueError("more than 2 decimal places")
    return number.quantize(_CENTS)


_PARSERS: dict[str, Callable[[str], Any]] = {
    "date": _parse_date,
    "timestamp-millis": _parse_time,
    "decimal": _parse_decimal,
    "bytes": lambda text: b64decode(text, validate=True),
}
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "date": lambda days: (_EPOCH + timedelta(days=days)).isoformat(),
    "timestamp-millis": iso_time,
    "decimal": str,
    "bytes": lambda data: b64encode(data).decode(),
}
_PYTHON: dict[str, tuple[type, ...]] = {
    "null": (NoneType,),
    "boolean": (bool,),
    "int": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "string": (str,),
    "enum": (str,),
    "array": (list,),
    "map": (dict,),
    "record": (dict,),
}


def _form(node: Any) -> str:
    """The name under which a type is converted: its logical or its plain type."""
    if not isinstance(node, dict):
        return str(node)
    logical = str(node.get("logicalType", ""))
    return logical if logical in _PARSERS else str(node["type"])


class _Converter:
    def __init__(self, schema: Schema) -> None:
        self._names = named_types(schema)

    def _taken(self, node: Any, value: Any) -> Any:
        """The type that a value has: of a union the null or the one other branch."""
        if isinstance(node, list):
            if value is None and "null" in node:
                return "null"
            node = next(branch for branch in node if branch != "null")
        return self._names.get(node, node) if isinstance(node, str) else node


class _Reader(_Converter):
    def read(self, node: Any, data: Any, path: str) -> Any:
        node = self._taken(node, data)
        form = _form(node)
        if type(data) not in _PYTHON.get(form, (str,)):
            raise ValueError(f"{path or '(value)'}: expected {form}")
        if form == "record":
            return self._record(node, data, path)
        if form == "array":
            return [self.read(node["items"], item, path) for item in data]
        if form == "map":
            return {k: self.read(node["values"], v, path) for k, v in data.items()}
        if form == "enum" and data not in node["symbols"]:
            raise ValueError(f"{path}: expected one of {', '.join(node['symbols'])}")
        return _leaf(form, data, path)

    def _record(self, node: Schema, data: dict[str, Any], path: str) -> dict[str, Any]:
        prefix = f"{path}." if path else ""
        known = {item["name"] for item in node["fields"]}
        if unknown := sorted(data.keys() - known):
            raise ValueError(f"{prefix}{unknown[0]}: no such field in {node['name']}")
        made = {}
        for item in node["fields"]:
            name = item["name"]
            found = data.get(name, item.get("default", _MISSING))
            if found is _MISSING:
                raise ValueError(f"{prefix}{name}: missing")
            made[name] = self.read(item["type"], found, f"{prefix}{name}")
        return made


class _Writer(_Converter):
    def write(self, node: Any, value: Any) -> Any:
        node = self._taken(node, value)
        form = _form(node)
        if form == "record":
            return {
                item["name"]: self.write(item["type"], value[item["name"]])
                for item in node["fields"]
            }
        if form == "array":
            return [self.write(node["items"], item) for item in value]
        if form == "map":
            return {
                key: self.write(node["values"], item) for key, item in value.items()
            }
        return _WRITERS[form](value) if form in _WRITERS else value


def _leaf(form: str, data: Any, path: str) -> Any:
    if form not in _PARSERS:
        return data
    try:
        return _PARSERS[form](data)
    except (ValueError, InvalidOperation):
        raise ValueError(f"{path}: not a valid {form}") from None
