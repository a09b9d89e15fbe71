"""What arrived in a receiving app's inbox table."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ops.simulate.desks.live import DEATHS

if TYPE_CHECKING:
    from pathlib import Path

TABLE = sa.table(
    "bus_masuk", sa.column("jenis"), sa.column("isi"), sa.column("diterima")
)
FORM = "KLAIM_TERISI"


def delays(folder: Path, url: str, zone: str) -> list[float]:
    """Seconds from a death's commit in the village to its form in e-Sakti's inbox.

    Args:
        folder: the apps' folder, with the times of the simulated deaths.
        url: SQLAlchemy URL of e-Sakti's database.
        zone: the app's time zone; inboxes hold local time.
    """
    arrived = _arrivals(url, ZoneInfo(zone))
    path = folder / DEATHS
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        written = {letter: int(ms) for letter, ms in csv.reader(file)}
    return [
        (arrived[letter] - ms) / 1000
        for letter, ms in written.items()
        if letter in arrived
    ]


def _arrivals(url: str, zone: ZoneInfo) -> dict[str, int]:
    """Death letter → when its first form was written, in ms since 1970 UTC."""
    engine = sa.create_engine(url)
    columns = sa.select(TABLE.c.isi, TABLE.c.diterima).where(TABLE.c.jenis == FORM)
    found: dict[str, int] = {}
    try:
        with engine.connect() as connection:
            for text, received in connection.execute(columns):
                letter = json.loads(text).get("no_surat_kematian")
                moment = _ms(received, zone)
                if letter:
                    found[letter] = min(moment, found.get(letter, moment))
    finally:
        engine.dispose()
    return found


def _ms(received: str | datetime, zone: ZoneInfo) -> int:
    moment = datetime.fromisoformat(received) if isinstance(received, str) else received
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)
