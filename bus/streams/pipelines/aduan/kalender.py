"""Working time: office hours on working days, holidays left out (`domain.md` §4.4).

Pure arithmetic on moments in ms since 1970-01-01 UTC. Two ways of counting a day: KERJA
counts only time in which the office is open, so that "3 days" begun on Monday at 10:00
end on Thursday at 10:00, and begun outside office hours end when the third working day
closes; KALENDER counts 24 hours. A day is looked up as a day number since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bus.config.tenant import OfficeHours

AWAL = date(1970, 1, 1)
SEHARI_MS = 86_400_000
SEMENIT_MS = 60_000
SEJAM_MS = 3_600_000
# A calendar in which nobody works for ten years is a mistake, not a calendar.
HARI_TERBANYAK = 3_660


@lru_cache(maxsize=4096)
def _buka_tutup(jam: OfficeHours, zona: str, hari: int) -> tuple[int, int] | None:
    """Opening and closing of a day in ms UTC; None on a weekly day off."""
    tanggal = AWAL + timedelta(days=hari)
    if tanggal.isoweekday() not in jam.hari:
        return None
    zone = ZoneInfo(zona)
    buka, tutup = (
        datetime.combine(tanggal, pukul, zone) for pukul in (jam.mulai, jam.selesai)
    )
    return round(buka.timestamp() * 1000), round(tutup.timestamp() * 1000)


def hari_dari(saat_ms: int, zona: str) -> int:
    """The local day of a moment, as days since 1970-01-01."""
    saat = datetime.fromtimestamp(saat_ms / 1000, UTC).astimezone(ZoneInfo(zona))
    return (saat.date() - AWAL).days


@dataclass(frozen=True, slots=True)
class Kalender:
    """How one tenant counts working time.

    Attributes:
        jam: office hours.
        zona: IANA zone of the tenant.
        libur: tells whether a day (days since 1970-01-01) is a holiday.
        kerja: count office hours; else every hour.
    """

    jam: OfficeHours
    zona: str
    libur: Callable[[int], bool]
    kerja: bool = True
    _tahu: dict[int, tuple[int, int] | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def sehari(self) -> int:
        """Length of one day as counted, ms."""
        if not self.kerja:
            return SEHARI_MS
        mulai, selesai = self.jam.mulai, self.jam.selesai
        menit = (selesai.hour - mulai.hour) * 60 + selesai.minute - mulai.minute
        return menit * SEMENIT_MS + (selesai.second - mulai.second) * 1000

    def antara(self, dari: int, sampai: int) -> int:
        """Time that counts between two moments, ms; 0 if they are not in order."""
        if sampai <= dari:
            return 0
        if not self.kerja:
            return sampai - dari
        jumlah = 0
        for buka, tutup in self._kantor(hari_dari(dari, self.zona)):
            if buka >= sampai:
                break
            jumlah += max(0, min(tutup, sampai) - max(buka, dari))
        return jumlah

    def tambah(self, dari: int, lama: int) -> int:
        """The first moment at which `lama` ms that count have passed since `dari`.

        Raises:
            ValueError: no office opens for years; the tenant's hours or holidays
                are wrong.
        """
        if lama <= 0:
            return dari
        if not self.kerja:
            return dari + lama
        for buka, tutup in self._kantor(hari_dari(dari, self.zona)):
            mulai = max(buka, dari)
            if mulai >= tutup:
                continue
            if mulai + lama <= tutup:
                return mulai + lama
            lama -= tutup - mulai
        raise ValueError("kalender kerja: tidak ada hari kerja selama sepuluh tahun")

    def _kantor(self, hari: int) -> Iterator[tuple[int, int]]:
        """Openings and closings from a day on."""
        for satu in range(hari, hari + HARI_TERBANYAK):
            jam = self._pada(satu)
            if jam is not None:
                yield jam

    def _pada(self, hari: int) -> tuple[int, int] | None:
        if hari not in self._tahu:
            jam = _buka_tutup(self.jam, self.zona, hari)
            self._tahu[hari] = None if jam is None or self.libur(hari) else jam
        return self._tahu[hari]
