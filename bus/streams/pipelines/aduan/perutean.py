"""Who handles a report: danger to life, referral, else the routing table.

The table is looked up by category and village; the narrowest region that matches wins.
Without a row the report waits for the complaints team (`domain.md` §5 F5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan import fakta as f
from bus.streams.pipelines.aduan import simpanan
from bus.streams.pipelines.aduan.kalender import hari_dari

if TYPE_CHECKING:
    from bus.record import Event, Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

DARURAT = "DARURAT"
# An office replaced by one that was replaced: further than this it is a circle.
_PENGGANTI_TERBANYAK = 5


def rute_darurat(aturan: Aturan, laporan: Value) -> Value:
    """The fact that sends a danger to life to the 112 centre at once."""
    return f.fakta(
        f.RUTE,
        laporan["diterima"],
        laporan["event_id"],
        kode_skpd=aturan.aduan.pusat_darurat,
        rujukan=DARURAT,
    )


def rute(aturan: Aturan, laporan: Value, ctx: Context) -> Value | None:
    """The fact that forwards or refers a report; None if a person must look."""
    saat = max(laporan["diterima"], simpanan.sekarang(ctx))
    kata = aturan.rujukan(f"{laporan['judul'] or ''} {laporan['teks']}")
    if kata is not None:
        asal, tujuan = kata
        dasar = laporan["event_id"]
        return f.fakta(f.RUJUK, saat, dasar, kode_skpd=tujuan, rujukan=f"KATA|{asal}")
    baris = _baris(aturan, laporan, ctx)
    if baris is None:
        return None
    isi = {"rujukan": baris["rute_id"]}
    if baris["tindakan"] == "RUJUK":
        return f.fakta(
            f.RUJUK, saat, baris["event_id"], kode_skpd=baris["tujuan"], **isi
        )
    kode = opd_sekarang(baris["tujuan"], ctx)
    if kode is None:
        return None
    return f.fakta(f.RUTE, saat, baris["event_id"], kode_skpd=kode, **isi)


def opd_sekarang(kode: str, ctx: Context) -> str | None:
    """The office that has this one's duties now; None if there is none any more.

    An office the table does not know is taken as written.
    """
    for _ in range(_PENGGANTI_TERBANYAK):
        opd = ctx.get(simpanan.OPD, kode)
        if opd is None or opd["aktif"]:
            return kode
        if opd["pengganti"] is None:
            return None
        kode = opd["pengganti"]
    return None


def catat_rute(event: Event, ctx: Context) -> None:
    """A row of the routing table was set or withdrawn."""
    nilai = event.value or {}
    kategori = nilai["kategori"]
    isi = ctx.get(simpanan.RUTE, kategori) or {"baris": []}
    baris = [b for b in isi["baris"] if b["rute_id"] != nilai["rute_id"]]
    if event.operation != "DIBATALKAN":
        baris.append(
            {
                "rute_id": nilai["rute_id"],
                "kode_wilayah": nilai["kode_wilayah"] or "",
                "tindakan": nilai["tindakan"],
                "tujuan": nilai["tujuan"],
                "berlaku_dari": nilai["berlaku_dari"],
                "berlaku_sampai": nilai["berlaku_sampai"],
                "event_id": event.id,
            }
        )
    baris.sort(key=lambda b: (-len(b["kode_wilayah"]), b["rute_id"]))
    ctx.put(simpanan.RUTE, kategori, {"baris": baris} if baris else None)


def _baris(aturan: Aturan, laporan: Value, ctx: Context) -> Value | None:
    isi = ctx.get(simpanan.RUTE, laporan["kategori"] or "") or {"baris": []}
    hari, desa = hari_dari(laporan["diterima"], aturan.zona), laporan["kode_desa"] or ""
    for baris in isi["baris"]:
        berlaku = (
            (baris["berlaku_dari"] or hari) <= hari <= (baris["berlaku_sampai"] or hari)
        )
        if berlaku and desa.startswith(baris["kode_wilayah"]):
            found: Value = baris
            return found
    return None
