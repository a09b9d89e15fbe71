"""What a technology tells about an app that nobody here has seen: tables, samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

NUMBER, TEXT, DATE, TIME, YES_NO, OTHER = (
    "number",
    "text",
    "date",
    "time",
    "yes/no",
    "other",
)
"""Families of column types."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column as the source declares it.

    Attributes:
        name: as it stands there.
        declared: the type in the source's own words, `varchar(20)`; empty for files.
        family: one of NUMBER, TEXT, DATE, TIME, YES_NO, OTHER.
        comment: what the database says about it.
    """

    name: str
    declared: str = ""
    family: str = TEXT
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One table, sheet or family of files, with a sample.

    Attributes:
        name: for `sumber_ref` and messages; no personal data.
        columns: all of them, in the source's order.
        rows: a sample, values as the driver gives them.
        count: rows in all; None if counting takes too long.
        keys: sets of columns that the source declares unique, best first.
        indexed: columns that an index begins with.
        block: the `source:` block, without the keys this module's caller decides.
        notes: what the technology noticed, for comments.
    """

    name: str
    columns: tuple[FoundColumn, ...]
    rows: Sequence[Sequence[Any]]
    count: int | None = None
    keys: tuple[tuple[str, ...], ...] = ()
    indexed: frozenset[str] = frozenset()
    block: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Surveyor(Protocol):
    """Looks at one app; reads only, and keeps nothing."""

    def names(self) -> list[tuple[str, int | None]]:
        """Tables, sheets or files with their number of rows, if that is cheap.

        Raises:
            RetriableError: the app is not there. ConfigError: no right to look.
        """
        ...

    def look(self, name: str, rows: int) -> FoundTable:
        """One of them with a sample of at most so many rows.

        Raises:
            ConfigError: there is none of that name. RetriableError: as `names`.
        """
        ...

    def close(self) -> None:
        """Let go of connections; may be called twice."""
        ...
