"""How much a caller may ask: one token bucket per caller; pure."""

from pydantic import Field

from bus.config.tenant import Frozen


class Rate(Frozen):
    """Requests a caller may make; more are answered 429 with the time to wait.

    Attributes:
        per_second: on average.
        burst: at once.
    """

    per_second: float = Field(default=50.0, gt=0)
    burst: int = Field(default=200, ge=1)


class Limiter:
    """Token buckets; a time that goes back fills nothing.

    Args:
        rate: what each caller may.
    """

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_seconds(self, caller: str, now: float) -> float:
        """Take one token; 0 if there was one, else the seconds until there is.

        Args:
            caller: name; only known callers are asked about, so there are few.
            now: monotonic seconds.
        """
        most, speed = float(self._rate.burst), self._rate.per_second
        tokens, before = self._buckets.get(caller, (most, now))
        tokens = min(most, tokens + max(0.0, now - before) * speed)
        if tokens < 1:
            self._buckets[caller] = tokens, now
            return (1 - tokens) / speed
        self._buckets[caller] = tokens - 1, now
        return 0.0
