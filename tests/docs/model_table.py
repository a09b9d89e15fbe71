"""What a pydantic model says about its keys, and what a page's table says."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

Row = tuple[str, str, str]
"""Key, type and default as the page writes them."""

PLAIN = {
    str: "text",
    int: "number",
    float: "number",
    bool: "`true`, `false`",
    Path: "path",
    date: "date",
    Any: "any value",
}
_CELL = re.compile(r"(?<!\\)\|")


def rows_of(model: type[BaseModel], names: Mapping[type, str]) -> list[Row]:
    """One row per key of a model.

    Args:
        model: model of a block of the YAML.
        names: models that have a section of their own → what they are called.
    """
    return [
        (f"`{key}`", type_of(field, names), default_of(field))
        for key, field in model.model_fields.items()
    ]


def type_of(field: FieldInfo, names: Mapping[type, str]) -> str:
    """The type in words; a validator in front of a tuple takes one value too."""
    return _one_or_more(_words(field.annotation, names), field.metadata)


def _one_or_more(text: str, metadata: Sequence[Any]) -> str:
    if any(isinstance(item, BeforeValidator) for item in metadata):
        return f"{text.removeprefix('list of ')} or {text}"
    return text


def _words(kind: Any, names: Mapping[type, str]) -> str:
    if plain := names.get(kind) or PLAIN.get(kind):
        return plain
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _one_or_more(_words(inside[0], names), inside[1:])
    if origin is Literal:
        return ", ".join(f"`{_shown(value)}`" for value in inside)
    if origin in (Union, UnionType):
        parts = [_words(x, names) for x in inside if x is not type(None)]
        return " or ".join(dict.fromkeys(parts))
    if origin is tuple:
        return f"list of {_words(inside[0], names)}"
    if origin is not None and issubclass(origin, Mapping):
        return f"mapping to {_words(inside[1], names)}"
    raise TypeError(f"no words for {kind}")


def default_of(field: FieldInfo) -> str:
    """The default as YAML would write it; a dash for none or empty."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value in (None, "", (), {}):
        return "-"
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{_shown(f'{value:g}' if isinstance(value, float) else value)}`"


def _shown(value: Any) -> str:
    return str(value).replace("\t", "\\t").replace("|", "\\|")


def tables(page: str) -> dict[str, list[list[str]]]:
    """Heading → rows of the first table under it, cells stripped, head left out."""
    found: dict[str, list[list[str]]] = {}
    for part in re.split(r"^#+ ", page, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")]
        cells = [[c.strip() for c in _CELL.split(line)[1:-1]] for line in lines[2:]]
        found[heading.strip()] = cells
    return found
