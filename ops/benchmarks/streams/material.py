"""Made-up input: the same seed gives the same events, so every run has equal work."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bus.record import Event, event_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.record import Value

REPORT, PERSON, RESULT = "LaporanDicatat", "WargaDimutakhirkan", "HasilDicatat"
START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
DAY_MS = 86_400_000
KINDS = ("JALAN", "AIR", "SAMPAH", "LAMPU", "LAIN")
CHANNELS = ("LOKET", "TELEPON", "WEB")
WORDS = ("lubang", "besar", "di", "jalan", "desa", "dekat", "pasar", "air", "padam")


def subject(number: int) -> str:
    """Key of one made-up person; as long as a real `subjek_id`."""
    return f"{number * 2654435761 % 2**64:016x}{number:016x}"


def reports(tenant: str, count: int, keys: int, seed: int = 1) -> Iterator[Event]:
    """Reports of citizens, 10 ms apart; keys repeat at random.

    Args:
        tenant: tenant id.
        count: how many.
        keys: among so many people.
        seed: of the choice.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    for number in range(count):
        yield report(tenant, chance.randrange(keys), number)


def everybody(tenant: str, keys: int) -> Iterator[Event]:
    """One report of each person, to fill a state."""
    for number in range(keys):
        yield report(tenant, number, -1 - number)


def report(tenant: str, person: int, number: int, time_ms: int | None = None) -> Event:
    """One report.

    Args:
        tenant: tenant id.
        person: who.
        number: makes it unique.
        time_ms: when; by default 10 ms after the one before.
    """
    at = START_MS + 10 * number if time_ms is None else time_ms
    key = subject(person)
    source = f"lapor|laporan|{number}"
    value = {
        "nomor": f"LP-{number:09d}",
        "subjek_id": key,
        "kode_wilayah": f"33.25.{1 + person % 15:02d}.{2001 + person % 40}",
        "jenis": KINDS[number % len(KINDS)],
        "kanal": CHANNELS[number % len(CHANNELS)],
        "tanggal": at // DAY_MS,
        "dicatat_pada": at,
        "nilai": None if number % 4 else 1000 * (number % 97),
        "uraian": " ".join(WORDS[(number + n) % len(WORDS)] for n in range(9)),
        "sumber_ref": source,
        "mutu": [] if number % 10 else ["TEKS_DIRAPIKAN"],
    }
    return _event(tenant, REPORT, key, value, source, at)


def people(tenant: str, count: int) -> Iterator[Event]:
    """Citizens, valid from a time before all reports."""
    for number in range(count):
        source, key = f"siak|penduduk|{number}", subject(number)
        value = {
            "subjek_id": key,
            "nama": f"{WORDS[number % len(WORDS)]} {number:06d}".upper(),
            "kode_wilayah": f"33.25.{1 + number % 15:02d}.{2001 + number % 40}",
            "status": "HIDUP",
            "tgl_lahir": 3_650 + number % 14_000,
            "sejak": START_MS - 100 * DAY_MS,
            "sumber_ref": source,
            "mutu": [],
        }
        yield _event(tenant, PERSON, key, value, source, START_MS - 100 * DAY_MS)


def answer(value: Value, count: int | None = None, name: str | None = None) -> Value:
    """What every contestant makes of one report.

    Args:
        value: a report.
        count: the how-manieth of its person, in case `count`.
        name: name of its person, in case `join`.
    """
    return {
        "nomor": value["nomor"],
        "subjek_id": value["subjek_id"],
        "kode_kabupaten": value["kode_wilayah"][:5],
        "jenis": value["jenis"],
        "tanggal": value["tanggal"],
        "dicatat_pada": value["dicatat_pada"],
        "nilai": value["nilai"],
        "uraian": value["uraian"].capitalize(),
        "urutan": count,
        "nama": name,
        "sumber_ref": value["sumber_ref"],
        "mutu": value["mutu"],
    }


def _event(
    tenant: str, kind: str, key: str, value: Value, source: str, time_ms: int
) -> Event:
    return Event(
        type=kind,
        key=key,
        value=value,
        id=event_id(tenant, source),
        source=f"/{tenant}/ukur",
        time_ms=time_ms,
        classification="INTERNAL",
    )
