"""Incidents for the command centre: opened, growing, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan import rujukan
from bus.streams.pipelines.aduan.himpunan import KELOMPOK

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

BAHAYA, BESAR, BIASA = 1, 2, 3


def tambah(
    aturan: Aturan, nomor: str, kelompok: Value, nilai: Value, ctx: Context
) -> bool | None:
    """Keep a group that has grown; announce what the command centre must know.

    Args:
        aturan: from how many reports on it is an incident.
        nomor: id of the group and of its incident.
        kelompok: the group, the new report included.
        nilai: `LaporanDitempatkan` of the new report.
        ctx: where it goes.

    Returns:
        True if it became an incident just now, False if it was one, None if it is none.
    """
    banyak, aduan = len(kelompok["anggota"]), aturan.aduan
    jadi = kelompok["darurat"] or banyak >= aduan.insiden_minimum
    sudah = kelompok["dibuka"]
    ctx.put(KELOMPOK, nomor, {**kelompok, "dibuka": sudah or jadi})
    if not sudah and not jadi:
        return None
    umum = {
        "insiden_id": nomor,
        "jumlah": banyak,
        "prioritas": prioritas(aturan, kelompok),
        "waktu": nilai["waktu"],
    }
    if sudah:
        isi = {**umum, "laporan_id": nilai["laporan_id"]}
        _kirim(aturan, "InsidenBertambah", nomor, isi, (nilai["event_id"],), ctx)
        return False
    isi = {
        **umum,
        "jenis": kelompok["kategori"],
        "kode_desa": kelompok["kode_desa"],
        "lat_e6": kelompok["lat_e6"],
        "lng_e6": kelompok["lng_e6"],
        "opd": [aduan.pusat_darurat] if kelompok["darurat"] else [],
        "sumber": kelompok["sumber"],
        "anggota": kelompok["anggota"],
    }
    _kirim(aturan, "InsidenDibuka", nomor, isi, tuple(kelompok["sumber"]), ctx)
    return True


def tutup(
    aturan: Aturan,
    nomor: str,
    kelompok: Value,
    saat: int,
    ctx: Context,
) -> None:
    """All reports of a group are answered: it takes no more, its incident ends."""
    if kelompok["ditutup"]:
        return
    ctx.put(KELOMPOK, nomor, {**kelompok, "ditutup": True})
    if kelompok["dibuka"]:
        banyak = len(kelompok["anggota"])
        isi = {
            "insiden_id": nomor,
            "jumlah": banyak,
            "hasil": "SEMUA_TERJAWAB",
            "waktu": saat,
        }
        _kirim(aturan, "InsidenDitutup", nomor, isi, (ctx.event.id,), ctx)


def prioritas(aturan: Aturan, kelompok: Value) -> int:
    """1 danger to life, 2 many reports, 3 others."""
    if kelompok["darurat"]:
        return BAHAYA
    besar = len(kelompok["anggota"]) >= aturan.aduan.insiden_besar
    return BESAR if besar else BIASA


def _kirim(
    aturan: Aturan,
    jenis: str,
    nomor: str,
    isi: Value,
    dasar: tuple[str, ...],
    ctx: Context,
) -> None:
    ctx.emit(
        rujukan.INSIDEN,
        jenis,
        nomor,
        {**isi, "aturan_versi": aturan.versi, "dasar": list(dasar), "mutu": []},
        classification=rujukan.INTERNAL,
        time_ms=isi["waktu"],
    )
