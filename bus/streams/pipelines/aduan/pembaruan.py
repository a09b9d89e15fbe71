"""Working out where a report stands after something changed, and saying what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import event_id
from bus.streams.pipelines.aduan import fakta as f
from bus.streams.pipelines.aduan import simpanan
from bus.streams.pipelines.aduan.jam import berikut
from bus.streams.pipelines.aduan.perjalanan import jalani
from bus.streams.pipelines.aduan.perutean import rute
from bus.streams.pipelines.aduan.pesan import Pesan
from bus.streams.pipelines.aduan.terbitan import (
    baru_terlambat,
    terbitkan,
    yang_diharapkan,
)
from bus.streams.topology.operators.timer import Timers

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.pipelines.aduan.kalender import Kalender
    from bus.streams.topology.context import Context

TIMERS = Timers(simpanan.TIMER)


def dirutekan(aturan: Aturan, laporan: Value, ctx: Context) -> Value:
    """The report, forwarded by the table once the group stage has looked at it.

    Also where a person is known to have chosen later: what counts is who was first.
    """
    siap = laporan["digolongkan"] or laporan["golongan"] is None
    if not siap or laporan["diterima"] is None:
        return laporan
    if laporan["duplikat_dari"] is not None or f.ada(laporan, f.RUTE, f.RUJUK):
        return laporan
    satu = rute(aturan, laporan, ctx)
    return laporan if satu is None else f.catat(laporan, satu)


def perbarui(
    aturan: Aturan,
    laporan_id: str,
    laporan: Value,
    ctx: Context,
    kalender: Kalender | None = None,
) -> None:
    """Work out where a report stands, say what is new, and set its alarm.

    Args:
        aturan: the tenant's rules.
        laporan_id: its key.
        laporan: what is known now; kept here.
        ctx: of the event in work.
        kalender: as now; given where many reports are worked out for one event.
    """
    if laporan["diterima"] is None:
        ctx.put(simpanan.LAPORAN, laporan_id, laporan)
        return
    kalender = kalender or simpanan.kalender(aturan, ctx)
    saat = simpanan.sekarang(ctx)
    ada = jalani(aturan, laporan, kalender.sehari, saat)
    harap = yang_diharapkan(laporan, ada, kalender, saat)
    bangun = [berikut(jam, kalender, saat) for jam in ada.jam] + [ada.lanjut]
    if not simpanan.berbunyi(ctx) and (ditahan := baru_terlambat(laporan, harap)):
        harap = [h for h in harap if h not in ditahan]
        bangun.append(ctx.arrived_ms + aturan.tenang)
    pesan = Pesan(aturan, laporan_id, laporan, ada, kalender, ctx)
    terbitkan(pesan, laporan["terbit"], harap)
    laporan = {**laporan, "terbit": harap}
    status = Pesan(aturan, laporan_id, laporan, ada, kalender, ctx).status()
    sidik = event_id(repr(sorted(status.items())))
    if sidik != laporan["status_sidik"]:
        pesan.umumkan(status)
        laporan["status_sidik"] = sidik
    nanti = min((s for s in bangun if s is not None), default=None)
    if nanti is None:
        TIMERS.cancel(ctx, f"jam/{laporan_id}")
    else:
        TIMERS.set(ctx, f"jam/{laporan_id}", nanti)
    simpanan.tandai(ctx, laporan_id, ada.ditutup or 0)
    ctx.put(simpanan.LAPORAN, laporan_id, laporan)
