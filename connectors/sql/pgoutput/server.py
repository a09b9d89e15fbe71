"""What PostgreSQL says about a table, its publication and our slot."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from bus.errors import ConfigError
from connectors.sql.capture.log import Chunk
from connectors.sql.pgoutput.wire import lsn, role_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Executable

    from connectors.sql.database import Database

_TABLE = text(
    "SELECT c.oid, n.nspname, c.relname, c.relreplident, "
    "(SELECT array_agg(a.attname || ' ' || a.atttypid ORDER BY a.attnum) "
    "FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 "
    "AND NOT a.attisdropped), "
    "(SELECT array_agg(a.attname) FROM pg_index i JOIN pg_attribute a "
    "ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) WHERE i.indrelid = c.oid "
    "AND (c.relreplident = 'd' AND i.indisprimary "
    "OR c.relreplident = 'i' AND i.indisreplident)) "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.oid = to_regclass(:name)"
)
_SETUP = text(
    "SELECT current_setting('wal_level'), "
    "(SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user), "
    "(SELECT pubinsert AND pubupdate AND pubdelete FROM pg_publication "
    "WHERE pubname = :publication), "
    "EXISTS (SELECT FROM pg_publication_tables WHERE pubname = :publication "
    "AND schemaname = :schema AND tablename = :table), "
    "current_setting('max_slot_wal_keep_size', true)"
)
_SLOT = text(
    "SELECT confirmed_flush_lsn::text, wal_status, "
    "pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, "
    "database = current_database(), database, active_pid "
    "FROM pg_replication_slots WHERE slot_name = :slot"
)
_HALF = 1 << 31


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the catalogue has it.

    Attributes:
        schema: its schema.
        name: its name.
        columns: `name type-number`, in order.
        identity: columns by which the log names a changed row; empty if none.
        tells_all: the log holds whole rows before a change.
    """

    schema: str
    name: str
    columns: tuple[str, ...]
    identity: tuple[str, ...]
    tells_all: bool

    @property
    def quoted(self) -> str:
        return f'"{self.schema}"."{self.name}"'

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.rpartition(" ")[0] for column in self.columns)

    @property
    def fingerprint(self) -> str:
        """A short text that is another one for other columns."""
        return blake2b(repr(self.columns).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Slot:
    """A replication slot.

    Attributes:
        confirmed: what lies before is forgotten.
        lost: the server has thrown away what it needs.
        held_bytes: of the log that the server keeps for it.
        reader: process of the server that reads it for somebody; None if none does.
    """

    confirmed: int
    lost: bool
    held_bytes: int
    reader: int | None


class Server:
    """Asks; in short transactions of its own.

    Args:
        database: of the table.
        table: name, with schema or without.
        publication: that publishes it.
        slot: name of our slot.
    """

    def __init__(
        self, database: Database, table: str, publication: str, slot: str
    ) -> None:
        self._database = database
        self._table = table
        self.publication = publication
        self.slot_name = slot

    def table(self) -> Table:
        """The table at the moment.

        Raises:
            ConfigError: there is none.
        """
        quoted = ".".join(f'"{part}"' for part in self._table.split("."))
        _, found = self._database.rows(_TABLE.bindparams(name=quoted))
        if not found:
            raise ConfigError(
                f"{self._database.place} has no table {self._table!r}, or it must not "
                "be seen; compare `table` with the database"
            )
        _, schema, name, identity, columns, key = found[0]
        told = identity if isinstance(identity, str) else identity.decode()
        return Table(schema, name, tuple(columns), tuple(key or ()), told == "f")

    def obstacles(self, table: Table, needed: set[str]) -> Iterator[str]:
        """What the owner has to do before changes can be read."""
        asked = {"schema": table.schema, "table": table.name}
        asked["publication"] = self.publication
        _, ((level, may, whole, published, _),) = self._database.rows(
            _SETUP.bindparams(**asked)
        )
        if level != "logical":
            yield (
                f"wal_level is {level}, so the log tells no changes of rows; its owner "
                "sets: ALTER SYSTEM SET wal_level = logical; and restarts the server"
            )
        if not may:
            yield f"the role may not read the log; {role_words(self._database.url)}"
        if not table.tells_all and not needed <= set(table.identity):
            yield (
                f"the log does not tell column {', '.join(sorted(needed))} of a "
                f"deleted row; before it is published its owner runs: ALTER TABLE "
                f"{table.quoted} REPLICA IDENTITY FULL;"
            )
        if whole is None:
            yield (
                "the table is not published; its owner runs: CREATE PUBLICATION "
                f'"{self.publication}" FOR TABLE {table.quoted};'
            )
        elif not published:
            yield (
                "the table is not published; its owner runs: ALTER PUBLICATION "
                f'"{self.publication}" ADD TABLE {table.quoted};'
            )
        elif not whole:
            yield (
                f"publication {self.publication} leaves out changes; its owner runs: "
                f'ALTER PUBLICATION "{self.publication}" SET (publish = '
                "'insert, update, delete, truncate');"
            )

    def is_unlimited(self) -> bool:
        """Whether a slot that nobody reads fills the server's disk."""
        asked = {"schema": "", "table": "", "publication": ""}
        _, ((*_, limit),) = self._database.rows(_SETUP.bindparams(**asked))
        return limit in {None, "-1"}

    def slot(self) -> Slot | None:
        """Our slot; None if there is none.

        Raises:
            ConfigError: another database has one of this name.
        """
        _, found = self._database.rows(_SLOT.bindparams(slot=self.slot_name))
        if not found:
            return None
        confirmed, status, held, ours, whose, reader = found[0]
        if not ours:
            raise ConfigError(
                f"{self._database.place}: replication slot {self.slot_name} belongs to "
                f"database {whose}; give another name as `slot`"
            )
        lost = status == "lost" or confirmed is None
        return Slot(lsn(confirmed or "0/0"), lost, int(held or 0), reader)

    def make_slot(self) -> int:
        """Make our slot anew; the place from which it tells everything.

        Waits for transactions that are under way.
        """
        found = self.slot()
        with self._database.session() as connection:
            if found is not None:
                connection.execute(
                    text("SELECT pg_drop_replication_slot(:slot)"),
                    {"slot": self.slot_name},
                )
            made = connection.execute(
                text(
                    "SELECT lsn::text FROM pg_create_logical_replication_slot("
                    ":slot, 'pgoutput')"
                ),
                {"slot": self.slot_name},
            ).scalar_one()
            connection.commit()
        return lsn(made)

    def end(self) -> int:
        """Where the log ends, what is not on disk yet included."""
        _, ((place,),) = self._database.rows(
            text("SELECT pg_current_wal_insert_lsn()::text")
        )
        return lsn(place)

    def nudge(self) -> None:
        """Have what the log holds so far written soon.

        A transaction of nothing: without one, what stands on the last page of the log
        may stay there for 15 s.
        """
        with self._database.session() as connection:
            connection.exec_driver_sql("SELECT pg_current_xact_id()")
            connection.commit()

    def chunk(self, statement: Executable) -> Chunk:
        """Rows, and which transactions are in them."""
        with self._database.session() as connection:
            run = connection.exec_driver_sql
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            result = connection.execute(statement)
            rows: list[Any] = list(result.cursor.fetchall())
            result.close()
            seen, place = run(
                "SELECT pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text"
            ).one()
            connection.rollback()
        low, high, running = seen.split(":")
        open_ = {int(x) % (1 << 32) for x in running.split(",") if x}
        first, after = int(low) % (1 << 32), int(high) % (1 << 32)

        def newer(stamp: int) -> bool:
            if _before(stamp, first):
                return False
            return not _before(stamp, after) or stamp in open_

        return Chunk(rows, [lsn(place)], newer)


def _before(one: int, other: int) -> bool:
    """Transaction numbers go round."""
    return (other - one) % (1 << 32) < _HALF and one != other
