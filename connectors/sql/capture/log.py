"""What a database's change log has to offer for capture."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bus.connect.source import Row
from bus.errors import FatalError
from connectors.sql.capture.gathering import Patience

Place = list[Any]
"""A place in a log between two transactions, as JSON holds it; made by the log."""


WHOLE_ROWS = 10_000
"""A transaction of more changes is given out in parts."""


class LostError(FatalError):
    """The log does not reach back to the position; what lies between is unknown."""


@dataclass(slots=True)
class Piece:
    """Some entries of the log, in its order.

    Attributes:
        place: after them; of the last whole transaction.
        skip: how many changes of the transaction after `place` are read already.
        rows: states of rows, cells as the wanted columns; of a deleted row what the
            log tells of it.
        deleted: per row whether it was deleted.
        stamps: per row what tells the transaction, for `Chunk.newer`.
        idle: nothing more was there within the waiting time.
        again: why the table has to be read anew from here; empty if it has not.
    """

    place: Place
    skip: int = 0
    rows: list[Row] = field(default_factory=list)
    deleted: list[bool] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    idle: bool = False
    again: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of the table as of one moment of the log.

    Attributes:
        rows: by key order.
        until: after all entries up to this place the rows are not older than any.
        newer: whether the transaction of a stamp is not in the rows yet.
    """

    rows: Sequence[Row]
    until: Place
    newer: Callable[[int], bool]


class ChangeLog(Protocol):
    """The log of one database, for one table; called from one thread at a time.

    Every method raises RetriableError where the database is not there, ConfigError
    where it is not set up for this or refuses, with what its owner has to do.
    """

    def obstacles(self) -> Iterator[str]:
        """What is in the way of capture, each with what its owner has to do."""
        ...

    def begin(self) -> Place:
        """Where the log ends now; everything after it can be read from now on."""
        ...

    def shape(self) -> str:
        """What the wanted columns look like in the database at the moment."""
        ...

    @property
    def frozen(self) -> tuple[str, ...]:
        """Wanted columns that the table no longer has, as `shape` found them."""
        ...

    def chunk(self, after: Sequence[Any] | None) -> Chunk:
        """The next rows of the table after these key values."""
        ...

    def open(self, place: Place, skip: int) -> None:
        """Read from a place on.

        Raises:
            LostError: the log does not have it any more.
        """
        ...

    def read(self, until: Place | None, most: int, patience: Patience) -> Piece:
        """The next entries: up to a place, or to the end; waits if there are none.

        Ends between two transactions, except within a very large one.

        Raises:
            LostError: as `open`.
        """
        ...

    def has_reached(self, place: Place, until: Place) -> bool:
        """Whether a place is at or behind another."""
        ...

    def confirm(self, place: Place) -> None:
        """The log may be let go up to here."""
        ...

    def behind_bytes(self, place: Place) -> int | None:
        """How much of the log lies after a place; None if it cannot be told."""
        ...

    def notes(self) -> Iterator[str]:
        """What an operator should know though nothing is in the way."""
        ...

    def close(self) -> None:
        """Let go of connections; may be called twice."""
        ...
