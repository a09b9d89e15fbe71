"""A table as its change log tells it: read once by key, then every change.

While the table is read in chunks, the log is read up to the moment of each chunk
before the chunk's rows count. So states of a row come in order, none is missed and
none comes twice; a pass can be broken off anywhere, and another one begun whenever
something happened that the log does not tell row by row.
"""

from __future__ import annotations

import logging
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from bus.connect.source import Batch, Reading
from bus.errors import FatalError, RetriableError
from connectors.sql.capture.gathering import Patience
from connectors.sql.capture.log import LostError
from connectors.sql.capture.position import Position
from connectors.sql.cursor import from_json, to_json

if TYPE_CHECKING:
    from bus.connect.source import Row
    from bus.connect.spec import Opening
    from connectors.sql.capture.log import ChangeLog, Chunk, Piece
    from connectors.sql.config import SqlConfig

log = logging.getLogger(__name__)
BREATH_SECONDS = 0.001
"""Between two polls of a quiet log; the poll itself waits at the log."""
BACKLOG_CHUNKS = 3
"""So many chunks of changes share a transaction where they have piled up."""
QUIET_MS = 10_000
"""A place in the log that others have moved is kept so often."""


class CaptureSource:
    """Reads one table and its change log.

    Args:
        config: the validated `source:` block, variables expanded.
        opening: name, columns, clock and what is committed.
        columns: what each row has.
        change_log: of the table's database.
    """

    def __init__(
        self,
        config: SqlConfig,
        opening: Opening,
        columns: tuple[str, ...],
        change_log: ChangeLog,
    ) -> None:
        self._config = config
        self._clock = opening.clock
        self._name = opening.connector
        self._committed = opening.committed
        self._columns = columns
        self._key = [columns.index(name) for name in config.key]
        self._log = change_log
        self._identity = itemgetter(*map(columns.index, opening.ref or config.key))
        self._position = Position()
        self._told: str | None = None
        self._kept: str | None = None
        self._told_ms = self._looked_ms = 0
        self._confirmed: str | None = None
        self._chunk: Chunk | None = None
        self._anew = False
        self._recent: dict[Any, int] = {}

    @property
    def reading(self) -> Reading:
        return Reading(remembers_all=True, finds_deletes=True)

    def poll(self, cursor: str | None) -> Batch:
        """The next rows or changes; waits at the log while there are none."""
        if self._committed is None:
            return self._trial()
        try:
            self._confirm(self._committed())
            if cursor is None or cursor != self._told:
                self._start(Position.from_cursor(cursor))
            return self._passing() if self._position.reading else self._following()
        except RetriableError:
            self._told = None
            raise
        except LostError as error:
            raise FatalError(
                f"{self._name}: {error}; nothing was skipped: the source stops. What "
                "changed since is found by comparing: `opdbus connector offsets rewind "
                f"{self._name} --to start` reads the whole table and tells only what "
                "differs, deletions too"
            ) from None

    def check(self) -> list[str]:
        """Look at the table and its columns."""
        self._log.shape()
        return []

    def behind_bytes(self, cursor: str) -> int | None:
        """How much of its log the database keeps behind a position.

        Raises:
            RetriableError, ConfigError: the database is not there, or refuses.
        """
        place = Position.from_cursor(cursor).log
        return None if place is None else self._log.behind_bytes(place)

    def close(self) -> None:
        self._log.close()

    def _trial(self) -> Batch:
        self._log.shape()
        rows = self._log.chunk(None).rows
        wait = self._config.poll_seconds
        origin = self._config.table
        return Batch(self._columns, rows, "", wait, frozen=self._frozen, origin=origin)

    @property
    def _frozen(self) -> tuple[str, ...]:
        return self._log.frozen

    def _confirm(self, committed: str | None) -> None:
        if committed is not None and committed != self._confirmed:
            self._confirmed = committed
            place = Position.from_cursor(committed).log
            if place is not None:
                self._log.confirm(place)

    def _start(self, position: Position) -> None:
        place = position.log
        if place is None:
            self._begin("")
        elif position.shape != self._log.shape():
            self._begin("columns of the table are other ones than when it was read")
        else:
            if position.reading:  # a pass whose begin is forgotten finds no deletions
                position = Position(place, position.skip, shape=position.shape)
            self._log.open(place, position.skip)
            self._position = position
            self._reset()
            self._anew = position.reading

    def _begin(self, why: str) -> None:
        """Read the whole table; the log from here on."""
        if why:
            log.warning("%s: %s: the whole table is compared", self._name, why)
        while True:
            shape = self._log.shape()
            place = self._log.begin()
            if self._log.shape() == shape:
                break
        self._log.open(place, 0)
        self._position = Position(place, shape=shape)
        self._reset()
        self._anew = True

    def _reset(self) -> None:
        self._chunk = self._kept = None
        self._recent.clear()

    def _passing(self) -> Batch:
        """Entries up to the moment of a chunk, then its rows."""
        position = self._position
        if self._chunk is None:
            after = position.after
            keys = None if after is None else [from_json(item) for item in after]
            self._chunk = self._log.chunk(keys)
        chunk, config = self._chunk, self._config
        patience = Patience(config.poll_seconds)
        piece = self._log.read(chunk.until, config.chunk_rows, patience)
        for row, stamp in zip(piece.rows, piece.stamps, strict=True):
            self._recent[self._identity(row)] = stamp
        after, reading = position.after, True
        if piece.again:
            self._begin(piece.again)
            return self._batch(piece)
        if not piece.skip and self._log.has_reached(piece.place, chunk.until):
            self._add(piece, chunk)
            reading = len(chunk.rows) == config.chunk_rows
            after = self._key_of(chunk.rows[-1]) if reading else None
            self._chunk = None
        self._position = Position(
            piece.place, piece.skip, reading, after, position.shape
        )
        return self._batch(piece, complete=not reading)

    def _add(self, piece: Piece, chunk: Chunk) -> None:
        """Rows of a chunk that no entry read already is newer than."""
        recent, newer = self._recent, chunk.newer
        recent = {who: stamp for who, stamp in recent.items() if newer(stamp)}
        self._recent = recent
        rows: list[Row] = list(chunk.rows)
        if recent:
            rows = [row for row in rows if self._identity(row) not in recent]
        piece.rows += rows
        piece.deleted += [False] * len(rows)

    def _following(self) -> Batch:
        config = self._config
        patience = Patience(config.poll_seconds, self._is_free)
        most = config.chunk_rows * BACKLOG_CHUNKS
        piece = self._log.read(None, most, patience)
        if piece.again:
            self._begin(piece.again)
        else:
            self._position = Position(
                piece.place, piece.skip, reading=False, shape=self._position.shape
            )
        return self._batch(piece)

    def _is_free(self) -> bool:
        """Whether all that was given out is committed."""
        if self._committed is None or self._kept is None:
            return True
        return self._committed() == self._kept

    def _batch(self, piece: Piece, *, complete: bool = False) -> Batch:
        now, position = self._clock.now_ms(), self._position
        cursor, idle = position.cursor(), False
        if not (piece.rows or complete or self._anew or position.reading):
            idle = piece.idle
            if self._told is not None and now - self._told_ms < QUIET_MS:
                cursor = self._told
        if cursor != self._told:
            self._told, self._told_ms = cursor, now
        anew, self._anew = self._anew, False
        resume = cursor
        if position.reading:
            start = Position(position.log, position.skip, shape=position.shape)
            resume = start.cursor()
        self._kept = resume
        return Batch(
            columns=self._columns,
            rows=piece.rows,
            cursor=cursor,
            next_poll_seconds=BREATH_SECONDS if idle else 0.0,
            complete=complete,
            anew=anew,
            frozen=self._frozen,
            origin=self._config.table,
            resume=resume,
            deleted=piece.deleted,
            behind_bytes=self._behind(now),
        )

    def _behind(self, now: int) -> int | None:
        """Asked rarely; of what is committed, not of what is read."""
        if now - self._looked_ms < QUIET_MS or self._confirmed is None:
            return None
        self._looked_ms = now
        return self.behind_bytes(self._confirmed)

    def _key_of(self, row: Row) -> list[Any]:
        return [to_json(row[at]) for at in self._key]
