"""The same report by two channels (`domain.md` §5 F5).

A named reporter is known by a fingerprint: same category, same place, another channel
or the same words. Without a name (anonymous, secret) only the same words from the same
village by another channel count, so that fifty neighbours stay fifty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan.himpunan import titik
from bus.streams.pipelines.aduan.kalender import SEJAM_MS
from bus.streams.topology.operators.grid import distance_m

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

TERLIHAT = "terlihat"
_DISIMPAN = (
    *("laporan_id", "kanal", "kode_desa", "lat_e6", "lng_e6"),
    *("sidik_teks", "waktu"),
)


def yang_sama(aturan: Aturan, nilai: Value, ctx: Context) -> str | None:
    """The earlier arrived report that this one repeats; the new one is remembered.

    Args:
        aturan: hours and radius.
        nilai: `LaporanDitempatkan`.
        ctx: where recent reports are kept.
    """
    selama = aturan.aduan.duplikat_jam * SEJAM_MS
    kunci = _kunci(nilai)
    isi = ctx.get(TERLIHAT, kunci) or {"laporan": []}
    dekat = [
        lama
        for lama in isi["laporan"]
        if abs(lama["waktu"] - nilai["waktu"]) <= selama
        and lama["laporan_id"] != nilai["laporan_id"]
    ]
    baru = {nama: nilai[nama] for nama in _DISIMPAN}
    # Twice the time: reports may arrive out of order.
    tetap = [
        lama
        for lama in isi["laporan"]
        if lama["waktu"] >= nilai["waktu"] - 2 * selama
        and lama["laporan_id"] != nilai["laporan_id"]
    ]
    ctx.put(TERLIHAT, kunci, {"laporan": [*tetap, baru]})
    for lama in dekat:
        if _sama(aturan, lama, nilai):
            return str(lama["laporan_id"])
    return None


def _kunci(nilai: Value) -> str:
    if nilai["sidik_pelapor"] is not None:
        return f"p|{nilai['kategori']}|{nilai['sidik_pelapor']}"
    return f"t|{nilai['kategori']}|{nilai['kode_desa'] or ''}|{nilai['sidik_teks']}"


def _sama(aturan: Aturan, lama: Value, nilai: Value) -> bool:
    kanal_lain: bool = lama["kanal"] != nilai["kanal"]
    if nilai["sidik_pelapor"] is None:
        return kanal_lain
    kata_sama: bool = lama["sidik_teks"] == nilai["sidik_teks"]
    return (kanal_lain or kata_sama) and _setempat(aturan, lama, nilai)


def _setempat(aturan: Aturan, lama: Value, nilai: Value) -> bool:
    satu, dua = titik(lama), titik(nilai)
    if satu is None or dua is None:
        return bool(lama["kode_desa"] == nilai["kode_desa"])
    return distance_m(*satu, *dua) <= aturan.aduan.radius_m
