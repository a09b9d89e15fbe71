"""What a JSON body shows of an app: its lists, the paths and families of its values."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bus.connect.survey import NUMBER, TEXT, YES_NO

_DEEPEST = 4


def lists_in(value: Any, above: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Dotted paths of all lists of objects, and the lists; `""` is the body itself."""
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            yield above, value
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, part in value.items():
            yield from lists_in(
                part, f"{above}.{key}" if above else str(key), depth + 1
            )


def paths_in(item: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Dotted paths of the values of an object; lists are values."""
    for key, value in item.items():
        path = f"{above}.{key}" if above else str(key)
        if isinstance(value, dict) and value:
            yield from paths_in(value, path)
        else:
            yield path


def family_of(cells: Sequence[Any]) -> str:
    """The family of a column, by its values."""
    known = [value for value in cells if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return YES_NO
    if known and all(isinstance(value, int | Decimal) for value in known):
        return NUMBER
    return TEXT
