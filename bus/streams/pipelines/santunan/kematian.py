"""Which death date holds, from all documents; the answer does not depend on arrival.

A certificate outranks a hospital, a hospital a village, and any notice the date on
a claim form. A cancellation voids what was recorded before it, not what comes later.
A claim that was withdrawn says nothing: it may have been filed for the wrong person.
A date later than its own recording is a slip of the pen and gives way to any other.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bus.record import Value
from bus.streams.pipelines.santunan.aturan import SEHARI_MS
from bus.streams.pipelines.santunan.dokumen import (
    AKTA,
    BATAL,
    BAYI,
    BELUM,
    KEMATIAN,
    KLAIM,
    LEMAH,
    PASTI,
    menarik,
)

_SUMBER = {"RS": 1, "DESA": 2, "PEMAKAMAN": 3, "RT": 4}
_SUMBER_LAIN, _KLAIM_TERAKHIR = 5, 9


class Kematian(NamedTuple):
    """The death as it stands.

    Attributes:
        tgl: day of death since 1970-01-01, None if not known or cancelled.
        batal: the cancellation that holds, if one.
    """

    tgl: int | None
    batal: Value | None


def kematian(dokumen: Iterable[Value], *, dikenal: bool) -> Kematian:
    """The death date and cancellation that hold.

    Args:
        dokumen: all documents about one person.
        dikenal: the person is in the registry: then documents that do not match
            them say nothing about them.
    """
    semua = [d for d in dokumen if not dikenal or d["tingkat"] or not d["orang"]]
    laporan, batal = _laporan(semua)
    if batal is not None and not laporan:
        return Kematian(None, batal)
    bukti = laporan + _pengajuan(semua)
    terbaik = min((d for d in bukti if d["tgl"] is not None), key=_nilai, default=None)
    return Kematian(None if terbaik is None else terbaik["tgl"], None)


def laporan_berlaku(dokumen: Iterable[Value], *, dikenal: bool) -> list[Value]:
    """Death notices and certificates that hold, best first; arguments as above."""
    semua = [d for d in dokumen if not dikenal or d["tingkat"] or not d["orang"]]
    return sorted(_laporan(semua)[0], key=_nilai)


def wafat_pasti(perkara: Value) -> int | None:
    """The death date that counts for heirs and family.

    None unless a document that holds is sure about who died.
    """
    semua = perkara["dokumen"]
    bukti = _laporan(semua)[0] + _pengajuan(semua)
    yakin = any(d["tingkat"] in {PASTI, BAYI} for d in bukti)
    tgl: int | None = perkara["tgl_meninggal"]
    return tgl if yakin else None


def _pengajuan(semua: list[Value]) -> list[Value]:
    """Claims that nobody withdrew."""
    return [
        d
        for d in semua
        if d["jenis"] == KLAIM and not any(menarik(lain, d) for lain in semua)
    ]


def _laporan(semua: list[Value]) -> tuple[list[Value], Value | None]:
    """Notices no cancellation voids, and the latest cancellation."""
    laporan = [d for d in semua if d["jenis"] in {KEMATIAN, AKTA}]
    batal = max(
        (d for d in semua if d["jenis"] == BATAL),
        key=lambda d: (d["waktu"], d["ref"]),
        default=None,
    )
    if batal is not None:
        laporan = [d for d in laporan if d["waktu"] > batal["waktu"]]
    return laporan, batal


def _nilai(dok: Value) -> tuple[bool, int, int, str]:
    if dok["jenis"] == AKTA:
        mutu = 0
    elif dok["jenis"] == KEMATIAN:
        mutu = _SUMBER.get(dok["sumber"], _SUMBER_LAIN)
    else:
        mutu = _KLAIM_TERAKHIR
    lemah = dok["tingkat"] in {BELUM, LEMAH} or _di_depan(dok)
    return lemah, mutu, dok["tgl_pengajuan"] or 0, dok["ref"]


def _di_depan(dok: Value) -> bool:
    """Whether the date was still to come when it was recorded, in any time zone."""
    besok = dok["waktu"] // SEHARI_MS + 1
    return dok["tgl"] is not None and bool(dok["tgl"] > besok)
