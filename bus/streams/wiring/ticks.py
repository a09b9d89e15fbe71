"""Ticks: time enters a pipeline only as records of its own log.

A task writes one `HariBerganti` per local day into its own source partition. The id
follows from the day, and pipelines ignore a day they have seen, so a tick written
twice changes nothing, and a replay sees the days at the same places.

A task whose timers are due writes one `WaktuTiba` for each distinct due time that the
clock has reached (`bus.streams.topology.operators.timer`), likewise with an id that
follows from the moment.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bus.record import Event, event_id
from bus.streams.topology.operators.timer import WAKTU

TICK = "HariBerganti"
TICK_KEY = "hari"
WAKTU_KEY = "waktu"
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


def midnight_ms(day: int, zone: str) -> int:
    """When a local day begins, ms UTC.

    Args:
        day: days since 1970-01-01.
        zone: IANA time zone.
    """
    begin = datetime.fromordinal(day + _EPOCH).replace(tzinfo=ZoneInfo(zone))
    return round(begin.timestamp() * 1000)


def waktu_event(tenant: str, pipeline: str, partition: int, waktu: int) -> Event:
    """Tells one task that this moment, ms UTC, has come."""
    return Event(
        type=WAKTU,
        key=WAKTU_KEY,
        value={"waktu": waktu},
        id=event_id(WAKTU, tenant, pipeline, str(partition), str(waktu)),
        source=f"/{tenant}/{pipeline}",
        time_ms=waktu,
        classification="PUBLIK",
    )
