"""How many posts a sender may make: one token bucket per sender; pure."""

from connectors.webhook.config import Rate


class Limiter:
    """Token buckets; a time that goes back fills nothing.

    Args:
        rate: what each sender may.
    """

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_seconds(self, sender: str, now: float) -> float:
        """Take one token; 0 if there was one, else the seconds until there is.

        Args:
            sender: name; only known senders are asked about, so there are few.
            now: monotonic seconds.
        """
        most, speed = float(self._rate.burst), self._rate.per_second
        tokens, before = self._buckets.get(sender, (most, now))
        tokens = min(most, tokens + max(0.0, now - before) * speed)
        if tokens < 1:
            self._buckets[sender] = tokens, now
            return (1 - tokens) / speed
        self._buckets[sender] = tokens - 1, now
        return 0.0
