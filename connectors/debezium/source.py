"""A table as a Debezium topic tells it."""

from __future__ import annotations

import json
from collections import deque
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from bus.connect.source import Batch, Reading, Unreadable
from bus.connect.topic import Tail
from bus.errors import FatalError, PoisonError, RetriableError
from connectors.debezium.decoding import AvroRecords, JsonRecords
from connectors.debezium.envelope import DELETE, MESSAGE, TRUNCATE, Change

if TYPE_CHECKING:
    from bus.connect.source import Row
    from bus.connect.spec import Opening
    from bus.record import Record
    from connectors.debezium.config import DebeziumConfig

BREATH_SECONDS = 0.001
"""Between two polls of a quiet topic; the poll itself waits."""
_MOST_PAYLOAD = 400_000


class DebeziumSource:
    """Reads one topic; a snapshot in it that is whole finds deletions too.

    A snapshot is whole where it lies in one partition between its first and its last
    row; of a topic of several partitions nobody can tell.

    Args:
        config: the validated `source:` block, variables expanded.
        opening: name and columns.
    """

    def __init__(self, config: DebeziumConfig, opening: Opening) -> None:
        self._config = config
        self._name = opening.connector
        self._columns = opening.columns
        columns = opening.columns
        self._identity = itemgetter(*(columns.index(x) for x in opening.ref or columns))
        self._records = (
            AvroRecords(config, opening.clock)
            if config.format == "avro"
            else JsonRecords(config)
        )
        self._tail = Tail(config.bootstrap, config.topic)
        self._waiting: deque[Record] = deque()
        self._at: dict[int, int] = {}
        self._pass: dict[int, int] | None = None
        self._told: str | None = None

    @property
    def reading(self) -> Reading:
        return Reading(remembers_all=True, finds_deletes=True)

    def poll(self, cursor: str | None) -> Batch:
        """The next records; waits at the topic while there are none."""
        try:
            if self._told is None or cursor != self._told:
                self._open(cursor)
            if not self._waiting:
                config = self._config
                self._waiting += self._tail.read(config.chunk_rows, config.poll_seconds)
            return self._batch()
        except RetriableError:
            self._told = None
            raise

    def check(self) -> list[str]:
        """Look at the topic."""
        self._tail.open({})
        count = len(self._tail.positions)
        self._tail.close()
        if count == 1:
            return []
        text = (
            f"{self._name}: {self._config.topic} has {count} partitions: rows that are "
            "missing from a new snapshot are not found"
        )
        return [text]

    def close(self) -> None:
        self._tail.close()
        self._records.close()

    def _open(self, cursor: str | None) -> None:
        kept = json.loads(cursor) if cursor else {}
        at = {int(number): offset for number, offset in kept.get("topic", {}).items()}
        if self._told is None and self._pass is not None:
            at = self._pass  # the line broke within a snapshot: from its first row
        try:
            self._tail.open(at)
        except FatalError as error:
            raise FatalError(
                f"{self._name}: {error}; nothing was skipped: the source stops. Have "
                "Debezium make a new snapshot of the table, then `opdbus connector "
                f"resync {self._name}` reads the topic from its beginning"
            ) from None
        self._at = dict(self._tail.positions)
        self._waiting.clear()
        self._pass = None
        self._told = cursor

    def _batch(self) -> Batch:
        rows: list[Row] = []
        deleted: list[bool] = []
        broken: list[Unreadable] = []
        begins = ends = False
        count = 0
        while self._waiting and not ends:
            record = self._waiting[0]
            change = self._change(record, broken)
            if change is not None:
                alone = change.begins or change.op == TRUNCATE
                if alone and count:
                    break
                begins, ends = self._marks(change, record, begins=begins)
                self._add(change, rows, deleted)
            count += 1
            self._waiting.popleft()
            self._at[record.partition] = record.offset + 1
        return self._made(rows, deleted, broken, begins=begins, ends=ends, count=count)

    def _marks(
        self, change: Change, record: Record, *, begins: bool
    ) -> tuple[bool, bool]:
        """Whether a pass over the table begins and ends with this record."""
        if change.op == TRUNCATE:
            return True, True
        if len(self._at) > 1:
            return False, False
        if change.begins:
            self._pass = {record.partition: record.offset}
            begins = True
        ends = change.ends and self._pass is not None
        if ends:
            self._pass = None
        return begins, ends

    def _change(self, record: Record, broken: list[Unreadable]) -> Change | None:
        if record.value is None:
            return None  # a tombstone: the deletion came before it
        try:
            return self._records.change(record.key, record.value)
        except PoisonError as error:
            ref = f"{record.topic}-{record.partition}@{record.offset}"
            data = record.value[:_MOST_PAYLOAD]
            broken.append(Unreadable(ref, error.code, error.message, data))
            return None

    def _add(self, change: Change, rows: list[Row], deleted: list[bool]) -> None:
        if change.op in {TRUNCATE, MESSAGE}:
            return
        row = tuple(change.cells.get(name) for name in self._columns)
        if change.moved is not None:
            before = tuple(change.moved.get(name) for name in self._columns)
            was = self._identity(before)
            told = was if isinstance(was, tuple) else (was,)
            if was != self._identity(row) and None not in told:
                rows.append(before)
                deleted.append(True)
        rows.append(row)
        deleted.append(change.op == DELETE)

    def _made(
        self,
        rows: list[Row],
        deleted: list[bool],
        broken: list[Unreadable],
        **marks: Any,
    ) -> Batch:
        idle = not marks["count"]
        if idle and self._told is not None:
            cursor = self._told
        else:
            cursor = json.dumps({"topic": self._at})
        self._told = cursor
        resume = cursor
        if self._pass is not None:  # from its beginning, or its deletions are missed
            resume = json.dumps({"topic": self._pass})
        return Batch(
            columns=self._columns,
            rows=rows,
            cursor=cursor,
            next_poll_seconds=BREATH_SECONDS if idle else 0.0,
            complete=marks["ends"],
            anew=marks["begins"],
            unreadable=tuple(broken),
            origin=self._config.topic,
            resume=resume,
            deleted=deleted,
        )
