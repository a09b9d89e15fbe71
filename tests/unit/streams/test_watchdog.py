"""The watchdog ends what is stuck, and only that."""

from bus.clock import SystemClock
from bus.health import Health
from bus.streams.wiring.watchdog import Unmoved, Watchdog

HOUR = 3600.0


class _Worker:
    """Two partitions; `working` holds when those with work last moved."""

    def __init__(self) -> None:
        self.working: dict[str, float] = {}
        self._unmoved = Unmoved()

    def idle_seconds(self, now: float) -> float:
        return self._unmoved.seconds(self.working, now)

    def report(self) -> None:
        pass


def _looks(worker: _Worker, ended: list[int]) -> Watchdog:
    return Watchdog(worker, Health("uji"), SystemClock(), ended.append)


def test_a_record_after_a_quiet_hour_is_no_standstill() -> None:
    worker, ended = _Worker(), []
    dog = _looks(worker, ended)
    for second in range(int(HOUR)):
        dog.look(second)
    worker.working = {"a": 5.0}  # work has come this moment; last moved long ago
    dog.look(HOUR)
    assert worker.idle_seconds(HOUR) == 0
    dog.look(HOUR + 1)
    worker.working = {}
    dog.look(HOUR + 2)
    worker.working = {"a": HOUR + 1.5}
    dog.look(2 * HOUR)
    assert ended == []


def test_work_that_does_not_move_ends_the_worker() -> None:
    worker, ended = _Worker(), []
    dog = _looks(worker, ended)
    worker.working = {"a": 5.0}
    for second in range(74):
        worker.working["b"] = HOUR + second  # the other partition moves on
        dog.look(HOUR + second)
    assert ended == []
    dog.look(HOUR + 75)
    assert ended == [70]


def test_moving_starts_the_time_anew() -> None:
    worker, ended = _Worker(), []
    dog = _looks(worker, ended)
    for second in range(300):
        worker.working = {"a": second - second % 50}
        dog.look(second)
    assert ended == []
