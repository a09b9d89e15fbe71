"""Logical replication as capture reads it: transactions of one table."""

from __future__ import annotations

from importlib import import_module
from operator import itemgetter
from threading import Event
from typing import TYPE_CHECKING, Any

from bus.errors import ConfigError, RetriableError
from connectors.sql.capture.log import WHOLE_ROWS, Chunk, LostError, Piece, Place
from connectors.sql.capture.missing import missing_in
from connectors.sql.capture.transaction import Transaction
from connectors.sql.pgoutput import messages
from connectors.sql.pgoutput.rows import RowMaker, complete, lacking_of
from connectors.sql.pgoutput.server import Server
from connectors.sql.pgoutput.wire import Wire
from connectors.sql.statement import Statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bus.clock import Clock
    from connectors.sql.capture.gathering import Patience
    from connectors.sql.config import SqlConfig
    from connectors.sql.database import Database
    from connectors.sql.pgoutput.server import Slot

_SILENT_SECONDS, _BUSY_SECONDS = 30.0, 10.0
_ASK_SECONDS = 0.05
_MOST_BYTES = 16 << 20
LARGE_BYTES = 1 << 30
"""Of the log kept for a slot: worth a word."""


class LogicalReplication:
    """Entries of one table; a `ChangeLog`.

    Args:
        config: the `source:` block.
        columns: cells of the rows given out.
        identity: those of them by which a row is known.
        database: of the table.
        names: of the connector and of its slot.
        clock: the time.
    """

    def __init__(
        self,
        config: SqlConfig,
        columns: tuple[str, ...],
        identity: Sequence[str],
        database: Database,
        names: tuple[str, str],
        clock: Clock,
    ) -> None:
        self._config = config
        self._columns = columns
        self._identity = itemgetter(*map(columns.index, identity))
        self._needed = {*identity, *config.key}
        self._name = names[0]
        self._clock = clock
        self._database = database
        self._server = Server(database, config.table, config.publication, names[1])
        self._wire = Wire(database.url, self._name, clock)
        self._statements = Statements(config, columns)
        self._frozen: tuple[str, ...] = ()
        self._table = ("", "")
        self._rows: dict[int, RowMaker] = {}
        self._place = 0
        self._asked: int | None = None
        self._inside = False
        self._transaction = Transaction()
        self._work: dict[int, Callable[[bytes, Piece], None]] = {
            messages.BEGIN: self._begun,
            messages.COMMIT: self._ended,
            messages.RELATION: self._relation,
            messages.INSERT: self._change,
            messages.UPDATE: self._change,
            messages.DELETE: self._change,
            messages.TRUNCATE: self._truncated,
        }

    @property
    def frozen(self) -> tuple[str, ...]:
        return self._frozen

    def obstacles(self) -> Iterator[str]:
        yield from self._server.obstacles(self._server.table(), self._needed)

    def notes(self) -> Iterator[str]:
        slot = self._server.slot()
        if slot is not None and slot.held_bytes > LARGE_BYTES:
            yield (
                f"the server keeps {slot.held_bytes >> 20:,} MB of its log for slot "
                f"{self._server.slot_name}; let the source run, or, if it is not "
                "wanted any more: SELECT pg_drop_replication_slot('"
                f"{self._server.slot_name}');"
            )
        if self._server.is_unlimited():
            yield (
                "a source that is away for long fills the server's disk; its owner "
                "sets a limit: ALTER SYSTEM SET max_slot_wal_keep_size = '10GB';"
            )

    def begin(self) -> Place:
        for obstacle in self.obstacles():
            raise ConfigError(f"{self._name}: {obstacle}")
        self._wire.close()
        slot = self._server.slot()
        if slot is None or slot.lost:
            return [self._server.make_slot()]
        return [max(self._server.end(), slot.confirmed)]

    def shape(self) -> str:
        table = self._server.table()
        place, there = f"{self._name}: table {self._config.table}", table.names
        missing = missing_in(place, self._columns, self._needed, there)
        self._frozen = missing
        self._table = (table.schema, table.name)
        self._statements = Statements(self._config, self._columns, missing)
        return table.fingerprint

    def chunk(self, after: Sequence[Any] | None) -> Chunk:
        found = self._server.chunk(self._statements.page(after))
        self._server.nudge()
        return found

    def open(self, place: Place, skip: int) -> None:
        self._wire.close()
        self._place = self._asked = place[0]
        self._inside = False
        self._rows.clear()
        self._transaction = Transaction(skip)

    def read(self, until: Place | None, most: int, patience: Patience) -> Piece:
        piece, read = Piece([self._place]), 0
        while not piece.again:
            wait = _SILENT_SECONDS
            if not self._inside:
                full = len(piece.rows) >= most or read >= _MOST_BYTES
                if full or (until and self.has_reached([self._place], until)):
                    break
                wait = patience.seconds(len(piece.rows))
            elif len(self._transaction) >= WHOLE_ROWS or read >= _MOST_BYTES:
                piece.skip = self._transaction.give(piece)
                break
            message = self._next(wait)
            if message is None and not piece.rows:
                message = self._behind_message(until)
            if message is None and patience.goes_on(len(piece.rows)):
                continue
            if message is None:
                piece.idle = True
                break
            read += len(message)
            self._take(message, piece)
        piece.place = [self._place]
        self._fill(piece)
        return piece

    def has_reached(self, place: Place, until: Place) -> bool:
        return bool(place[0] >= until[0])

    def confirm(self, place: Place) -> None:
        self._wire.confirm(place[0])

    def behind_bytes(self, place: Place) -> int | None:
        """What the server keeps for our slot."""
        del place
        slot = self._server.slot()
        return None if slot is None else slot.held_bytes

    def close(self) -> None:
        self._wire.close()
        self._database.close()

    def _free_slot(self) -> Slot | None:
        """Our slot, as soon as nobody reads it; who has died lets go of it late."""
        began, pause = self._clock.monotonic(), Event()
        while (slot := self._server.slot()) is not None and slot.reader is not None:
            if self._clock.monotonic() - began > _BUSY_SECONDS:
                raise RetriableError(
                    f"{self._name}: process {slot.reader} of the server still reads "
                    f"slot {self._server.slot_name} for somebody; is the connector "
                    "running elsewhere?"
                )
            pause.wait(_ASK_SECONDS)
        return slot

    def _open_stream(self, at: int) -> None:
        slot = self._free_slot()
        name = self._server.slot_name
        if slot is None:
            raise LostError(f"replication slot {name} does not exist any more")
        if slot.lost:
            raise LostError(f"the server has thrown away the log of slot {name}")
        if slot.confirmed > at:
            raise LostError(f"somebody has moved slot {name} beyond our position")
        self._wire.open(name, self._config.publication, at)

    def _next(self, wait_seconds: float) -> bytes | None:
        if self._asked is not None:
            self._open_stream(self._asked)
            self._asked = None
        found = self._wire.message(wait_seconds)
        if found is None and self._inside:
            raise RetriableError(f"{self._name}: the stream stopped half way")
        if found is None:
            self._place = max(self._place, self._wire.end)
        return found

    def _behind_message(self, until: Place | None) -> bytes | None:
        """The next message, where it is there and has only not arrived yet."""
        target = until[0] if until else self._server.end()
        started = self._clock.monotonic()
        nudged = False
        while self._place < target:
            self._wire.tell(ask=True)
            found = self._next(_ASK_SECONDS)
            if found is not None:
                return found
            waited = self._clock.monotonic() - started
            if waited > _SILENT_SECONDS:
                raise RetriableError(f"{self._name}: the server does not send its log")
            if not nudged and waited > 2 * _ASK_SECONDS:
                self._server.nudge()
                nudged = True
        return None

    def _take(self, message: bytes, piece: Piece) -> None:
        found = self._work.get(message[0])
        if found is not None:
            found(message, piece)

    def _begun(self, message: bytes, _piece: Piece) -> None:
        self._inside = True
        self._transaction.stamp = messages.transaction_of(message)

    def _ended(self, message: bytes, piece: Piece) -> None:
        self._place = messages.end_of(message)
        self._transaction.give(piece)
        self._transaction = Transaction()
        self._inside = False

    def _relation(self, message: bytes, piece: Piece) -> None:
        found = messages.relation(message)
        if (found.schema, found.table) != self._table:
            return
        known = self._rows.get(found.number)
        if known is None:
            context = self._database.driver_connection()
            transformer = import_module("psycopg.adapt").Transformer(context)
            maker = RowMaker(found, self._columns, self._frozen, transformer)
            self._rows[found.number] = maker
        elif known.relation != found:
            piece.again = "the columns of the table have changed"

    def _truncated(self, message: bytes, piece: Piece) -> None:
        if not self._rows.keys().isdisjoint(messages.truncated(message)):
            piece.again = "TRUNCATE was run on the table"

    def _change(self, message: bytes, _piece: Piece) -> None:
        change = messages.change(message)
        maker = self._rows.get(change.number)
        if maker is None:
            return
        add, identity = self._transaction.add, self._identity
        old = None if change.old is None else maker.row(change.old)
        if change.new is None:
            if old is not None:
                add(identity(old), old, deleted=True)
            return
        new = maker.row(change.new, change.old)
        who = identity(new)
        if old is not None and identity(old) != who:
            add(identity(old), old, deleted=True, counts=False)
        add(who, new, deleted=False)

    def _fill(self, piece: Piece) -> None:
        """Put in large values that the log does not repeat."""
        lacking = lacking_of(piece)
        if not lacking:
            return
        key = itemgetter(*map(self._columns.index, self._config.key))
        keys = {key(piece.rows[at]) for at in lacking}
        asked = [who if isinstance(who, tuple) else (who,) for who in keys]
        _, found = self._database.rows(self._statements.these(asked))
        complete(piece, lacking, {key(row): row for row in found}, key)
