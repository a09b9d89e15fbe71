"""What the facts about a report come to: its state, its clocks, what is to be said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.jam import Jam

MENUNGGU_VERIFIKASI = "MENUNGGU_VERIFIKASI"
DIDISPOSISI, DIPROSES = "DIDISPOSISI", "DIPROSES"
MENUNGGU_PELAPOR, DIKEMBALIKAN = "MENUNGGU_PELAPOR", "DIKEMBALIKAN"
SELESAI, DIRUJUK = "SELESAI", "DIRUJUK"
DIGABUNGKAN, DIBATALKAN = "DIGABUNGKAN", "DIBATALKAN"

AKHIR = frozenset({SELESAI, DIRUJUK, DIGABUNGKAN, DIBATALKAN})
DI_OPD = frozenset({DIDISPOSISI, DIPROSES, MENUNGGU_PELAPOR})


@dataclass(frozen=True, slots=True)
class Langkah:
    """One thing to be published: a disposition, an answer, a refusal, a referral.

    Attributes:
        jenis: DISPOSISI, RUJUK, GABUNG, SELESAI or BELUM.
        waktu: when, ms UTC.
        percobaan: attempt.
        kode_skpd: office or institution.
        fakta: the fact that caused it; None for a merged duplicate.
        rujukan: row of the routing table, reason, or other report.
    """

    jenis: str
    waktu: int
    percobaan: int
    kode_skpd: str | None = None
    fakta: Value | None = None
    rujukan: str | None = None


@dataclass(slots=True)
class Keadaan:
    """A report as of now.

    Attributes:
        status: one of the words above.
        pemegang: office that is responsible.
        percobaan: attempt, 1 and up.
        dikembalikan: how often an office gave it back.
        langkah: what has been decided, in order.
        jam: clocks of all attempts.
        lanjut: when a pause ends by itself, ms UTC; None if none is on.
        ditutup: when it came to its end, ms UTC; None while it is open.
    """

    status: str
    pemegang: str
    percobaan: int = 1
    dikembalikan: int = 0
    langkah: list[Langkah] = field(default_factory=list)
    jam: list[Jam] = field(default_factory=list)
    lanjut: int | None = None
    ditutup: int | None = None
