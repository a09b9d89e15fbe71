"""A consumer group in memory: records, positions, crashes and rebalances on order."""

import asyncio
from collections.abc import Mapping, Sequence

from bus.errors import RetriableError
from bus.kafka.consumer import Batch
from bus.record import Record


class MemoryFeed:
    """A complete `Feed` over a list of records.

    Attributes:
        committed: next offset by (topic, partition); survives `restart`.
        lose_next_commit: the next commit finds its partitions taken away.
    """

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self.records = list(records)
        self.committed: dict[tuple[str, int], int] = {}
        self.commits = 0
        self.lose_next_commit = False
        self.started = False
        self._positions: dict[tuple[str, int], int] = {}
        self._script: list[Exception] = []

    def fail(self, *errors: Exception) -> None:
        """Raise these at the next fetches, one each."""
        self._script += errors

    def restart(self) -> None:
        """As after a crash: read again from what is committed."""
        self._positions = dict(self.committed)

    def is_drained(self) -> bool:
        """Whether everything is committed."""
        return all(
            record.offset < self.committed.get((record.topic, record.partition), 0)
            for record in self.records
        )

    async def start(self) -> None:
        self.started = True
        self.restart()

    async def fetch(self, max_records: int, timeout_seconds: float) -> Batch:
        if timeout_seconds < 0:
            raise ValueError("timeout_seconds is negative")
        await asyncio.sleep(0)
        if self._script:
            raise self._script.pop(0)
        found: list[Record] = []
        for record in self.records:
            place = (record.topic, record.partition)
            if record.offset >= self._positions.get(place, 0) and (
                len(found) < max_records
            ):
                found.append(record)
                self._positions[place] = record.offset + 1
        return Batch(found, dict(self._positions))

    async def commit(self, positions: Mapping[tuple[str, int], int]) -> bool:
        if not self.started:
            raise RetriableError("the feed is not started")
        if self.lose_next_commit:
            self.lose_next_commit = False
            self.restart()
            return False
        self.commits += 1
        self.committed.update(positions)
        return True

    async def stop(self) -> None:
        self.started = False
