"""One step of a source in its thread: poll, work, prepare the transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from bus.connect.edge.step import changes_only, remembered
from bus.connect.rows.packer import Packer
from bus.errors import RetriableError

if TYPE_CHECKING:
    from bus.clock import Clock
    from bus.connect.edge.filter import EdgeFilter
    from bus.connect.reading.budget import Budget
    from bus.connect.rows.bulk import Bulk
    from bus.connect.rows.engine import RowEngine
    from bus.connect.rows.memory import RowMemory
    from bus.connect.rows.outcome import Outcome
    from bus.connect.rows.record_maker import RecordMaker
    from bus.connect.source import Batch, Source
    from bus.kafka.staging import Staging

    Memories = tuple[RowMemory, EdgeFilter | None]


_AT_WORK = BoundedSemaphore(2)
"""Sources of a process that map rows at the same moment. Python runs one of them at a
time anyway; all at once would only need memory for the rows of each."""


class PollError(RetriableError):
    """The legacy system is not there; nothing was taken from it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A transaction ready to be sent, and what follows.

    Attributes:
        staged: all records of it; empty when nothing happened.
        position: cursor of the next poll.
        rows: rows read.
        events: committed events by type, for metrics.
        rejects: dead letters by reason code.
        wait_seconds: before the next poll.
        complete: a pass over the source is over.
        pause: reason to stop after sending, or None.
        frozen: columns that the source no longer has.
        more: the source has more after the wait.
        kept: position that is committed with it, or was before.
        behind_bytes: how much of a change log waits; None is not known.
        origin: file or table the rows are from.
        unchanged: rows that gave nothing new.
    """

    staged: Staging
    position: str
    rows: int
    events: Counter[str]
    rejects: Counter[str]
    wait_seconds: float
    complete: bool
    pause: str | None
    frozen: tuple[str, ...] = ()
    more: bool = False
    kept: str | None = None
    behind_bytes: int | None = None
    origin: str = ""
    unchanged: int = 0


class Stepper:
    """Takes steps; not safe for two threads.

    Args:
        source: the legacy system.
        engines: rows to events, and rows to packed records, where nothing is
            remembered.
        memory: remembered rows, the engine's own, and remembered devices.
        maker: Kafka records.
        budget: when to stop.
        clock: the time.
    """

    def __init__(
        self,
        source: Source,
        engines: tuple[RowEngine, Bulk],
        memory: Memories,
        maker: RecordMaker,
        budget: Budget,
        clock: Clock,
    ) -> None:
        self._source = source
        self._engine, self._bulk = engines
        self._memory, self._edge = memory
        self._maker = maker
        self._packer = Packer(maker)
        self._budget = budget
        self._clock = clock
        self._kept: str | None = None
        self._rows = 0

    def resume(self, cursor: str | None, rows: int) -> None:
        """Begin at a stored position."""
        self._kept, self._rows = cursor, rows

    def take(self, cursor: str | None, staged: Staging) -> Step:
        """The next step after a position.

        Args:
            cursor: the position; None is the beginning.
            staged: empty; filled with the records.

        Raises:
            PollError: the source is away; try the same again.
            ConfigError, FatalError, RetriableError: the session is over.
        """
        try:
            batch = self._source.poll(cursor)
        except RetriableError as error:
            raise PollError(str(error), error.retry_after_seconds) from error
        with _AT_WORK:
            return self._step(batch, staged)

    def _step(self, batch: Batch, staged: Staging) -> Step:
        now_ms, read = self._clock.now_ms(), len(batch.rows)
        if self._edge is not None:
            batch = changes_only(batch, self._edge, now_ms)
        if self._bulk.takes(batch):
            outcome = self._bulk.work(batch, staged, now_ms)
        else:
            outcome = self._engine.work(batch)
        if batch.deleted is not None:
            self._budget.check_deletes(outcome.deleted, len(self._memory))
        refused = len(outcome.refused)
        self._budget.add(outcome.rows + len(batch.unreadable), refused)
        outcomes = [outcome, *self._end_of_pass(batch)]
        self._fill(staged, outcomes, batch, (read, now_ms))
        return Step(
            staged=staged,
            position=batch.cursor,
            rows=read,
            events=sum((each.types for each in outcomes), Counter()),
            rejects=sum((each.reasons for each in outcomes), Counter()),
            wait_seconds=batch.next_poll_seconds,
            complete=batch.complete,
            pause=self._budget.judge(complete=batch.complete),
            frozen=batch.frozen,
            more=batch.more,
            kept=self._kept,
            behind_bytes=batch.behind_bytes,
            origin=batch.origin,
            unchanged=outcome.unchanged,
        )

    def _end_of_pass(self, batch: Batch) -> list[Outcome]:
        if not batch.complete:
            return []
        missing = self._engine.missing()
        if missing:
            self._budget.check_deletes(len(missing), len(self._memory))
        self._engine.next_pass()
        return [self._engine.withdraw(missing)] if missing else []

    def _fill(
        self,
        staged: Staging,
        outcomes: list[Outcome],
        batch: Batch,
        about: tuple[int, int],
    ) -> None:
        read, now_ms = about
        maker, append = self._maker, staged.append
        for outcome in outcomes:
            self._packer.made(outcome.events, staged, now_ms)
            for record in maker.letters(outcome.refused, now_ms):
                append(*record)
        self._packer.memory(self._memory.take_changes(), staged, now_ms)
        if self._edge is not None:
            self._packer.memory(remembered(self._edge), staged, now_ms)
        keep = batch.cursor if batch.resume is None else batch.resume
        if staged or keep != self._kept:
            self._rows += read
            self._kept = keep
            append(*maker.position(keep, self._rows, now_ms))
