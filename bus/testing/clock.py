"""A clock that tests move by hand."""


class ManualClock:
    """Stands still until told otherwise.

    Args:
        now_ms: where it starts; by default 2026-03-02T00:00:00Z.
    """

    def __init__(self, now_ms: int = 1_772_409_600_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._now_ms / 1000

    def advance(self, seconds: float) -> None:
        """Move forward."""
        self._now_ms += int(seconds * 1000)
