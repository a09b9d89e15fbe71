"""Items of an answer as rows, and what an answer says beside them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.connect.source import Row, Unreadable
from bus.errors import ConfigError, RetriableError
from connectors.rest.body import at_path, cell, repr_of, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.rest.config import Verdict

ROOT = "$."
KEY = "$key"
_SOME = 12


def judged(body: Any, verdicts: Sequence[Verdict], place: str) -> bool:
    """Whether the answer counts; False is an answer without items.

    Raises:
        RetriableError, ConfigError: as the first verdict that fits wants.
    """
    for verdict in verdicts:
        value = at_path(body, verdict.field)
        if not _fits(verdict, value):
            continue
        if verdict.then == "empty":
            return False
        told = f"{place}: HTTP 200, but {verdict.field} says {shown(value)!r}"
        if verdict.then == "stop":
            raise ConfigError(f"{told}; the file says to stop here")
        raise RetriableError(told)
    return True


def _fits(verdict: Verdict, value: Any) -> bool:
    if verdict.not_one_of:
        return not any(_same(value, other) for other in verdict.not_one_of)
    if verdict.one_of:
        return any(_same(value, other) for other in verdict.one_of)
    if verdict.starts_with:
        return str(value or "").strip().lower().startswith(verdict.starts_with.lower())
    return value not in (None, "", False, [], {})


def _same(value: Any, other: object) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return str(value).lower() == str(other).lower()
    return value is not None and str(value).strip() == str(other)


def items_of(body: Any, path: str, place: str, *, one: bool = False) -> list[Any]:
    """The list of items.

    Args:
        body: the answer.
        path: where the list is.
        place: for messages.
        one: an object is a list of one, as in the answer of a look-up.

    Raises:
        RetriableError: there is no list; what an app answers in trouble.
    """
    found = at_path(body, path)
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        if found and all(str(name).isdigit() for name in found):
            return list(found.values())  # how PHP writes a list with gaps
        if one:
            return [found]
    there = ", ".join(sorted(map(str, body))[:_SOME]) if isinstance(body, dict) else ""
    raise RetriableError(
        f"{place}: the answer has no list at {path or 'its top'!r}"
        + (f"; keys there: {there}" if there else "")
        + "; nothing was taken"
    )


class Rows:
    """Makes rows of items; tells each unreadable item once.

    Args:
        columns: names of the cells: paths in the item, `$.path` in the whole answer,
            `$key` the key of a look-up.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self._told: set[int] = set()

    def row(self, item: Mapping[str, Any], body: Any, key: str = "") -> Row:
        """One item as cells in the order of the columns."""
        return tuple(self._cell(name, item, body, key) for name in self.columns)

    def unreadable(self, item: Any, ref: str, code: str, why: str) -> list[Unreadable]:
        """For the dead letters, unless it was told before."""
        payload = repr_of(item)
        known = hash((code, payload))
        if known in self._told:
            return []
        self._told.add(known)
        return [Unreadable(ref, code, why, payload.encode("utf-8", "replace"))]

    def _cell(self, name: str, item: Mapping[str, Any], body: Any, key: str) -> Any:
        if name == KEY:
            return key
        if name.startswith(ROOT):
            return cell(at_path(body, name.removeprefix(ROOT)))
        return cell(at_path(item, name))
