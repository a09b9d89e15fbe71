"""Day ticks: time enters a pipeline only as records of its own log.

A task writes one `HariBerganti` per local day into its own source partition. The id
follows from the day, and pipelines ignore a day they have seen, so a tick written
twice changes nothing, and a replay sees the days at the same places.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bus.record import Event, event_id

TICK = "HariBerganti"
TICK_KEY = "hari"
DAY_MS = 86_400_000
_EPOCH = 719_163  # ordinal of 1970-01-01


def local_day(now_ms: int, zone: str) -> int:
    """Days since 1970-01-01 in a time zone."""
    moment = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    return moment.date().toordinal() - _EPOCH


def tick_event(tenant: str, pipeline: str, partition: int, day: int) -> Event:
    """The tick of a day for one task."""
    return Event(
        type=TICK,
        key=TICK_KEY,
        value={"tanggal": day},
        id=event_id(TICK, tenant, pipeline, str(partition), str(day)),
        source=f"/{tenant}/{pipeline}",
        time_ms=day * DAY_MS,
        classification="PUBLIK",
    )
