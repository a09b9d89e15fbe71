"""Look-up tables and time: holidays, routes, offices; moments that come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import DIBATALKAN
from bus.streams.pipelines.aduan import simpanan
from bus.streams.pipelines.aduan.kalender import SEHARI_MS
from bus.streams.pipelines.aduan.pembaruan import dirutekan, perbarui
from bus.streams.pipelines.aduan.perutean import catat_rute

if TYPE_CHECKING:
    from bus.record import Event
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context
    from bus.streams.topology.pipeline import Handler


def libur_ditetapkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A holiday was decreed or taken back: every clock is counted anew."""
    nilai = event.value
    if nilai is None:
        return
    hari = str(nilai["tanggal"])
    isi = {"nama": nilai["nama"], "event_id": event.id}
    dicabut = event.operation == DIBATALKAN
    ctx.put(simpanan.LIBUR, hari, None if dicabut else isi)
    kalender = simpanan.kalender(aturan, ctx)
    lama = simpanan.sekarang(ctx) - aturan.aduan.koreksi_libur_hari * SEHARI_MS
    for laporan_id, ditutup in simpanan.terbuka(ctx):
        if ditutup and ditutup < lama:
            ctx.put(simpanan.TERBUKA, laporan_id, None)
        else:
            laporan = simpanan.buka(laporan_id, ctx)
            perbarui(aturan, laporan_id, laporan, ctx, kalender)


def rute_ditetapkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The routing table changed: reports that wait for a row may have one now."""
    if event.value is not None:
        catat_rute(event, ctx)
        _rutekan_yang_menunggu(aturan, ctx)


def opd_ditetapkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The list of offices changed."""
    nilai = event.value
    if nilai is None:
        return
    ada = nilai["aktif"] and event.operation != DIBATALKAN
    isi = {"aktif": ada, "pengganti": nilai["pengganti"], "event_id": event.id}
    ctx.put(simpanan.OPD, event.key, isi)
    _rutekan_yang_menunggu(aturan, ctx)


def waktu_tiba(waktunya: Handler, event: Event, ctx: Context) -> None:
    """A moment some clock waits for has come."""
    if event.value is not None:
        simpanan.majukan(ctx, event.value["waktu"])
        waktunya(event, ctx)


def jam_berbunyi(aturan: Aturan, ctx: Context, laporan_id: str, _saat: int) -> None:
    """A warning, a level, or the end of a pause is due for one report."""
    perbarui(aturan, laporan_id, simpanan.buka(laporan_id, ctx), ctx)


def _rutekan_yang_menunggu(aturan: Aturan, ctx: Context) -> None:
    for laporan_id, ditutup in simpanan.terbuka(ctx):
        if ditutup:
            continue
        laporan = simpanan.buka(laporan_id, ctx)
        sesudah = dirutekan(aturan, laporan, ctx)
        if sesudah is not laporan:
            perbarui(aturan, laporan_id, sesudah, ctx)
