"""One look at the app: what is new goes into the spool, with the position after it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bus.agent.differ import Differ, Found
from bus.agent.frame import FrameError, FrameTooLargeError, Piece, packed
from bus.connect.edge.filter import EdgeFilter
from bus.connect.edge.step import changes_only
from bus.connect.reading.budget import Budget
from bus.connect.source import Reading, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.agent.frame import Seal
    from bus.agent.spool import Spool
    from bus.clock import Clock
    from bus.connect.files.connector import Connector
    from bus.connect.source import Batch, Source

log = logging.getLogger(__name__)

_DEVICES, _CURSOR = "devices", "cursor"


class Reader:
    """Reads one app; not safe for two threads.

    Args:
        connector: loaded connector.
        spool: where to.
        seal: of the connector.
        clock: the time.
        frame_rows: rows of one frame.

    Raises:
        ConfigError: the source's block is not valid.
    """

    def __init__(
        self,
        connector: Connector,
        spool: Spool,
        seal: Seal,
        clock: Clock,
        frame_rows: int,
    ) -> None:
        self._connector = connector
        self._spool = spool
        self._seal = seal
        self._clock = clock
        self._frame_rows = frame_rows
        self._open()

    def _open(self) -> None:
        """From what the spool holds on."""
        connector, spool = self._connector, self._spool
        self._kept = self._position = self._cursor()
        self._source: Source = connector.open(self._clock, lambda: self._kept)
        edge = connector.definition.edge
        self._edge = None if edge is None else EdgeFilter(edge)
        reading = Reading(remembers_all=False) if edge else self._source.reading
        budget = Budget(connector.name, connector.definition.batas)
        self._differ = Differ(connector, reading, spool, self._seal, budget)
        if self._edge is not None:
            for ref, data in spool.devices():
                self._edge.load(ref, self._seal.open(data, _DEVICES))

    def _cursor(self) -> str | None:
        """The position kept; it may name a person. Another secret opens none."""
        sealed = self._spool.cursor
        if sealed is None:
            return None
        try:
            return self._seal.open(bytes.fromhex(sealed), _CURSOR).decode()
        except FrameError as error:
            log.error("%s; the app is read anew", error)  # noqa: TRY400 - told in words
            self._spool.restart()
            return None

    def step(self) -> float:
        """Poll once and keep what is new.

        Returns:
            Seconds until the next look; 0 is at once.

        Raises:
            FullError: no room on the disk; the same is read again.
            RetriableError: the app is not there. ConfigError, FatalError: somebody has
                to look.
        """
        batch = self._source.poll(self._position)
        try:
            self._take(batch)
        except BaseException:
            self.reopen()  # what was learned from this batch is not kept
            raise
        return batch.next_poll_seconds

    def _take(self, batch: Batch) -> None:
        if self._edge is not None:
            batch = changes_only(batch, self._edge, self._clock.now_ms())
        found = self._differ.take(batch)
        if self._edge is not None:
            found.changes.devices = [
                (ref, self._seal.close(data, _DEVICES))
                for ref, data in self._edge.take_changes()
            ]
        frames: list[bytes] = []
        for piece in self._pieces(batch, found):
            self._frame(piece, frames)
        keep = batch.cursor if batch.resume is None else batch.resume
        if frames or found.changes or keep != self._kept:
            sealed = self._seal.close(keep.encode(), _CURSOR).hex()
            self._spool.commit(frames, sealed, found.changes)
        self._kept, self._position = keep, batch.cursor

    def reopen(self) -> None:
        """Go on from what the spool holds."""
        self.close()
        self._open()

    def close(self) -> None:
        """Let go of the app; may be called twice."""
        self._source.close()

    def _pieces(self, batch: Batch, found: Found) -> Iterator[Piece]:
        compared = self._source.reading.remembers_all and self._edge is None
        size, rows = self._frame_rows, found.rows
        for begin in range(0, max(len(rows), len(found.unreadable) and 1), size):
            part = slice(begin, begin + size)
            last = begin + size >= len(rows)
            yield Piece(
                columns=batch.columns,
                rows=tuple(map(tuple, rows[part])),
                deleted=tuple(found.deleted[part]) if compared else None,
                marks=() if compared else tuple(found.marks[part]),
                forget_below=batch.forget_below if last else None,
                unreadable=tuple(found.unreadable) if last else (),
                frozen=batch.frozen,
                origin=batch.origin,
            )

    def _frame(self, piece: Piece, frames: list[bytes]) -> None:
        """Add a piece; one too large for the line goes in halves, a row is refused."""
        place = self._spool.place(self._spool.next + len(frames))
        try:
            frames.append(packed(piece, self._seal, place))
        except FrameTooLargeError:
            if len(piece.rows) <= 1:
                self._frame(_refused(piece), frames)
                return
            for half in _halves(piece):
                self._frame(half, frames)


def _halves(piece: Piece) -> Iterator[Piece]:
    """The first half of its rows, then the other with all that is not of a row."""
    middle = len(piece.rows) // 2
    for part in (slice(0, middle), slice(middle, None)):
        first = part.start == 0
        yield replace(
            piece,
            rows=piece.rows[part],
            deleted=None if piece.deleted is None else piece.deleted[part],
            marks=piece.marks[part],
            forget_below=None if first else piece.forget_below,
            unreadable=() if first else piece.unreadable,
        )


def _refused(piece: Piece) -> Piece:
    why = (
        f"Satu baris di {piece.origin} terlalu besar untuk dikirim dari sini; kurangi "
        "kolom yang dibaca atau isinya, lalu ubah baris itu."
    )
    big = Unreadable(piece.origin, "TERLALU_BESAR", why)
    return Piece(piece.columns, unreadable=(big,), forget_below=piece.forget_below)
