"""The simulated day: the world's date with the clock's time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bus.clock import Clock


class Today:
    """Stamps as the apps write them: local, without a zone, whole seconds.

    Args:
        day: the day the world was made for; the clock's own day is not used, so a
            world of another day stays one story.
        clock: gives the time of day.
        zone: of the tenant.
    """

    def __init__(self, day: date, clock: Clock, zone: ZoneInfo) -> None:
        self.day = day
        self._clock = clock
        self._zone = zone

    def moment(self) -> datetime:
        """Local date and time of now."""
        clock = datetime.fromtimestamp(self._clock.now_ms() // 1000, UTC)
        local = clock.astimezone(self._zone).time()
        return datetime.combine(self.day, local)
