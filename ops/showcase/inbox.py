"""What arrived in a receiving app's inbox table."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

TABLE = sa.table("bus_masuk", sa.column("event_id"), sa.column("diterima"))


def arrivals(url: str, zone: str) -> dict[str, int]:
    """Event id → when its row was written, in ms since 1970 UTC.

    Args:
        url: SQLAlchemy URL of the receiving app's database.
        zone: the app's time zone; inboxes hold local time.
    """
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.select(TABLE.c.event_id, TABLE.c.diterima))
            return {
                event_id: _ms(received, ZoneInfo(zone)) for event_id, received in rows
            }
    finally:
        engine.dispose()


def _ms(received: str | datetime, zone: ZoneInfo) -> int:
    moment = datetime.fromisoformat(received) if isinstance(received, str) else received
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)
