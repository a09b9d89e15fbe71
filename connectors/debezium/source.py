"""A table as a Debezium topic tells it."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from bus.connect.source import Batch, Reading, Unreadable
from bus.connect.topic import Tail
from bus.errors import FatalError, PoisonError, RetriableError
from connectors.debezium.decoding import AvroRecords, JsonRecords
from connectors.debezium.envelope import DELETE, MESSAGE, TRUNCATE, Change
from connectors.debezium.order import Entry, Order

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

    A snapshot is whole between its first and its last row, over all partitions.

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
        self._clock = opening.clock
        self._order = Order(config.settle_seconds)
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
            while self._next() is None and self._read():
                pass
            return self._batch()
        except RetriableError:
            self._told = None
            raise

    def check(self) -> list[str]:
        """Look at the topic."""
        self._tail.open({})
        self._tail.close()
        return []

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
        self._order.begin(self._at)
        self._see()
        self._pass = None
        self._told = cursor

    def _next(self) -> Entry | None:
        return self._order.peek(self._clock.monotonic())

    def _see(self) -> None:
        now = self._clock.monotonic()
        self._order.see(self._tail.positions, self._tail.ends, now)

    def _read(self) -> bool:
        """Records of partitions of which nothing waits; whether there were any."""
        most, seconds = self._config.chunk_rows, self._config.poll_seconds
        found = self._tail.read(most, seconds, self._order.empty)
        for record in found:
            self._order.add(self._entry(record))
        self._see()
        return bool(found)

    def _entry(self, record: Record) -> Entry:
        if record.value is None:
            return Entry(record, None)  # a tombstone: the deletion came before it
        try:
            change = self._records.change(record.key, record.value)
        except PoisonError as error:
            ref = f"{record.topic}-{record.partition}@{record.offset}"
            data = record.value[:_MOST_PAYLOAD]
            broken = Unreadable(ref, error.code, error.message, data)
            return Entry(record, None, broken)
        if record.key is None and len(self._at) > 1:
            self._refuse_keyless(record, change)
        return Entry(record, change)

    def _refuse_keyless(self, record: Record, change: Change) -> None:
        """Changes of one row would lie in any partition, in no order."""
        if change.op in {TRUNCATE, MESSAGE}:
            return
        raise FatalError(
            f"{self._name}: {record.topic}-{record.partition}@{record.offset} has no "
            "key and the topic several partitions: nobody can tell which change of a "
            "row is the last. Give the table a primary key or Debezium "
            "`message.key.columns`, or the topic one partition"
        )

    def _batch(self) -> Batch:
        rows: list[Row] = []
        broken: list[Unreadable] = []
        deleted: list[bool] = []
        begins = ends = False
        count = 0
        while not ends and count < self._config.chunk_rows:
            entry = self._next()
            if entry is None:
                break
            change, record = entry.change, entry.record
            if change is not None:
                alone = change.begins or change.op == TRUNCATE
                if alone and count:
                    break
                begins, ends = self._marks(change, begins=begins)
                self._add(change, rows, deleted)
            if entry.broken is not None:
                broken.append(entry.broken)
            count += 1
            self._order.take(entry)
            self._at[record.partition] = record.offset + 1
        return self._made(rows, deleted, broken, begins=begins, ends=ends, count=count)

    def _marks(self, change: Change, *, begins: bool) -> tuple[bool, bool]:
        """Whether a pass over the table begins and ends with this record."""
        if change.op == TRUNCATE:
            return True, True
        if change.begins:
            self._pass = dict(self._at)
            begins = True
        ends = change.ends and self._pass is not None
        if ends:
            self._pass = None
        return begins, ends

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
            more=self._order.waiting,
            complete=marks["ends"],
            anew=marks["begins"],
            unreadable=tuple(broken),
            origin=self._config.topic,
            resume=resume,
            deleted=deleted,
        )
