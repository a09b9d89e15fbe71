"""Which reports are about one happening: same category, near in place and time.

A report joins the group of the nearest report within the radius and the window that is
still open; else it begins one. Groups that a later report would join into one stay two:
an incident that has been announced keeps its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import event_id
from bus.streams.pipelines.aduan.kalender import SEHARI_MS
from bus.streams.topology.operators.grid import cell_of, cells_near, distance_m

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

KELOMPOK, SEL = "kelompok", "sel"

Titik = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""


def titik(nilai: Value) -> Titik | None:
    """Where a report is from; None without a place."""
    if nilai["lat_e6"] is None or nilai["lng_e6"] is None:
        return None
    return nilai["lat_e6"], nilai["lng_e6"]


def himpun(aturan: Aturan, nilai: Value, ctx: Context) -> tuple[str, Value] | None:
    """The group a report belongs to from now on, the report included.

    Args:
        aturan: radius and window.
        nilai: `LaporanDitempatkan`.
        ctx: where groups are kept.

    Returns:
        Its id and the group; None for a report without a place that is no danger.
    """
    di = titik(nilai)
    if di is None and not nilai["darurat"]:
        return None
    dekat = None if di is None else _terdekat(aturan, nilai, di, ctx)
    nomor = dekat or event_id("insiden", nilai["laporan_id"])
    kelompok = ctx.get(KELOMPOK, nomor) or {
        "kategori": nilai["kategori"],
        "kode_desa": nilai["kode_desa"],
        "lat_e6": nilai["lat_e6"],
        "lng_e6": nilai["lng_e6"],
        "awal": nilai["waktu"],
        "anggota": [],
        "sumber": [],
        "darurat": False,
        "dibuka": False,
        "ditutup": False,
    }
    kelompok = {
        **kelompok,
        "anggota": [*kelompok["anggota"], nilai["laporan_id"]],
        "sumber": [*kelompok["sumber"], nilai["event_id"]],
        "darurat": kelompok["darurat"] or nilai["darurat"],
    }
    if di is not None:
        _tandai(aturan, nilai, di, nomor, ctx)
    return nomor, kelompok


def _terdekat(aturan: Aturan, nilai: Value, di: Titik, ctx: Context) -> str | None:
    radius = aturan.aduan.radius_m
    calon = [
        (distance_m(*di, t["lat_e6"], t["lng_e6"]), t["waktu"], t["kelompok_id"])
        for sel in cells_near(*di, radius, radius)
        for t in _isi(nilai["kategori"], sel, ctx)
        if abs(t["waktu"] - nilai["waktu"]) <= aturan.aduan.jendela_hari * SEHARI_MS
    ]
    for meter, _, nomor in sorted(calon):
        kelompok = ctx.get(KELOMPOK, nomor)
        if meter <= radius and kelompok is not None and not kelompok["ditutup"]:
            return str(nomor)
    return None


def _tandai(aturan: Aturan, nilai: Value, di: Titik, nomor: str, ctx: Context) -> None:
    """Put the report on the map; what is too old to matter leaves its square."""
    sel = cell_of(*di, aturan.aduan.radius_m)
    lama = nilai["waktu"] - 2 * aturan.aduan.jendela_hari * SEHARI_MS
    isi = [t for t in _isi(nilai["kategori"], sel, ctx) if t["waktu"] >= lama]
    baru = {
        "laporan_id": nilai["laporan_id"],
        "kelompok_id": nomor,
        "lat_e6": di[0],
        "lng_e6": di[1],
        "waktu": nilai["waktu"],
    }
    ctx.put(SEL, _kunci(nilai["kategori"], sel), {"titik": [*isi, baru]})


def _isi(kategori: str, sel: Titik, ctx: Context) -> list[Value]:
    isi = ctx.get(SEL, _kunci(kategori, sel))
    return list(isi["titik"]) if isi else []


def _kunci(kategori: str, sel: Titik) -> str:
    return f"{kategori}|{sel[0]}|{sel[1]}"
