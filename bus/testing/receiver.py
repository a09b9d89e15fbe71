"""A receiving app in memory, with an idempotent inbox and failures on order."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bus.connect.sink import Delivery, Outcome, Written
from bus.record import Event

if TYPE_CHECKING:
    from bus.errors import PoisonError


class ScriptedReceiver:
    """A complete `Sink`.

    Attributes:
        rows: the inbox, event id → delivery, in order of arrival.
        attempts: calls of `write`.
        refuse: event id → why the receiver will never take it.
        after_write: called when the rows are in, before the answer; raise there to
            play a receiver that wrote and then broke the line.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Delivery] = {}
        self.attempts = 0
        self.refuse: dict[str, PoisonError] = {}
        self.after_write: Callable[[], None] = lambda: None
        self.is_closed = False
        self.gate = threading.Event()
        self.gate.set()
        self._checks: list[Exception] = []
        self._script: list[Exception] = []

    def fail(self, *errors: Exception) -> None:
        """Raise these at the next writes, one each, before anything is written."""
        self._script += errors

    def fail_check(self, *errors: Exception) -> None:
        """Raise these at the next checks, one each."""
        self._checks += errors

    def hang(self) -> None:
        """Do not answer writes until `gate` is set."""
        self.gate.clear()

    def check(self) -> None:
        if self._checks:
            raise self._checks.pop(0)

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        self.attempts += 1
        self.gate.wait()
        if self._script:
            raise self._script.pop(0)
        outcomes = [self._one(delivery) for delivery in batch]
        self.after_write()
        return outcomes

    def close(self) -> None:
        self.is_closed = True

    def _one(self, delivery: Delivery) -> Outcome:
        if delivery.event_id in self.refuse:
            return self.refuse[delivery.event_id]
        if delivery.event_id in self.rows:
            return Written.DUPLICATE
        self.rows[delivery.event_id] = delivery
        return Written.NEW


class MemoryDeadLetters:
    """A complete `DeadLetters`: keeps them by id, as a reader who ignores doubles."""

    def __init__(self) -> None:
        self.letters: dict[str, Event] = {}
        self._script: list[Exception] = []

    def fail(self, *errors: Exception) -> None:
        """Raise these at the next sends, one each."""
        self._script += errors

    @property
    def values(self) -> list[Mapping[str, object]]:
        """The payloads, in order of arrival."""
        return [letter.value or {} for letter in self.letters.values()]

    async def send(self, letters: Sequence[Event]) -> None:
        if self._script:
            raise self._script.pop(0)
        self.letters.update((letter.id, letter) for letter in letters)
