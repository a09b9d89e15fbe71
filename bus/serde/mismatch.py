"""Where a value does not fit its schema, found after fastavro has refused it.

fastavro's own errors quote the value, which may be personal data, and seldom name
the field. This walk is slow and runs only for values that are already lost.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from bus.serde.failures import EncodeError

Problem = tuple[str, str]
_INT = (-(2**31), 2**31 - 1)
_LONG = (-(2**63), 2**63 - 1)
_PRIMITIVE: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "string": (str,),
    "bytes": (bytes, bytearray),
    "float": (float, int),
    "double": (float, int),
}


def encode_error(event_type: str, schema: Any, value: Any) -> EncodeError:
    """The error that says which field of the value does not fit.

    Args:
        event_type: Avro record name, for the message.
        schema: the schema the value was to be written with.
        value: what fastavro refused.
    """
    named: dict[str, Any] = {}
    _collect(schema, named)
    for path, problem in _problems(schema, value, "", named):
        return EncodeError(event_type, path, problem)
    return EncodeError(event_type, "", "cannot be written with the contract's schema")


def _collect(schema: Any, named: dict[str, Any]) -> None:
    if isinstance(schema, list):
        for branch in schema:
            _collect(branch, named)
    elif isinstance(schema, dict):
        if "name" in schema:
            named[schema["name"]] = schema
        for inner in (schema.get("items"), schema.get("values"), schema["type"]):
            if isinstance(inner, dict | list):
                _collect(inner, named)
        for field in schema.get("fields", ()):
            _collect(field["type"], named)


def _problems(
    schema: Any, value: Any, path: str, named: dict[str, Any]
) -> Iterator[Problem]:
    if isinstance(schema, str) and schema in named:
        schema = named[schema]
    if isinstance(schema, list):
        yield from _union(schema, value, path, named)
        return
    kind = schema if isinstance(schema, str) else schema["type"]
    walk = _WALKS.get(kind)
    if walk is not None:
        yield from walk(schema, value, path, named)
    elif problem := _leaf(schema, kind, value):
        yield path, problem


def _union(
    schema: list[Any], value: Any, path: str, named: dict[str, Any]
) -> Iterator[Problem]:
    branches = [b for b in schema if b != "null"]
    if value is None and "null" in schema:
        return
    found = [list(_problems(branch, value, path, named)) for branch in branches]
    if not all(found):
        return
    if len(branches) == 1 or value is None:
        yield found[0][0]
    else:
        yield path, f"fits none of {len(schema)} allowed types, got {_type(value)}"


def _record(
    schema: Any, value: Any, path: str, named: dict[str, Any]
) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield path, f"needs a record, got {_type(value)}"
        return
    fields = {field["name"]: field for field in schema["fields"]}
    for name in value:
        if name not in fields:
            yield _under(path, str(name)), "is no field of the contract"
    for name, field in fields.items():
        if name in value:
            yield from _problems(field["type"], value[name], _under(path, name), named)
        elif "default" not in field:
            yield _under(path, name), "is missing"


def _array(
    schema: Any, value: Any, path: str, named: dict[str, Any]
) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield path, f"needs a list, got {_type(value)}"
        return
    for number, item in enumerate(value):
        yield from _problems(schema["items"], item, f"{path}[{number}]", named)


def _map(
    schema: Any, value: Any, path: str, named: dict[str, Any]
) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield path, f"needs a map, got {_type(value)}"
        return
    for key, item in value.items():
        if not isinstance(key, str):
            yield path, f"needs str keys, got {_type(key)}"
        yield from _problems(schema["values"], item, f"{path}{{}}", named)


_WALKS: dict[str, Callable[[Any, Any, str, dict[str, Any]], Iterator[Problem]]] = {
    "record": _record,
    "array": _array,
    "map": _map,
}


def _leaf(schema: Any, kind: str, value: Any) -> str | None:
    if kind == "enum":
        return _enum(schema["symbols"], value)
    if kind in ("int", "long"):
        return _whole(kind, value)
    if isinstance(schema, dict) and schema.get("logicalType") == "decimal":
        return _decimal(schema, value)
    wanted = _PRIMITIVE.get(kind, (bytes,))
    if isinstance(value, wanted):
        return None
    return f"needs {kind}, got {_type(value)}"


def _enum(symbols: list[str], value: Any) -> str | None:
    if value in symbols:
        return None
    got = "another text" if isinstance(value, str) else _type(value)
    return f"needs one of {', '.join(symbols)}, got {got}"


def _whole(kind: str, value: Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"needs {kind}, got {_type(value)}"
    low, high = _INT if kind == "int" else _LONG
    return None if low <= value <= high else f"needs {kind}, got a number out of range"


def _decimal(schema: Any, value: Any) -> str | None:
    precision, scale = schema["precision"], schema.get("scale", 0)
    wanted = f"decimal({precision},{scale})"
    if not isinstance(value, Decimal):
        return f"needs {wanted}, got {_type(value)}"
    if not value.is_finite():
        return f"needs {wanted}, got no finite number"
    _, digits, exponent = value.as_tuple()
    if -int(exponent) > scale:
        return f"needs {wanted}, got {-int(exponent)} decimal places"
    if len(digits) + int(exponent) + scale > precision:
        return f"needs {wanted}, got too many digits"
    return None


def _type(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
