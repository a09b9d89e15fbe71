"""One generated function per schema that turns a value into bytes.

Why not fastavro's writer: it is slower (it validates each optional field twice) and
it writes some values that are not what the schema says: 1.5 as the int 1, a text as
a list of letters, an int of 41 bits, a decimal of more digits than its precision.
Reading stays fastavro's. The tests compare both writers byte by byte.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bus.serde import primitive

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.record import Value

    Writer = Callable[[Value], bytes]

_WHOLE = (
    "zigzag({{0}}) if {{0}}.__class__ is int and {0} <= {{0}} <= {1} else {2}({{0}})"
)
"""The check of `primitive` written out: a call less for each number."""
_SIMPLE = {
    "int": _WHOLE.format(primitive.INT_MIN, primitive.INT_MAX, "int_bytes"),
    "long": _WHOLE.format(primitive.LONG_MIN, primitive.LONG_MAX, "long_bytes"),
    "boolean": "boolean_bytes({0})",
    "bytes": "bytes_bytes({0})",
    "double": "double_bytes({0})",
    "float": "float_bytes({0})",
}
_GLOBALS = {name: getattr(primitive, name) for name in dir(primitive)}


class Unsupported(Exception):  # noqa: N818 - no failure, a reason to go another way
    """The schema has a form this writer does not know."""


def compile_writer(schema: Any, header: bytes) -> Writer | None:
    """The function that writes values of a record schema; None if it has a rare form.

    Not covered: unions other than null and one type, recursive types, `fixed`,
    defaults of type bytes. The function raises TypeError, ValueError, LookupError,
    AttributeError or ArithmeticError for a value that does not fit.

    Args:
        schema: a record in the view of `bus.serde.view.in_process`.
        header: bytes before the body.
    """
    source = WriterSource()
    try:
        items = source.record(schema, "value", 1)
    except Unsupported:
        return None
    write: Writer = source.function("value", [source.constant(header), *items])
    return write


class WriterSource:
    """Lines of the function in the making.

    Each method writes lines that take the value of an expression apart, and returns
    the names of the bytes objects to be joined for it.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.named: dict[str, Any] = {}
        self.open: set[str] = set()
        self._count = 0

    def constant(self, value: Any) -> str:
        name = self._name("K")
        self.constants[name] = value
        return name

    def function(self, names: str, items: list[str]) -> Callable[..., bytes]:
        """The function of these lines; gives the joined items."""
        last = f"    return join(({', '.join(items)},))"
        return self.made([f"def write({names}):", *self.lines, last])

    def made(self, lines: list[str]) -> Callable[..., bytes]:
        """The function `write` of whole lines."""
        found: dict[str, Any] = {}
        given = _GLOBALS | self.constants | {"join": b"".join}
        # the text has only names of our own in it, and reprs of str and bytes
        exec("\n".join(lines), given, found)  # noqa: S102
        made: Callable[..., bytes] = found["write"]
        return made

    def record(self, schema: Any, value: str, depth: int) -> list[str]:
        fields, name = schema["fields"], schema["name"]
        if name in self.open or not fields:
            raise Unsupported
        self.named[name] = schema
        self.open.add(name)
        defaults = {f["name"]: _default(f) for f in fields if "default" in f}
        whole = self._let(value, depth)
        self._line(depth, f"if len({whole}) != {len(fields)}:")
        self._line(depth + 1, f"{whole} = {self.constant(defaults)} | {whole}")
        self._line(depth + 1, f"if len({whole}) != {len(fields)}: raise KeyError")
        items = []
        for field in fields:
            items += self.any(field["type"], f"{whole}[{field['name']!r}]", depth)
        self.open.remove(name)
        return items

    def any(self, schema: Any, value: str, depth: int) -> list[str]:
        if isinstance(schema, str):
            schema = self.named.get(schema, {"type": schema})
        if isinstance(schema, list):
            return self._optional(schema, value, depth)
        kind = schema["type"]
        if kind == "record":
            return self.record(schema, value, depth)
        if kind == "string":
            return self._string(value, depth, "LENGTHS", "")
        if kind == "enum":
            return self._enum(schema, value, depth, {}, b"")
        if kind in ("array", "map"):
            return self._block(schema, value, depth)
        given = value if value.isidentifier() else self._let(value, depth)
        return [self._let(_simple(schema, kind).format(given), depth)]

    def _optional(self, branches: list[Any], value: str, depth: int) -> list[str]:
        inner = [branch for branch in branches if branch != "null"]
        if len(branches) != 2 or len(inner) != 1:  # noqa: PLR2004 - null and one
            raise Unsupported
        at = branches.index("null")
        null, other = primitive.zigzag(at), primitive.zigzag(1 - at)
        schema = self.named.get(inner[0]) if isinstance(inner[0], str) else inner[0]
        if isinstance(schema, dict) and schema["type"] == "enum":
            return self._enum(schema, value, depth, {None: null}, other)
        given = self._let(value, depth)
        self._line(depth, f"if {given} is None:")
        place = len(self.lines)
        self._line(depth, "else:")
        if inner[0] == "string":
            table = self.constant(_lengths(other))
            items = self._string(given, depth + 1, table, f"{other!r} + ")
        else:
            parts = self.any(inner[0], given, depth + 1)
            if len(parts) == 1:
                items = [self._let(f"{other!r} + {parts[0]}", depth + 1)]
            else:
                joined = ", ".join([repr(other), *parts])
                items = [self._let(f"join(({joined}))", depth + 1)]
        nulls = [repr(null), *["b''"] * (len(items) - 1)]
        told = f"{', '.join(items)} = {', '.join(nulls)}"
        self.lines.insert(place, "    " * (depth + 1) + told)
        return items

    def _string(self, value: str, depth: int, table: str, prefix: str) -> list[str]:
        data = self._let(f"{value}.encode()", depth)
        size = self._let(f"len({data})", depth)
        long = f"{prefix}zigzag({size})"
        return [self._let(f"{table}[{size}] if {size} < 1024 else {long}", depth), data]

    def _enum(
        self,
        schema: Any,
        value: str,
        depth: int,
        table: dict[Any, bytes],
        prefix: bytes,
    ) -> list[str]:
        self.named[schema["name"]] = schema
        for number, symbol in enumerate(schema["symbols"]):
            table[symbol] = prefix + primitive.zigzag(number)
        return [self._let(f"{self.constant(table)}[{value}]", depth)]

    def _block(self, schema: Any, value: str, depth: int) -> list[str]:
        is_map = schema["type"] == "map"
        given, out = self._let(value, depth), self._name("v")
        wanted = "dict" if is_map else "(list, tuple)"
        self._line(depth, f"if not isinstance({given}, {wanted}): raise TypeError")
        self._line(depth, f"if {given}:")
        many = self._let(f"[zigzag(len({given}))]", depth + 1)
        item, key = self._name("v"), self._name("v")
        loop = f"{key}, {item} in {given}.items()" if is_map else f"{item} in {given}"
        self._line(depth + 1, f"for {loop}:")
        if is_map:
            self._line(depth + 2, f"{many}.append(string_bytes({key}))")
        inner = schema["values"] if is_map else schema["items"]
        parts = self.any(inner, item, depth + 2)
        self._line(depth + 2, f"{many} += ({', '.join(parts)},)")
        self._line(depth + 1, f"{many}.append(b'\\0')")
        self._line(depth + 1, f"{out} = join({many})")
        self._line(depth, f"else: {out} = b'\\0'")
        return [out]

    def _let(self, expression: str, depth: int) -> str:
        name = self._name("v")
        self._line(depth, f"{name} = {expression}")
        return name

    def _name(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)


@cache
def _lengths(prefix: bytes) -> tuple[bytes, ...]:
    """One table for all fields; there are hundreds."""
    return tuple(prefix + length for length in primitive.LENGTHS)


def _simple(schema: Any, kind: Any) -> str:
    if kind == "bytes" and schema.get("logicalType") == "decimal":
        return f"decimal_bytes({{0}}, {schema['precision']}, {schema.get('scale', 0)})"
    if kind not in _SIMPLE:
        raise Unsupported
    return _SIMPLE[kind]


def _default(field: dict[str, Any]) -> Any:
    """A default as an in-process value; for bytes JSON has another form."""
    found, kind = field["default"], field["type"]
    first = kind[0] if isinstance(kind, list) else kind
    name = first["type"] if isinstance(first, dict) else first
    if found is not None and name in ("bytes", "record"):
        raise Unsupported
    return found
