"""From a source's codes to those that hold: old ↔ new codes, merged offices.

A code on the tenant's map is replaced by what the map says, for the fiscal years in
which the entry holds, also over several steps. A code that is not on the map holds
as it is if it has the form of today's codes (`domain.md` §4.3).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bus.errors import PoisonError
from bus.normalise.budget import akun, skpd, sub_kegiatan
from bus.record import Value
from bus.streams.pipelines.selisih.aturan import tanggal
from bus.streams.pipelines.selisih.rujukan import (
    KEGIATAN,
    REKENING,
    SKPD,
    TANPA_KEGIATAN,
)

TERPANJANG = 5
_BIDANG = 4


class Peta(Protocol):
    """The tenant's map of codes, looked up by kind and old code."""

    def __call__(self, jenis: str, kode: str) -> Value | None: ...


@dataclass(slots=True)
class Tujuan:
    """Where a row belongs.

    Attributes:
        kunci: `tahun|kode_skpd|kode_sub_giat` under the codes that hold.
        kode_akun: account that holds; None for plans.
        takterpetakan: `JENIS:kode` of every code nobody knows.
        dilihat: `JENIS|kode` of every code that was looked up; when the map changes
            for one of them, the row is mapped again.
    """

    kunci: str
    kode_akun: str | None
    takterpetakan: list[str] = field(default_factory=list)
    dilihat: list[str] = field(default_factory=list)


def bersih(kode: str) -> str:
    """A code as it stands on the map: no outer spaces, upper case; `-` for none."""
    return kode.strip().upper() or TANPA_KEGIATAN


def petakan(peta: Peta, baris: Value, gaji: str) -> Tujuan:
    """Map the codes of one row.

    Args:
        peta: the tenant's map.
        baris: record `BarisAsal`.
        gaji: sub-activity of payroll that names none, `X.XX.01.2.02.0001`.
    """
    hasil = Tujuan("", None)
    pencari = _Pencari(peta, int(baris["tahun"]), hasil)
    kantor = pencari.cari(SKPD, baris["kode_skpd"], _sebagai(skpd))
    bidang = kantor[:_BIDANG]
    tulisan = gaji if baris["gaji"] else baris["kode_sub_giat"]
    giat = pencari.cari(KEGIATAN, tulisan, _kegiatan(bidang))
    if baris["kode_akun"] is not None:
        hasil.kode_akun = pencari.cari(REKENING, baris["kode_akun"], _sebagai(akun))
    hasil.kunci = f"{baris['tahun']}|{kantor}|{giat}"
    return hasil


class _Pencari:
    """Looks codes of one row up and notes what it looked at."""

    def __init__(self, peta: Peta, tahun: int, hasil: Tujuan) -> None:
        self._peta = peta
        self._tahun = tahun
        self._hasil = hasil

    def cari(self, jenis: str, kode: str, rapikan: Callable[[str], str | None]) -> str:
        """The code that holds; the code itself, and a note, if nobody knows it."""
        tulisan = bersih(kode)
        bentuk = rapikan(tulisan)
        for awal in dict.fromkeys((tulisan, bentuk or tulisan)):
            akhir = self._ikuti(jenis, awal)
            if akhir is not None:
                return rapikan(akhir) or akhir
        if bentuk is None:
            self._hasil.takterpetakan.append(f"{jenis}:{tulisan}")
        return bentuk or tulisan

    def _ikuti(self, jenis: str, awal: str) -> str | None:
        """The end of the chain that begins at a code; None if there is no chain."""
        kini, lewat = awal, {awal}
        for _ in range(TERPANJANG):
            self._hasil.dilihat.append(f"{jenis}|{kini}")
            isi = self._peta(jenis, kini)
            if isi is None or not _berlaku(isi, self._tahun):
                break
            kini = bersih(isi["kode_baru"])
            if kini in lewat:  # a circle says nothing
                return None
            lewat.add(kini)
        return None if kini == awal else kini


def _berlaku(isi: Value, tahun: int) -> bool:
    """Whether an entry holds in a fiscal year: budgets are recoded as a whole."""
    if isi["dari"] is not None and tanggal(isi["dari"]).year > tahun:
        return False
    return isi["sampai"] is None or tanggal(isi["sampai"]).year >= tahun


def _kegiatan(bidang: str) -> Callable[[str], str | None]:
    def rapikan(kode: str) -> str | None:
        try:
            return sub_kegiatan(kode, bidang=bidang)[0]
        except PoisonError:
            return None

    return rapikan


def _sebagai(
    aturan: Callable[[object], tuple[str | None, object]],
) -> Callable[[str], str | None]:
    def rapikan(kode: str) -> str | None:
        try:
            return aturan(kode)[0]
        except PoisonError:
            return None

    return rapikan
