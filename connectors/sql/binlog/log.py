"""The binary log as capture reads it: transactions of one table."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bus.errors import ConfigError
from connectors.sql.binlog import events
from connectors.sql.binlog.images import Images
from connectors.sql.binlog.mentions import Mentions
from connectors.sql.binlog.server import Server
from connectors.sql.binlog.wire import Wire
from connectors.sql.capture.log import WHOLE_ROWS, Chunk, LostError, Piece, Place
from connectors.sql.capture.missing import missing_in
from connectors.sql.capture.transaction import Transaction
from connectors.sql.statement import Statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bus.connect.source import Row
    from connectors.sql.capture.gathering import Patience
    from connectors.sql.config import SqlConfig
    from connectors.sql.database import Database

MOST_BYTES = 16 << 20
"""Of the log in one piece."""
FEW_DAYS = 4
"""A weekend with a holiday: so long a log should be kept."""


class BinaryLog:
    """Entries of one table; a `ChangeLog`.

    Args:
        config: the `source:` block.
        columns: cells of the rows given out.
        identity: those of them by which a row is known.
        database: of the table.
        name: connector name.
    """

    def __init__(
        self,
        config: SqlConfig,
        columns: tuple[str, ...],
        identity: Sequence[str],
        database: Database,
        name: str,
    ) -> None:
        self._config = config
        self._columns = columns
        places = [columns.index(each) for each in identity]
        self._identity = itemgetter(*places)
        self._only = frozenset(places)
        self._needed = {*identity, *config.key}
        self._database = database
        self._server = Server(database, config.table)
        self._name = name
        about = f"{name}|{database.url.host}|{database.url.database}"
        number = crc32(about.encode()) | 0x8000_0000
        self._wire = Wire(database.url, name, number)
        self._mentions = Mentions(self._server.table)
        self._statements = Statements(config, columns)
        self._frozen: tuple[str, ...] = ()
        self._images: Images | None = None
        self._place: Place = []
        self._asked: Place | None = None
        self._checksum = False
        self._inside = False
        self._tables: dict[int, events.TableMap] = {}
        self._transaction = Transaction()
        self._work = self._handlers()

    def _handlers(self) -> dict[int, Callable[[bytes, events.Head, Piece], None]]:
        return {
            events.TABLE_MAP: self._map,
            events.QUERY: self._query,
            events.ROTATE: self._rotate,
            events.FORMAT: self._format,
            **dict.fromkeys(events.ROWS, self._rows),
            **dict.fromkeys(events.ENDS, self._end),
            **dict.fromkeys(events.GTIDS, self._start),
            **dict.fromkeys(events.SQUEEZED, self._squeezed),
        }

    @property
    def frozen(self) -> tuple[str, ...]:
        return self._frozen

    def obstacles(self) -> Iterator[str]:
        yield from self._server.settings().obstacles()
        try:
            self._server.end()
        except ConfigError as error:
            yield str(error)

    def notes(self) -> Iterator[str]:
        days = self._server.settings().kept_days
        if 0 < days < FEW_DAYS:
            yield (
                f"the server deletes its binary log after {days:g} days: a source that "
                "is away for longer has to compare the whole table; its owner sets "
                f"expire_logs_days = {FEW_DAYS} or more"
            )

    def begin(self) -> Place:
        for obstacle in self._server.settings().obstacles():
            raise ConfigError(f"{self._name}: {obstacle}")
        return self._server.end()

    def shape(self) -> str:
        layout, offset = self._server.look()
        there = [column.name for column in layout.columns]
        table = f"{self._name}: table {self._config.table}"
        missing = missing_in(table, self._columns, self._needed, there)
        self._frozen = missing
        self._statements = Statements(self._config, self._columns, missing)
        places = {name.lower(): at for at, name in enumerate(self._columns)}
        width = len(self._columns)
        self._images = Images(layout, places, width, offset)
        return layout.fingerprint

    def chunk(self, after: Sequence[Any] | None) -> Chunk:
        return self._server.chunk(self._statements.page(after))

    def open(self, place: Place, skip: int) -> None:
        self._wire.close()
        self._place, self._asked = place, place
        self._inside = False
        self._tables.clear()
        self._transaction = Transaction(skip)

    def read(self, until: Place | None, most: int, patience: Patience) -> Piece:
        piece = Piece(self._place)
        read = 0
        while not piece.again:
            if not self._inside:
                full = len(piece.rows) >= most or read >= MOST_BYTES
                if full or (until and self.has_reached(self._place, until)):
                    break
                event = self._next(patience.seconds(len(piece.rows)))
            elif len(self._transaction) >= WHOLE_ROWS or read >= MOST_BYTES:
                piece.skip = self._transaction.give(piece)
                break
            else:
                event = self._wire.must()
            if event is None and not piece.rows and self._is_behind():
                event = self._wire.must()
            if event is None and patience.goes_on(len(piece.rows)):
                continue
            if event is None:
                piece.idle = True
                break
            read += len(event)
            self._take(event, piece)
        piece.place = self._place
        return piece

    def has_reached(self, place: Place, until: Place) -> bool:
        return _order(place) >= _order(until)

    def confirm(self, place: Place) -> None:
        """Nothing: the server deletes its logs by age."""

    def behind_bytes(self, place: Place) -> int | None:
        """From a place to the end, over all files between."""
        here = _number(place[0])
        files = self._server.files()
        ahead = sum(size for name, size in files if _number(name) >= here)
        return max(0, ahead - int(place[1]))

    def close(self) -> None:
        self._wire.close()
        self._database.close()

    def _next(self, wait_seconds: float) -> bytes | None:
        if self._asked is not None:
            self._checksum = self._wire.open(self._asked[0], self._asked[1])
            self._asked = None
        return self._wire.event(wait_seconds)

    def _is_behind(self) -> bool:
        """Whether what is there has only not arrived yet."""
        return not self.has_reached(self._place, self._server.end())

    def _take(self, event: bytes, piece: Piece) -> None:
        head = events.head(event)
        if self._checksum:
            event = event[:-4]
        work = self._work.get(head.kind)
        if work is not None:
            work(event, head, piece)
        if head.end and not self._inside:
            self._place = [self._place[0], head.end, self._place[2]]

    def _start(self, event: bytes, head: events.Head, _piece: Piece) -> None:
        """A transaction begins; that of MySQL says so later with BEGIN."""
        maria = head.kind == events.MARIADB_GTID
        self._inside = maria and not events.stands_alone(event)

    def _squeezed(self, _event: bytes, head: events.Head, _piece: Piece) -> None:
        setting = events.SQUEEZED[head.kind]
        raise ConfigError(
            f"{self._name}: the binary log was written with {setting}, which is not "
            f"read here; its owner sets: SET GLOBAL {setting} = OFF; then "
            f"`opdbus connector offsets rewind {self._name} --to start`"
        )

    def _rotate(self, event: bytes, _head: events.Head, _piece: Piece) -> None:
        file, at = events.rotation(event)
        made = self._place[2] if file == self._place[0] else 0
        self._place = [file, at, made]

    def _format(self, _event: bytes, head: events.Head, _piece: Piece) -> None:
        file, at, known = self._place
        if known and known != head.time_s:
            raise LostError(
                f"file {file} of the binary log is another one than the one read "
                "before (RESET MASTER, or another server)"
            )
        self._place = [file, at, head.time_s]
        self._tables.clear()

    def _map(self, event: bytes, _head: events.Head, piece: Piece) -> None:
        table = events.table_map(event[events.HEAD :])
        mine = (self._server.schema.lower(), self._server.table.lower())
        if (table.schema.lower(), table.table.lower()) != mine:
            self._tables.pop(table.number, None)
        elif self._images is not None and self._images.fits(table):
            self._tables[table.number] = table
        else:
            piece.again = "the log tells of other columns than the table has"

    def _rows(self, event: bytes, start: events.Head, piece: Piece) -> None:
        kind = start.kind
        head = events.rows_head(event, kind)
        table = self._tables.get(head.number)
        if table is None or self._images is None or piece.again:
            return
        at, end, add = head.at, len(event), self._transaction.add
        identity = self._identity
        if kind in events.WRITES:
            image = self._images.of(table, head.present[0])
            while at < end:
                row, at = image(event, at)
                add(identity(row), row, deleted=False)
            return
        before = self._images.of(table, head.present[0], self._only)
        if kind in events.DELETES:
            while at < end:
                row, at = before(event, at)
                add(identity(row), row, deleted=True)
            return
        after = self._images.of(table, head.present[1])
        while at < end:
            old, at = before(event, at)
            new, at = after(event, at)
            self._change(old, new)

    def _change(self, old: Row, new: Row) -> None:
        was, now = self._identity(old), self._identity(new)
        if was != now:
            self._transaction.add(was, old, deleted=True, counts=False)
        self._transaction.add(now, new, deleted=False)

    def _query(self, event: bytes, head: events.Head, piece: Piece) -> None:
        word, told = self._mentions.look(events.query(event)[1])
        if word == "BEGIN":
            self._inside = True
        elif word in {"COMMIT", "ROLLBACK"}:
            self._end(event, head, piece)
        elif told:
            self._end(event, head, piece)
            piece.again = f"{word} was run on the table"

    def _end(self, _event: bytes, _head: events.Head, piece: Piece) -> None:
        """A transaction is whole."""
        self._transaction.give(piece)
        self._transaction = Transaction()
        self._inside = False


def _order(place: Place) -> tuple[int, int]:
    return _number(place[0]), place[1]


def _number(file: str) -> int:
    return int(file.rpartition(".")[2])
