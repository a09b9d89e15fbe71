"""Brings the events of a batch to one receiver: order per key, breaker, giving up.

While the receiver is away nothing is tried but one event at a time, at the pace of
the sink's `retry`: the breaker is open. An event that it takes closes it. What
was taken is remembered until the batch is through, so a repeated batch repeats none.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from bus.clock import Clock
from bus.connect.retry_after import seconds_told
from bus.connect.sink import Delivery, Outcome, Written
from bus.errors import ConfigError, PoisonError, RetriableError
from connectors.webhook.reply import (
    Expected,
    Fate,
    Reply,
    Waiting,
    judged,
)

HOUR_MS = 3_600_000
MOST_FAULTS = 3
"""So many events in a row that it cannot digest, and the receiver itself is ill."""


class Courier:
    """Calls do not overlap.

    Args:
        name: sink, for messages.
        post: sends one delivery.
        rules: what a good answer is, and when an event is given up.
        clock: the time.
        parallel: keys under way at once.
        pace_seconds: between two posts, for receivers that want few.

    Attributes:
        is_open: the breaker: one event is tried before any other.
    """

    def __init__(
        self,
        name: str,
        post: Callable[[Delivery], Reply],
        rules: tuple[Expected, Waiting],
        clock: Clock,
        parallel: int = 1,
        pace_seconds: float = 0.0,
    ) -> None:
        self.is_open = False
        self._name = name
        self._post = post
        self._expected, self._patience = rules
        self._clock = clock
        self._pace = pace_seconds
        self._threads = ThreadPoolExecutor(parallel) if parallel > 1 else None
        self._closing = Event()
        self._done: dict[str, Outcome] = {}
        self._faults: dict[str, tuple[int, int]] = {}
        self._faults_in_row = 0
        self._turn = 0
        self._taken_ms = -1

    def deliver(self, batch: Sequence[Delivery]) -> list[Outcome]:
        """Bring all of them.

        Raises:
            RetriableError: some could not be brought yet; the same batch comes again.
            ConfigError: the receiver says that it is gone for good.
        """
        lanes = self._lanes(batch)
        if self.is_open and lanes:
            problem = self._one(lanes[self._turn % len(lanes)][0])
            if problem is not None:
                self._turn += 1
                raise problem
            lanes = self._lanes(batch)
        if problems := self._bring(lanes):
            raise max(problems, key=lambda each: each.retry_after_seconds or 0)
        outcomes = [self._done[delivery.event_id] for delivery in batch]
        self._done.clear()
        self._faults.clear()
        return outcomes

    def close(self) -> None:
        """Wait for nobody."""
        self._closing.set()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _lanes(self, batch: Sequence[Delivery]) -> list[list[Delivery]]:
        """What is left, by key, in the order of arrival."""
        lanes: dict[str, list[Delivery]] = {}
        for delivery in batch:
            if delivery.event_id not in self._done:
                lanes.setdefault(delivery.key, []).append(delivery)
        return list(lanes.values())

    def _bring(self, lanes: Sequence[list[Delivery]]) -> list[RetriableError]:
        if self._threads is None:
            found = [self._lane(lane) for lane in lanes]
        else:
            found = list(self._threads.map(self._lane, lanes))
        return [problem for problem in found if problem is not None]

    def _lane(self, lane: Sequence[Delivery]) -> RetriableError | None:
        """Events of one key in their order, until one has to wait."""
        for delivery in lane:
            if self.is_open or self._closing.is_set():
                return RetriableError(f"{self._name}: receiver: waits")
            problem = self._one(delivery)
            if problem is not None:
                return problem
            if self._pace:
                self._closing.wait(self._pace)
        return None

    def _one(self, delivery: Delivery) -> RetriableError | None:
        """None when it is done, one way or the other."""
        reply = self._post(delivery)
        fate, text = judged(reply, self._expected)
        now = self._clock.now_ms()
        if fate is Fate.GONE:
            raise ConfigError(
                f"{self._name}: the receiver says that it is gone for good ({text}); "
                "remove the sink's file, or correct its address"
            )
        if fate is Fate.FAULTY and self._gives_up(delivery.event_id, now):
            self._done[delivery.event_id] = _refused(text, faulty=True)
            return None
        self._faults_in_row = self._faults_in_row + 1 if fate is Fate.FAULTY else 0
        self.is_open = fate is Fate.AWAY or self._faults_in_row >= MOST_FAULTS
        if fate in (Fate.AWAY, Fate.FAULTY):
            seconds = seconds_told(reply.retry_after, now) or None
            return RetriableError(f"{self._name}: receiver: {text}", seconds)
        self._taken_ms = now
        self._done[delivery.event_id] = {
            Fate.TAKEN: Written.NEW,
            Fate.KNOWN: Written.DUPLICATE,
        }.get(fate) or _refused(text, faulty=False)
        return None

    def _gives_up(self, ident: str, now_ms: int) -> bool:
        count, first = self._faults.get(ident, (0, now_ms))
        self._faults[ident] = count + 1, first
        if count + 1 >= self._patience.attempts and self._taken_ms >= first:
            return True
        return now_ms - first >= self._patience.hours * HOUR_MS


def _refused(text: str, *, faulty: bool) -> PoisonError:
    if faulty:
        return PoisonError(
            "PENERIMA_GAGAL",
            f"penerima berulang kali gagal mengolah peristiwa ini ({text}), sedangkan "
            "yang lain diterimanya; periksa log aplikasi penerima",
        )
    return PoisonError(
        "DITOLAK_PENERIMA",
        f"penerima menolak peristiwa ini ({text}); cocokkan isi dengan yang "
        "diharapkannya",
    )
