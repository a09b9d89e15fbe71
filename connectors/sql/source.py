"""Reading a table: by a cursor column, or completely by key, once or always."""

import json
from typing import Any

from bus.connect.source import Batch, Reading, Row
from bus.connect.spec import Opening
from bus.errors import ConfigError
from connectors.sql.config import SqlConfig
from connectors.sql.cursor import from_json, is_time, mark_of, moved_back, to_json
from connectors.sql.database import Database
from connectors.sql.drift import vanished
from connectors.sql.refill import Settled, after_pass, look
from connectors.sql.statement import Statements


class SqlSource:
    """A table, view or query of a legacy database.

    Args:
        config: the validated `source:` block, variables expanded.
        opening: name, columns and clock.

    Raises:
        ConfigError: URL not valid, driver not installed.
    """

    def __init__(self, config: SqlConfig, opening: Opening) -> None:
        self._config = config
        self._clock = opening.clock
        self._name = opening.connector
        own = config.columns()
        self._columns = tuple(dict.fromkeys((*opening.columns, *own)))
        places = (config.cursor, *config.key) if config.cursor else config.key
        self._places = [self._columns.index(name) for name in places]
        self._database = Database(config.url, opening.connector)
        self._statements = Statements(config, self._columns)
        self._frozen: tuple[str, ...] = ()
        self._needed = {*own, *opening.ref}

    @property
    def reading(self) -> Reading:
        if self._config.remembers_all():
            scope = self._config.scope
            return Reading(remembers_all=True, finds_deletes=True, scope=scope)
        return Reading(remembers_all=False)

    def poll(self, cursor: str | None) -> Batch:
        """The next chunk."""
        position: dict[str, Any] = json.loads(cursor) if cursor else {}
        if self._config.mode == "incremental":
            return self._incremental(position)
        if self._config.mode == "snapshot":
            return self._once(position)
        return self._everything(position)

    def check(self) -> list[str]:
        """Connect, read one page, and count rows an incremental source misses."""
        self._database.rows(self._statements.page(None).limit(1))
        if self._config.mode != "incremental":
            return []
        _, ((empty,),) = self._database.rows(self._statements.without_cursor())
        if not empty:
            return []
        text = (
            f"{self._name}: {empty} rows have no value in {self._config.cursor} and "
            "will never be read; fill the column or use mode snapshot-diff"
        )
        return [text]

    def close(self) -> None:
        self._database.close()

    def _once(self, position: dict[str, Any]) -> Batch:
        """The next chunk of the only pass; nothing after its last one.

        Position: `after` the last row read, `done` once the pass is over.
        """
        rows: list[Row] = []
        after, done = position.get("after"), position.get("done", False)
        if not done:
            values = None if after is None else [from_json(item) for item in after]
            _, rows = self._database.rows(self._statements.page(values))
        ended = len(rows) < self._config.chunk_rows
        following = {
            "after": self._order_of(rows[-1]) if rows else after,
            "done": ended,
        }
        return Batch(
            columns=self._columns,
            rows=rows,
            cursor=json.dumps(following),
            next_poll_seconds=self._config.poll_seconds if ended else 0.0,
            complete=ended and not done,
            origin=self._config.table or self._name,
        )

    def _everything(self, position: dict[str, Any]) -> Batch:
        """The next chunk of a pass over all rows.

        Position: `after` the last row read, and what `refill` needs to know.
        """
        after = position.get("after")
        kept = {key: value for key, value in position.items() if key != "after"}
        if after is None and self._config.refill:
            settled = self._settled(kept)
            if not settled.begin:
                return self._waiting(settled.position)
            kept = settled.position
        if after is None and self._frozen:
            self._freeze()  # a column may be back
        rows = self._page(after)
        full = len(rows) == self._config.chunk_rows
        whole = True
        ahead = {"after": self._order_of(rows[-1]) if full else None, **kept}
        resume: dict[str, Any] = {"after": None}
        if self._config.refill:
            if not full:
                whole, ahead = after_pass(kept, self._mark())
            resume = {"read": ahead.get("read")}
        return Batch(
            columns=self._columns,
            rows=rows,
            cursor=json.dumps(ahead),
            resume=json.dumps(resume),
            next_poll_seconds=0.0 if full else self._config.poll_seconds,
            anew=after is None,
            frozen=self._frozen,
            complete=not full and whole,
            origin=self._config.table or self._name,
        )

    def _page(self, after: list[Any] | None) -> list[Row]:
        """A chunk; without columns that have vanished from the table."""
        values = None if after is None else [from_json(item) for item in after]
        try:
            _, rows = self._database.rows(self._statements.page(values))
        except ConfigError:
            if not self._freeze():
                raise
            _, rows = self._database.rows(self._statements.page(values))
        return rows

    def _freeze(self) -> bool:
        """Look which columns are there; whether that differs from before."""
        before = self._frozen
        self._frozen = vanished(
            self._database, self._config, self._columns, self._needed
        )
        self._statements = Statements(self._config, self._columns, self._frozen)
        return self._frozen != before

    def _settled(self, kept: dict[str, Any]) -> Settled:
        refill = self._config.refill
        quiet_ms = round(refill.quiet_seconds * 1000) if refill else 0
        return look(kept, self._mark(), self._clock.now_ms(), quiet_ms)

    def _mark(self) -> str | None:
        """The cells of `refill.query` as one text; None if all are null."""
        _, rows = self._database.rows(self._statements.mark())
        cells = [] if not rows else [mark_of(x) for x in rows[0] if x is not None]
        return json.dumps(cells) if cells else None

    def _waiting(self, position: dict[str, Any]) -> Batch:
        """Nothing is read while a refill is under way, or when nothing is new."""
        return Batch(
            columns=self._columns,
            rows=[],
            cursor=json.dumps(position),
            resume=json.dumps({"read": position.get("read")}),
            next_poll_seconds=self._config.poll_seconds,
            origin=self._config.table or self._name,
        )

    def _incremental(self, position: dict[str, Any]) -> Batch:
        """One page of a pass that begins an overlap before the highest value seen.

        Position: `high` highest cursor value seen and `since` when it was first seen
        (ms), `after` the last row of a pass under way, `low` begin of its window.
        """
        after = position.get("after")
        high, since = from_json(position.get("high")), position.get("since", 0)
        low = from_json(position.get("low"))
        now = self._clock.now_ms()
        if after is not None:
            statement = self._statements.page([from_json(item) for item in after])
        else:
            statement = self._first_page(high, now - since)
        _, rows = self._database.rows(statement)
        full = len(rows) == self._config.chunk_rows
        if rows and self._is_above(rows[-1][self._places[0]], high):
            high, since = rows[-1][self._places[0]], now
        if not full:
            low = moved_back(high, self._config.overlap)
        elif low is None:
            _, ((highest,),) = self._database.rows(self._statements.highest())
            low = moved_back(highest, self._config.overlap)
        following = {
            "high": to_json(high),
            "since": since,
            "after": self._order_of(rows[-1]) if full else None,
            "low": to_json(low) if full else None,
        }
        return Batch(
            columns=self._columns,
            rows=rows,
            cursor=json.dumps(following),
            next_poll_seconds=0.0 if full else self._config.poll_seconds,
            complete=not full,
            marks=self._marks(rows, low),
            forget_below=None if full or low is None else mark_of(low),
            ordered=True,
            origin=self._config.table or self._name,
        )

    def _first_page(self, high: Any, age_ms: int) -> Any:
        """Late rows are waited for while they can come, not for ever."""
        settled = is_time(high) and age_ms > self._config.overlap * 1000
        if settled:
            return self._statements.page(None, high, above=True)
        return self._statements.page(None, moved_back(high, self._config.overlap))

    def _marks(self, rows: list[Row], low: Any) -> list[str | None]:
        at = self._places[0]
        try:
            return [mark_of(row[at]) if row[at] >= low else None for row in rows]
        except TypeError:
            raise self._mixed() from None

    def _is_above(self, value: Any, high: Any) -> bool:
        try:
            return high is None or bool(value > high)
        except TypeError:
            raise self._mixed() from None

    def _mixed(self) -> ConfigError:
        return ConfigError(
            f"{self._name}: column {self._config.cursor} mixes kinds of values (times "
            "with and without zone, numbers, text) and cannot be the cursor; use mode "
            "snapshot-diff"
        )

    def _order_of(self, row: Row) -> list[Any]:
        return [to_json(row[at]) for at in self._places]
