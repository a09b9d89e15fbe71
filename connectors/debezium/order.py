"""Records of several partitions in the order in which Debezium wrote them.

Debezium writes a snapshot into all partitions of a topic and then the changes after it.
Which rows a snapshot has can only be told when its first row comes before all others
of it and its last one after them, so partitions are merged by the time of their
records. Between partitions records may arrive out of order; what depends on the order
(rows of a snapshot, TRUNCATE) waits for those that are still on their way.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from connectors.debezium.envelope import READ, TRUNCATE, Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bus.connect.source import Unreadable
    from bus.record import Record


class Entry(NamedTuple):
    """A record as decoded.

    Attributes:
        record: where it is from.
        change: what it tells; None for tombstones and broken ones.
        broken: why it could not be read.
    """

    record: Record
    change: Change | None
    broken: Unreadable | None = None

    @property
    def depends_on_order(self) -> bool:
        """Whether it counts which records of other partitions came before it."""
        change = self.change
        return change is not None and (change.in_snapshot or change.op == TRUNCATE)

    def place(self) -> tuple[int, int, int]:
        """Sorts by time; of one millisecond a first row first, a last row last."""
        rank, change = 1, self.change
        if change is not None and (change.begins or change.op == TRUNCATE):
            rank = 0
        elif change is not None and change.op == READ and change.ends:
            rank = 2
        return self.record.timestamp_ms, rank, self.record.partition


class Order:
    """Entries that wait, by partition; not safe for two threads.

    Args:
        settle_seconds: how long what depends on the order waits for partitions that
            have nothing newer.
    """

    def __init__(self, settle_seconds: float) -> None:
        self._settle = settle_seconds
        self._queues: dict[int, deque[Entry]] = {}
        self._at: dict[int, int] = {}
        self._ends: dict[int, deque[tuple[int, float]]] = {}

    def begin(self, positions: Mapping[int, int]) -> None:
        """Nothing waits; the topic has these partitions, read from there on."""
        self._queues = {number: deque() for number in positions}
        self._ends = {number: deque() for number in positions}
        self._at = dict(positions)

    def see(self, at: Mapping[int, int], ends: Mapping[int, int], now: float) -> None:
        """Where the reader stands.

        Args:
            at: partition → next record to read.
            ends: partition → end of what is there.
            now: monotonic seconds.
        """
        self._at = dict(at)
        for number, seen in self._ends.items():
            if not seen or ends[number] > seen[-1][0]:
                seen.append((ends[number], now))

    def add(self, entry: Entry) -> None:
        """What was read; of one partition in its order."""
        self._queues[entry.record.partition].append(entry)

    @property
    def waiting(self) -> bool:
        """Whether anything was read and not taken."""
        return any(self._queues.values())

    @property
    def empty(self) -> list[int]:
        """Partitions of which nothing waits."""
        return [number for number, queue in self._queues.items() if not queue]

    def peek(self, now: float) -> Entry | None:
        """The next entry; None when others have to be read or waited for before.

        Args:
            now: monotonic seconds.
        """
        heads = [queue[0] for queue in self._queues.values() if queue]
        empty = self.empty
        if not heads or any(self._has_more(number) for number in empty):
            return None
        found = min(heads, key=Entry.place)
        if empty and found.depends_on_order and self._age(found, now) < self._settle:
            return None
        return found

    def take(self, entry: Entry) -> None:
        """The entry that `peek` gave is done."""
        self._queues[entry.record.partition].popleft()

    def _has_more(self, partition: int) -> bool:
        seen = self._ends[partition]
        return not seen or self._at[partition] < seen[-1][0]

    def _age(self, entry: Entry, now: float) -> float:
        """For how long it has been in the topic, as far as this reader knows."""
        seen, offset = self._ends[entry.record.partition], entry.record.offset
        while len(seen) > 1 and seen[0][0] <= offset:
            seen.popleft()
        return now - seen[0][1] if seen and seen[0][0] > offset else 0.0
