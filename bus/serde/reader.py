"""One generated function per schema that turns bytes into a value.

For records written with the very schema the catalogue has, which is nearly all of
them: three times as fast as fastavro's reader, whose part is the rest (older and
newer writers, rare forms). The tests compare both.
"""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache
from struct import unpack_from
from typing import TYPE_CHECKING, Any

from bus.serde.writer import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.record import Value

    Reader = Callable[[bytes], Value]

_EXACT = Context(prec=100)
_SHORT = tuple(-1 if n >> 7 or n & 1 else n >> 1 for n in range(256))
"""Lengths that one byte holds; -1 for the others."""

_MOST_SYMBOLS = 64


def _long(data: bytes, at: int) -> tuple[int, int]:
    """A whole number of up to 10 bytes, and the place after it."""
    number = shift = 0
    for part in data[at : at + 10]:
        at += 1
        if part < 0x80:  # noqa: PLR2004 - the last byte has no top bit
            number |= part << shift
            return number >> 1 ^ -(number & 1), at
        number |= (part & 0x7F) << shift
        shift += 7
    raise ValueError("number is cut off or too long")


def _length(data: bytes, at: int) -> tuple[int, int]:
    number, at = _long(data, at)
    if number < 0:
        raise ValueError("negative length")
    return number, at


def _count(data: bytes, at: int) -> tuple[int, int]:
    """Items of a block; a negative count is followed by the block's size."""
    number, at = _long(data, at)
    if number < 0:
        number, (_, at) = -number, _long(data, at)
    return number, at


@lru_cache(maxsize=1 << 14)
def _decimal(data: bytes, scale: int) -> Decimal:
    number = int.from_bytes(data, "big", signed=True)
    return _EXACT.scaleb(Decimal(number), -scale)


def _bad() -> None:
    raise ValueError("not what the schema says")


_GLOBALS = {
    "long_": _long,
    "length": _length,
    "count": _count,
    "decimal": _decimal,
    "bad": _bad,
    "unpack": unpack_from,
    "SHORT": _SHORT,
}


def compile_reader(schema: Any, start: int) -> Reader | None:
    """The function that reads records of this schema; None if it has a rare form.

    Not covered: unions other than null and one type, recursive types, `fixed`,
    enums of more than 64 symbols, arrays of nothing. The function raises ValueError,
    LookupError, ArithmeticError or struct.error for bytes that do not fit, too many
    of them included.

    Args:
        schema: a record in the view of `bus.serde.view.in_process`.
        start: where the body begins in the bytes.
    """
    source = _Source()
    try:
        value = source.record(schema, 1)
    except Unsupported:
        return None
    found: dict[str, Any] = {}
    text = "\n".join(
        [
            "def read(d):",
            f"    p = {start}",
            *source.lines,
            "    if p != len(d): bad()",
            f"    return {value}",
        ]
    )
    # the text has only names of our own in it, and reprs of str, int and dict
    exec(text, dict(_GLOBALS), found)  # noqa: S102
    read: Reader = found["read"]
    return read


class _Source:
    """Lines of the function in the making; `d` is the bytes, `p` the place.

    Each method writes lines that read one value and returns the expression for it.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._named: dict[str, Any] = {}
        self._open: set[str] = set()
        self._count = 0

    def record(self, schema: Any, depth: int) -> str:
        name = schema["name"]
        if name in self._open or not schema["fields"]:
            raise Unsupported
        self._named[name] = schema
        self._open.add(name)
        parts = [
            f"{field['name']!r}: {self._any(field['type'], depth)}"
            for field in schema["fields"]
        ]
        self._open.remove(name)
        return f"{{{', '.join(parts)}}}"

    def _any(self, schema: Any, depth: int) -> str:
        if isinstance(schema, str):
            schema = self._named.get(schema, {"type": schema})
        if isinstance(schema, list):
            return self._optional(schema, depth)
        kind = schema["type"]
        read = getattr(self, f"_{kind}", None) if isinstance(kind, str) else None
        if kind == "record":
            return self.record(schema, depth)
        if read is None or kind not in _KINDS:
            raise Unsupported
        found: str = read(schema, depth)
        return found

    def _optional(self, branches: list[Any], depth: int) -> str:
        inner = [branch for branch in branches if branch != "null"]
        if len(branches) != 2 or len(inner) != 1:  # noqa: PLR2004 - null and one
            raise Unsupported
        null, name = branches.index("null") * 2, self._name()
        self._line(depth, f"if d[p] == {null}: p += 1; {name} = None")
        self._line(depth, f"elif d[p] == {2 - null}:")
        self._line(depth + 1, "p += 1")
        self._line(depth + 1, f"{name} = {self._any(inner[0], depth + 1)}")
        self._line(depth, "else: bad()")
        return name

    def _cut(self, depth: int, expression: str) -> str:
        """Read a length, then use so many bytes in the expression."""
        name = self._name()
        self._line(depth, "n = SHORT[d[p]]")
        self._line(depth, "if n < 0: n, p = length(d, p)")
        self._line(depth, "else: p += 1")
        self._line(depth, "q = p + n")
        self._line(depth, f"{name} = {expression}")
        self._line(depth, "p = q")
        return name

    def _string(self, _: Any, depth: int) -> str:
        return self._cut(depth, "d[p:q].decode()")

    def _bytes(self, schema: Any, depth: int) -> str:
        if schema.get("logicalType") == "decimal":
            return self._cut(depth, f"decimal(d[p:q], {schema.get('scale', 0)})")
        return self._cut(depth, "d[p:q]")

    def _int(self, _: Any, depth: int) -> str:
        name = self._name()
        self._line(depth, "n = d[p]")
        self._line(depth, f"if n < 128: {name} = n >> 1 ^ -(n & 1); p += 1")
        self._line(depth, f"else: {name}, p = long_(d, p)")
        return name

    _long = _int

    def _boolean(self, _: Any, depth: int) -> str:
        name = self._name()
        self._line(depth, f"{name} = d[p] == 1")
        self._line(depth, "if d[p] > 1: bad()")
        self._line(depth, "p += 1")
        return name

    def _enum(self, schema: Any, depth: int) -> str:
        self._named[schema["name"]] = schema
        if len(schema["symbols"]) > _MOST_SYMBOLS:
            raise Unsupported
        table = {2 * n: symbol for n, symbol in enumerate(schema["symbols"])}
        name = self._name()
        self._line(depth, f"{name} = {table!r}[d[p]]")
        self._line(depth, "p += 1")
        return name

    def _double(self, _: Any, depth: int, letter: str = "<d", size: int = 8) -> str:
        name = self._name()
        self._line(depth, f"({name},) = unpack({letter!r}, d, p)")
        self._line(depth, f"p += {size}")
        return name

    def _float(self, _: Any, depth: int) -> str:
        return self._double(_, depth, "<f", 4)

    def _array(self, schema: Any, depth: int) -> str:
        return self._blocks(schema["items"], depth, is_map=False)

    def _map(self, schema: Any, depth: int) -> str:
        return self._blocks(schema["values"], depth, is_map=True)

    def _blocks(self, inner: Any, depth: int, *, is_map: bool) -> str:
        name, many = self._name(), self._name()
        self._line(depth, f"{name} = {'{}' if is_map else '[]'}")
        self._line(depth, f"{many} = SHORT[d[p]]")
        self._line(depth, f"if {many} < 0: {many}, p = count(d, p)")
        self._line(depth, "else: p += 1")
        self._line(depth, f"while {many}:")
        self._line(depth + 1, f"for _ in range({many}):")
        if is_map:
            key = self._string(None, depth + 2)
            item = self._any(inner, depth + 2)
            self._line(depth + 2, f"{name}[{key}] = {item}")
        else:
            item = self._any(inner, depth + 2)
            self._line(depth + 2, f"{name}.append({item})")
        self._line(depth + 1, f"{many}, p = count(d, p)")
        return name

    def _name(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)


_KINDS = frozenset(
    {"string", "bytes", "int", "long", "boolean", "enum", "double", "float"}
) | {"array", "map"}
