"""`opdbus connector check` for a database: everything that may hinder a run."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import literal_column, select, text

from bus.connect.finding import BAD, GOOD, NOTE, Finding
from bus.errors import ConfigError
from connectors.sql.address import kind_of
from connectors.sql.capture_findings import capture_findings
from connectors.sql.cursor import is_time, moment_of
from connectors.sql.database import Database
from connectors.sql.refused import tables_of, why_refused
from connectors.sql.statement import Statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.connect.spec import Opening
    from connectors.sql.config import SqlConfig

_WRITES = re.compile(r"\b(ALL|INSERT|UPDATE|DELETE|DROP|CREATE|ALTER)\b")
_MOST_COMPARED = 2_000_000
"""Rows up to which a key that is not declared unique is counted."""
SKEW_SECONDS = 5.0
_CLOCKS = {
    "mysql": "SELECT NOW(6), UTC_TIMESTAMP(6), @@session.time_zone, @@system_time_zone",
    "postgresql": "SELECT now()::timestamp, now() AT TIME ZONE 'UTC', "
    "current_setting('TimeZone'), ''",
}


class Examination:
    """Looks at one source; SELECT only.

    Args:
        config: the `source:` block, variables expanded.
        opening: name, columns and clock.
        zone: the tenant's time zone.
    """

    def __init__(self, config: SqlConfig, opening: Opening, zone: str) -> None:
        self._config = config
        self._name = opening.connector
        self._opening = opening
        self._clock = opening.clock
        self._zone = zone
        self._columns = tuple(dict.fromkeys((*opening.columns, *config.columns())))
        self._database = Database(config.url, opening.connector)
        self._statements = Statements(config, self._columns)
        self._kind = kind_of(config.url)

    def findings(self) -> Iterator[Finding]:
        """One by one; ends early where going on makes no sense.

        Raises:
            RetriableError: the database is not there.
        """
        try:
            yield self._connection()
            yield from self._rights()
            rows = self._rows()
            yield Finding("rows", GOOD, f"{rows:,} rows", rows)
            yield from self._key(rows)
            if self._config.cursor:
                yield from self._cursor()
            yield from self._clocks()
            yield from capture_findings(self._config, self._opening)
        except ConfigError as error:
            yield Finding("reading", BAD, str(error))
        finally:
            self._database.close()

    def _connection(self) -> Finding:
        self._database.rows(select(literal_column("1")))
        with self._database.inspector() as inspector:
            dialect = inspector.dialect
            version = ".".join(map(str, dialect.server_version_info or ()))
        told = f"{self._database.place} answers, {dialect.name} {version}"
        return Finding("connection", GOOD, told)

    def _rights(self) -> Iterator[Finding]:
        """Where the query is refused, each table by itself: all missing rights."""
        try:
            self._database.rows(self._statements.page(None).limit(1))
        except ConfigError as error:
            bad = list(why_refused(self._database, self._config, self._columns))
            yield from bad or [Finding("reading", BAD, str(error))]
            raise ConfigError("nothing else was looked at; mend this first") from None
        told = f"SELECT on {', '.join(tables_of(self._config))}"
        yield Finding("rights", GOOD, told)
        yield from self._too_many_rights()

    def _too_many_rights(self) -> Iterator[Finding]:
        if self._kind != "mysql":
            return
        _, grants = self._database.rows(text("SHOW GRANTS"))
        lines = [str(line[0]).partition(" IDENTIFIED")[0] for line in grants]
        if any(_WRITES.search(line.partition(" ON ")[0]) for line in lines):
            yield Finding(
                "rights",
                NOTE,
                "this user may write, the bus needs SELECT only: ask for a user of its "
                "own",
            )

    def _rows(self) -> int:
        _, ((count,),) = self._database.rows(self._statements.count())
        return int(count)

    def _key(self, rows: int) -> Iterator[Finding]:
        key = ", ".join(self._config.key)
        if self._is_declared_unique():
            yield Finding(f"key {key}", GOOD, "declared unique")
        elif rows > _MOST_COMPARED:
            yield Finding(
                f"key {key}", NOTE, "not declared unique; too many rows to see"
            )
        else:
            _, found = self._database.rows(self._statements.doubles())
            if found:
                told = (
                    "several rows have the same value: they are rejected as REF_GANDA"
                )
                yield Finding(
                    f"key {key}", BAD, f"{told}; add columns to `key` and `ref`"
                )
            else:
                yield Finding(
                    f"key {key}", GOOD, "no value twice, but not declared unique"
                )

    def _is_declared_unique(self) -> bool:
        if not self._config.table:
            return False
        mine = set(self._config.key)
        return any(set(key) <= mine for key in self._declared()[0])

    def _declared(self) -> tuple[list[tuple[str, ...]], list[str]]:
        """Unique keys, and columns that an index begins with.

        MySQL shows them only to who may read the whole table.
        """
        schema, _, name = self._config.table.rpartition(".")
        try:
            with self._database.inspector() as inspector:
                primary = inspector.get_pk_constraint(name, schema or None)
                indexes = inspector.get_indexes(name, schema or None)
        except ConfigError:
            return [], []
        keys = [tuple(primary.get("constrained_columns") or ())]
        keys += [
            tuple(part for part in index["column_names"] if part)
            for index in indexes
            if index.get("unique")
        ]
        keys = [key for key in keys if key]
        first = [key[0] for key in keys]
        first += [str(index["column_names"][0]) for index in indexes]
        return keys, first

    def _cursor(self) -> Iterator[Finding]:
        name = self._config.cursor
        about = f"cursor {name}"
        _, ((empty,),) = self._database.rows(self._statements.without_cursor())
        if empty:
            yield Finding(
                about,
                BAD,
                f"{empty:,} rows have no value and would never be read; fill them or "
                "use mode snapshot-diff",
            )
        if self._config.table and name not in self._declared()[1]:
            key = ", ".join(self._config.key)
            yield Finding(
                about,
                NOTE,
                "no index begins with it: each pass reads the whole table; ask for "
                f"CREATE INDEX opdbus ON {self._config.table} ({name}, {key});",
            )
        _, ((highest,),) = self._database.rows(self._statements.highest())
        yield self._growing(about, highest)

    def _growing(self, about: str, highest: Any) -> Finding:
        """A time in the future hides what is written until then."""
        if highest is None:
            return Finding(about, NOTE, "the table is empty")
        if isinstance(highest, int | Decimal):
            return Finding(about, GOOD, "a running number; finds new rows, no changes")
        moment = moment_of(highest)
        if moment is None:
            return Finding(
                about,
                BAD,
                "its values are neither times that sort (2026-03-02 23:40:11) nor a "
                "running number: rows would be missed; take another column, or mode "
                "snapshot-diff without cursor",
            )
        local = moment.replace(tzinfo=moment.tzinfo or ZoneInfo(self._zone))
        ahead = local - self._now()
        if ahead > timedelta(days=1):
            return Finding(
                about,
                BAD,
                f"the highest value, {moment:%Y-%m-%d}, lies in the future: what "
                "changes before that day would be missed; mend those rows or use "
                "snapshot-diff",
            )
        if not is_time(highest):
            return Finding(
                about,
                NOTE,
                f"a day without time; the latest is {moment:%Y-%m-%d}. Rows with an "
                "earlier day are found within `overlap`, whole days: raise it to the "
                "days that rows may be late",
            )
        return Finding(about, GOOD, f"a time; the latest is {moment:%Y-%m-%d %H:%M}")

    def _clocks(self) -> Iterator[Finding]:
        """The server's clock and zone against ours and the tenant's."""
        asked = _CLOCKS.get(self._kind)
        if asked is None:
            return
        before = self._now()
        _, ((local, utc, session, system),) = self._database.rows(text(asked))
        middle = before + (self._now() - before) / 2
        skew = (utc.replace(tzinfo=UTC) - middle).total_seconds()
        level = GOOD if abs(skew) <= SKEW_SECONDS else NOTE
        told = f"the server's clock differs by {skew:+.1f} s from ours"
        if self._config.cursor and abs(skew) > self._config.overlap:
            level = BAD
            told += (
                f", more than `overlap` ({self._config.overlap} s): rows may be missed"
            )
        yield Finding("clock", level, told)
        offset = round((local - utc).total_seconds() / 60)
        zone = ZoneInfo(self._zone).utcoffset(middle) or timedelta()
        wanted = round(zone.seconds / 60)
        named = f"@@session.time_zone {session}" if self._kind == "mysql" else session
        named += f" (system {system})" if system else ""
        if offset % 1440 == wanted % 1440:
            yield Finding("time zone", GOOD, f"{named} is {self._zone}")
        else:
            yield Finding(
                "time zone",
                NOTE,
                f"{named} is {_hours(offset)} from UTC, {self._zone} {_hours(wanted)}: "
                "columns filled by NOW() or of type TIMESTAMP are off by "
                f"{_hours(wanted - offset)}; if the app writes local time itself all "
                "is well, else set opsi: {zona: …} on its times",
            )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)


def examine(config: SqlConfig, opening: Opening, zone: str) -> Iterator[Finding]:
    """Everything about one source (see `Examination`)."""
    return Examination(config, opening, zone).findings()


def _hours(minutes: int) -> str:
    return f"{minutes / 60:+g} h"
