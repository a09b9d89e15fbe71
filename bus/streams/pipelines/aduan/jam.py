"""One clock: running stretches, and when its warning and its levels fall due.

A clock never stores a deadline. It stores when it ran; every due time follows from that
and the calendar, so a holiday that is decreed late moves all of them (`domain.md` F5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bus.streams.pipelines.aduan.kalender import Kalender

VERIFIKASI, JAWABAN, DARURAT = "VERIFIKASI", "JAWABAN", "DARURAT"
BERJALAN, JEDA, BERHENTI, TIDAK_ADA = "BERJALAN", "JEDA", "BERHENTI", "TIDAK_ADA"
ANCAM = "ANCAM"

Ruas = tuple[tuple[int, int | None], ...]
"""Running stretches in order, from and to in ms UTC; the last may be open."""


@dataclass(frozen=True, slots=True)
class Jam:
    """One clock of one report.

    Attributes:
        jenis: VERIFIKASI, JAWABAN or DARURAT.
        percobaan: attempt it belongs to.
        ruas: when it ran.
        pemegang: from when on which office was responsible, in order.
        tahap: time from the start to level 1, 2 and 3, in ms that count.
        peringatan: how long before level 1 a warning is due, plain ms; 0: never.
    """

    jenis: str
    percobaan: int
    ruas: Ruas
    pemegang: tuple[tuple[int, str], ...]
    tahap: tuple[int, int, int]
    peringatan: int = 0

    @property
    def nama(self) -> str:
        """`JAWABAN|1`, the rule named by warnings."""
        return f"{self.jenis}|{self.percobaan}"

    @property
    def selesai(self) -> int | None:
        """When it stopped for good, ms UTC; None while it runs or will run again."""
        return self.ruas[-1][1]

    def keadaan(self, lanjut: int | None) -> str:
        """What it does; `lanjut` is when the pause that is on ends."""
        if self.selesai is not None:
            return BERHENTI
        return JEDA if self.ruas[-1][0] == lanjut else BERJALAN

    def penanggung(self, saat: int) -> str:
        """The office responsible at a moment."""
        kode = self.pemegang[0][1]
        for dari, siapa in self.pemegang:
            if dari <= saat:
                kode = siapa
        return kode

    def tempo(self, kalender: Kalender) -> dict[str, int]:
        """When the warning and each level fall due, ms UTC, if it ran on for ever.

        The minutes of a danger to life run at night and on holidays too.
        """
        if self.jenis == DARURAT:
            kalender = replace(kalender, kerja=False)
        batas = {
            str(level): self._tercapai(kalender, lama)
            for level, lama in enumerate(self.tahap, start=1)
        }
        if not self.peringatan:
            return batas
        mulai = max(batas["1"] - self.peringatan, self.ruas[0][0])
        return {ANCAM: self._berjalan_sejak(mulai), **batas}

    def _berjalan_sejak(self, saat: int) -> int:
        """The moment itself if the clock runs then, else when it runs again."""
        for dari, sampai in self.ruas:
            if sampai is None or sampai > saat:
                return max(dari, saat)
        return saat

    def _tercapai(self, kalender: Kalender, lama: int) -> int:
        terakhir = len(self.ruas) - 1
        for nomor, (dari, sampai) in enumerate(self.ruas):
            saat = kalender.tambah(dari, lama)
            if nomor == terakhir or sampai is None or saat < sampai:
                return saat
            lama -= kalender.antara(dari, sampai)
        raise ValueError("jam tanpa ruas")


def tercapai(jam: Jam, kalender: Kalender, sekarang: int) -> dict[str, int]:
    """What fell due while the clock ran, until now or until it stopped.

    An answer at the very limit is in time.
    """
    selesai = jam.selesai
    return {
        tahap: saat
        for tahap, saat in jam.tempo(kalender).items()
        if (saat <= sekarang if selesai is None else saat < selesai)
    }


def berikut(jam: Jam, kalender: Kalender, sekarang: int) -> int | None:
    """The next due time after now; None if the clock has stopped or is through."""
    if jam.selesai is not None:
        return None
    nanti = [s for s in jam.tempo(kalender).values() if s > sekarang]
    return min(nanti, default=None)
