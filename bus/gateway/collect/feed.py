"""Frames of one agent as a source: its position is the number of the last frame.

A position is committed together with the events of its frame. So what Kafka has is
known exactly, whoever dies at whatever moment, and the agent is told to go on there.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bus.connect.source import Batch, Reading
from bus.errors import RetriableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.agent.frame import Piece

MOST_WAITING = 16
WAIT_SECONDS = 0.5
START = json.dumps({"number": 0, "spool": None})


class OrderError(Exception):
    """Not the frame that comes next; the agent has to ask."""


@dataclass(slots=True)
class Partial:
    """A frame of which only the begin has come.

    Attributes:
        spool: whose.
        number: which.
        data: what there is.
    """

    spool: str
    number: int
    data: bytearray = field(default_factory=bytearray)


class Feed:
    """A `Source` that waits for frames. The HTTP side offers, the task polls.

    Args:
        columns: what the mapping reads.
        reading: how the rows are treated.
        committed: the position that is committed by now.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        reading: Reading,
        committed: Callable[[], str | None],
    ) -> None:
        self._columns = columns
        self._reading = reading
        self._committed = committed
        self._changed = threading.Condition()
        self._waiting: deque[tuple[str, str, Piece]] = deque()
        self._last: tuple[str | None, int] | None = None
        self._closed = False
        self.partial: Partial | None = None

    @property
    def reading(self) -> Reading:
        return self._reading

    def poll(self, cursor: str | None) -> Batch:
        """The frame after this position; waits for it for a moment."""
        before = cursor or START
        with self._changed:
            if self._last is None:
                self._last = _place(before)
            self._changed.wait_for(lambda: self._has(before), WAIT_SECONDS)
            if self._waiting and self._waiting[0][0] == before:
                _, after, piece = self._waiting[0]
                return piece.batch(after)
        return Batch(columns=self._columns, rows=[], cursor=before)

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def stand(self) -> dict[str, Any]:
        """What the agent has to know.

        Raises:
            RetriableError: the task has not begun, or has ended.
        """
        with self._changed:
            if self._closed or self._last is None:
                raise RetriableError("not ready")
            spool, number = self._last
            kept, keep = _place(self._committed() or START)
            begun = self.partial
            return {
                "spool": spool,
                "next": number + 1,
                "part": [begun.spool, begun.number, len(begun.data)] if begun else None,
                "keep": keep + 1 if kept == spool else 1,
            }

    def begin(self, spool: str, number: int, offset: int) -> Partial:
        """Where the bytes of a frame go.

        Raises:
            OrderError: another frame is wanted, or another part of it.
            RetriableError: not ready, or too many frames wait.
        """
        with self._changed:
            if self._closed or self._last is None:
                raise RetriableError("not ready")
            if not self._follows(spool, number):
                raise OrderError
            if len(self._waiting) >= MOST_WAITING:
                raise RetriableError("busy")
            old = self.partial
            if old is None or (old.spool, old.number) != (spool, number) or not offset:
                old = Partial(spool, number)
            if len(old.data) != offset:
                raise OrderError
            # A connection that is dead without knowing keeps its own copy.
            self.partial = Partial(spool, number, bytearray(old.data))
            return self.partial

    def offer(self, partial: Partial, piece: Piece) -> None:
        """A whole frame.

        Raises:
            OrderError: another connection was faster.
        """
        with self._changed:
            if self._closed or not self._follows(partial.spool, partial.number):
                raise OrderError
            before = _position(*(self._last or (None, 0)))
            after = _position(partial.spool, partial.number)
            self._waiting.append((before, after, piece))
            self._last = (partial.spool, partial.number)
            self.partial = None
            self._changed.notify_all()

    def _follows(self, spool: str, number: int) -> bool:
        last, before = self._last or (None, 0)
        return number == before + 1 if spool == last else number == 1

    def _has(self, before: str) -> bool:
        """Whether the frame after a position is there; those before it are done."""
        while self._waiting and any(one[0] == before for one in self._waiting):
            if self._waiting[0][0] == before:
                return True
            self._waiting.popleft()
        if self._waiting and self._waiting[-1][1] == before:
            self._waiting.clear()
        return self._closed


def _position(spool: str | None, number: int) -> str:
    return json.dumps({"number": number, "spool": spool})


def _place(position: str) -> tuple[str | None, int]:
    found = json.loads(position)
    return found.get("spool"), found.get("number", 0)
