"""The `source:` block of a SQL connector."""

from typing import Literal

from pydantic import Field, model_validator

from bus.connect.spec import Frozen


class Refill(Frozen):
    """How to tell that an app that empties and refills its table is done.

    Attributes:
        query: a SELECT of one row: its cells are other ones after each refill, and all
            null while one is under way. A marker the app writes, or counts and sums
            of the table.
        quiet_seconds: wait until the cells have not changed for so long.
    """

    query: str
    quiet_seconds: float = Field(default=0.0, ge=0)


class SqlConfig(Frozen):
    """What to read and how.

    Attributes:
        url: SQLAlchemy URL, usually `${NAME}`: `mysql://user:password@host/db`,
            `postgresql://…`, `sqlite:///file.db`.
        table: table or view, with schema if needed; or
        query: a SELECT without ORDER BY and LIMIT.
        mode: `snapshot` reads everything once, by key, and goes on where it stopped;
            `incremental` reads what is new by the cursor column and does not see
            deleted rows; `snapshot-diff` reads everything each time and finds
            changes and deletions by comparing; `cdc` reads everything once and from
            then on the database's change log, which tells every change and deletion.
        cursor: column that grows with each change: time of change or running number.
        key: columns that are unique together, in index order.
        overlap: how far each incremental pass looks back for rows committed late:
            seconds for a time column (whole days for a column of days), numbers for a
            running number.
        scope: for `snapshot-diff`: deletions count only within these columns' values.
        refill: for `snapshot-diff` of a table that its app empties and refills: read
            only whole states of it, each once.
        publication: for `cdc` of PostgreSQL: publication that contains the table.
        slot: for `cdc` of PostgreSQL: name of the replication slot; made at the first
            run; default is `opdbus_` and the connector's name.
        poll_seconds: wait between two passes; for `cdc` the longest wait for a change.
        chunk_rows: rows read at once and sent in one transaction; for `cdc` three times
            as many changes where they have piled up.
    """

    url: str
    table: str = ""
    query: str = ""
    mode: Literal["snapshot", "incremental", "snapshot-diff", "cdc"]
    cursor: str = ""
    key: tuple[str, ...] = Field(min_length=1)
    overlap: int = Field(default=60, ge=0)
    scope: tuple[str, ...] = ()
    refill: Refill | None = None
    publication: str = Field(default="opdbus", pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    slot: str = Field(default="", pattern=r"^[a-z0-9_]{0,63}$")
    poll_seconds: float = Field(default=1.0, ge=0.05)
    chunk_rows: int = Field(default=2000, ge=1, le=50_000)

    @model_validator(mode="after")
    def _fits_together(self) -> "SqlConfig":
        problems = []
        if bool(self.table) == bool(self.query):
            problems.append("give either `table` or `query`")
        if self.mode == "cdc" and self.query:
            problems.append("mode cdc reads a table: give `table`, no `query`")
        if self.mode == "incremental" and not self.cursor:
            problems.append("mode incremental needs `cursor`, the column that grows")
        if self.mode != "incremental" and self.cursor:
            problems.append(f"mode {self.mode} takes no `cursor`")
        if self.mode != "snapshot-diff" and self.scope:
            problems.append(f"mode {self.mode} finds no deletions: `scope` is not used")
        if self.mode != "snapshot-diff" and self.refill:
            problems.append(f"mode {self.mode} reads no whole states: no `refill`")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def remembers_all(self) -> bool:
        """Whether a hash of every row is kept; otherwise only those of the overlap."""
        return self.mode in {"snapshot-diff", "cdc"}

    def columns(self) -> tuple[str, ...]:
        """Columns needed to go on reading and to limit deletions."""
        cursor = (self.cursor,) if self.cursor else ()
        return tuple(dict.fromkeys((*cursor, *self.key, *self.scope)))
