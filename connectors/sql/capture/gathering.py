"""How long a log is waited at, so that changes are told soon and share transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STEP_SECONDS = 0.001
MOST_STEPS = 200


class Patience:
    """Of one look at the log.

    The first change is waited for long. Changes that are there go on at once, unless
    those before them are still being committed: they would only queue behind them,
    each few in a transaction of their own.

    Args:
        wait_seconds: for the first change.
        is_free: whether all that was given out is committed.
    """

    def __init__(
        self, wait_seconds: float, is_free: Callable[[], bool] = lambda: True
    ) -> None:
        self._wait_seconds = wait_seconds
        self._is_free = is_free
        self._steps = 0

    def seconds(self, count: int) -> float:
        """How long to wait for the next entry.

        Args:
            count: changes gathered so far.
        """
        return STEP_SECONDS if count else self._wait_seconds

    def goes_on(self, count: int) -> bool:
        """Whether to wait again, as no entry has come."""
        self._steps += 1
        return bool(count) and self._steps < MOST_STEPS and not self._is_free()
