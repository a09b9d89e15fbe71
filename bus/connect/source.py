"""The contract between a source connector and the runtime that calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something of the source that is not even a row: a file, a sheet, a line.

    Attributes:
        ref: where, `penduduk.csv` or `penduduk.csv:17`; never personal data.
        code: reason code for metrics, `BERKAS_TAK_TERBACA`.
        message: plain Indonesian for a clerk: what is wrong and what to do.
        payload: the original bytes or text of the line, if there is any.
    """

    ref: str
    code: str
    message: str
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll found.

    Attributes:
        columns: names of the cells of each row.
        rows: rows as read, values as the driver gave them.
        cursor: position after the last row, JSON text; give it to the next poll.
        resume: position to keep for another process; None is `cursor`. A source that
            is compared with memory goes back to the start of its pass.
        deleted: for entries of a change log, per row whether it was deleted there; of
            a deleted row only the cells of its reference have to be known. Each entry
            is newer than the one before it, also where one pass has the row already.
            None where rows are read and compared.
        behind_bytes: how much of a change log waits to be read; None is not known.
        next_poll_seconds: wait this long before the next poll; 0 is at once.
        anew: a pass begins with this batch; what a pass before it had seen and did
            not end does not count.
        frozen: columns that the source no longer has: rows that are remembered keep
            their last values of them.
        complete: a pass over the whole source ended with this batch; a row that
            did not appear in the pass is gone.
        unreadable: what could not be read as rows.
        marks: per row a sortable text while the row lies in the overlap window of
            an incremental pass, None for rows before it; empty without a window.
        forget_below: marks under this left the window and are forgotten.
        origin: file or table the rows are from, for messages.
        places: per row the file, with its sheet, and the line, for whoever has to
            find it; empty where rows have no lines.
        ordered: the rows of a pass come oldest first, over all its batches.
        more: the source has more, and waits only because it must not ask faster.
    """

    columns: tuple[str, ...]
    rows: Sequence[Row]
    cursor: str
    next_poll_seconds: float = 0.0
    complete: bool = False
    anew: bool = False
    frozen: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    marks: Sequence[str | None] = ()
    forget_below: str | None = None
    origin: str = ""
    places: Sequence[tuple[str, int]] = ()
    resume: str | None = None
    more: bool = False
    ordered: bool = False
    deleted: Sequence[bool] | None = None
    behind_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the runtime treats what a source reads.

    Attributes:
        remembers_all: keep a hash of every row, so that unchanged rows make no
            event and changed ones a correction; otherwise only the rows in the
            overlap window are kept.
        finds_deletes: a remembered row that a complete pass did not contain was
            deleted at the source.
        scope: columns that limit deletes: a row is only deleted by a pass that
            contained rows with the same values here (`[PERIODE]`).
    """

    remembers_all: bool
    finds_deletes: bool = False
    scope: tuple[str, ...] = ()


class Source(Protocol):
    """A reader of one legacy system, called from one thread at a time.

    Position comes from the cursor only. Nothing here sleeps: a source says when it
    wants to be called again.
    """

    @property
    def reading(self) -> Reading:
        """How its rows are to be treated; constant."""
        ...

    def poll(self, cursor: str | None) -> Batch:
        """The next rows after this cursor; None is the beginning.

        Raises:
            RetriableError: the system is not there at the moment.
            ConfigError: table, column or folder does not exist.
        """
        ...

    def check(self) -> list[str]:
        """Problems an operator should know before a run; empty when fine.

        Raises:
            RetriableError, ConfigError: as `poll`.
        """
        ...

    def close(self) -> None:
        """Let go of connections and files; may be called twice."""
        ...
