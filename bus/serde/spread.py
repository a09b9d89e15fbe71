"""Writers for values that are not put together: their parts are arguments.

A source computes the fields of an event one by one; a dict built only to be taken
apart by the writer costs a tenth of the encoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.serde.failures import MOST_BYTES, REFUSED
from bus.serde.writer import Unsupported, WriterSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.record import Value


@dataclass(frozen=True, slots=True)
class Always:
    """A field that has the same value in every record."""

    value: Any


Shape = dict[str, Any]
"""Field name → place of an argument (int), `Always`, or the shape of a record."""


def compile_spread(
    schema: Any, header: bytes, shape: Shape, encode: Callable[[Value], bytes]
) -> Callable[..., bytes] | None:
    """As `bus.serde.writer.compile_writer`, with the same bytes.

    Args:
        schema: a record in the view of `bus.serde.view.in_process`.
        header: bytes before the body.
        encode: given the whole value when it does not fit or is too large; says why.
        shape: every field of the record; a record inside it that may be missing is an
            argument as a whole.

    Returns:
        None if the schema has a rare form, or the shape does not fit it.
    """
    source = _SpreadSource()
    try:
        items = source.spread(schema, shape)
    except (Unsupported, LookupError, TypeError, ValueError, AttributeError):
        return None
    names = ", ".join(f"a{place}" for place in range(arguments(shape)))

    def otherwise(*given: Any) -> bytes:
        return encode(put_together(shape, given))

    source.constants |= {"otherwise": otherwise, "REFUSED": REFUSED}
    return source.guarded(names, [source.constant(header), *items])


def arguments(shape: Shape) -> int:
    """How many arguments a value of this shape has."""
    found = 0
    for part in shape.values():
        if isinstance(part, dict):
            found = max(found, arguments(part))
        elif isinstance(part, int):
            found = max(found, part + 1)
    return found


def put_together(shape: Shape, given: Sequence[Any]) -> Value:
    """The value behind the arguments."""
    return {name: _part(part, given) for name, part in shape.items()}


def _part(part: Any, given: Sequence[Any]) -> Any:
    if isinstance(part, dict):
        return put_together(part, given)
    return part.value if isinstance(part, Always) else given[part]


class _SpreadSource(WriterSource):
    """Lines of the function in the making."""

    def guarded(self, names: str, items: list[str]) -> Callable[..., bytes]:
        """The function of these lines; one function, as each call costs."""
        lines = [
            f"def write({names}):",
            "    try:",
            *("    " + line for line in self.lines),
            f"        data = join(({', '.join(items)},))",
            "    except REFUSED:",
            f"        return otherwise({names})",
            f"    return data if len(data) <= {MOST_BYTES} else otherwise({names})",
        ]
        return self.made(lines)

    def spread(self, schema: Any, shape: Shape) -> list[str]:
        name = schema["name"]
        if name in self.open:
            raise Unsupported
        self.named[name] = schema
        self.open.add(name)
        items = []
        for field in schema["fields"]:
            items += self._argument(field["type"], shape[field["name"]])
        self.open.remove(name)
        return items

    def _argument(self, schema: Any, part: Any) -> list[str]:
        if isinstance(schema, str):
            schema = self.named.get(schema, {"type": schema})
        if isinstance(part, Always):
            return [self._constantly(schema, part.value)]
        if isinstance(part, int):
            return self.any(schema, f"a{part}", 1)
        if isinstance(schema, list) or schema["type"] != "record":
            raise Unsupported
        return self.spread(schema, part)

    def _constantly(self, schema: Any, value: Any) -> str:
        """The bytes of a value that never changes, worked out now."""
        inner = WriterSource()
        inner.named = self.named
        write = inner.function("value", inner.any(schema, "value", 1))
        return self.constant(write(value))
