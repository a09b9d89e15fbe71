"""A page of Python being written: lines, indentation, names, constants."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Code:
    """Collects the text of the generated functions and the objects they refer to.

    Attributes:
        names: constants by the name the text uses for them.
    """

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self._lines: list[str] = []
        self._depth = 0
        self._objects: dict[int, str] = {}

    @property
    def text(self) -> str:
        """The page."""
        return "\n".join(self._lines) + "\n"

    def line(self, text: str = "") -> None:
        """Add a line at the present depth."""
        self._lines.append("    " * self._depth + text if text else "")

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """Lines under `opening:`."""
        self.line(opening)
        self._depth += 1
        yield
        self._depth -= 1

    def constant(self, name: str, value: Any) -> str:
        """A name for this object; the same object gets the same name."""
        known = self._objects.get(id(value))
        if known is not None:
            return known
        chosen, number = identifier(name), 1
        while chosen in self.names:
            number += 1
            chosen = f"{identifier(name)}_{number}"
        self.names[chosen] = value
        self._objects[id(value)] = chosen
        return chosen


def identifier(text: str) -> str:
    """A valid Python name that still reads like the text."""
    name = re.sub(r"\W+", "_", text).strip("_") or "x"
    return f"_{name}" if name[0].isdigit() else name


def literal(value: Any) -> str | None:
    """The value written in Python, or None if only a constant can hold it."""
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if isinstance(value, list) and not value:
        return "[]"
    return None


def reprs(expressions: Iterable[str]) -> str:
    """The reprs of names and literals, each once, as the inside of an f-string."""
    cells = [
        f"{{{one}!r}}"
        if one.isidentifier()
        else one.replace("{", "{{").replace("}", "}}")
        for one in dict.fromkeys(expressions)
    ]
    return ", ".join(cells)


def f_string(inside: str) -> str:
    """An f-string; its expressions are without quotes, which may be in its text."""
    return f"f{inside!r}"
