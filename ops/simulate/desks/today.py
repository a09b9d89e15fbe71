"""The simulated day: the clock's, moved by as many days as the world was."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bus.clock import Clock


class Today:
    """Time as the apps of the world write it: local, without a zone, whole seconds.

    Args:
        shift_days: from the real day on which the world was made to its own day;
            0 unless it was made for another day. So time never runs back.
        clock: the real time.
        zone: of the tenant.
    """

    def __init__(self, shift_days: int, clock: Clock, zone: ZoneInfo) -> None:
        self._shift = timedelta(days=shift_days)
        self._clock = clock
        self._zone = zone

    def now_ms(self) -> int:
        """The real time, for measuring; the apps themselves keep whole seconds."""
        return self._clock.now_ms()

    @property
    def day(self) -> date:
        """The date in the world."""
        return self.moment().date()

    def moment(self) -> datetime:
        """Local date and time of now."""
        seconds = self._clock.now_ms() // 1000
        real = datetime.fromtimestamp(seconds, UTC).astimezone(self._zone)
        return real.replace(tzinfo=None) + self._shift
