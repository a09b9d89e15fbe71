"""The stores of the report stage, and the two tables every task keeps whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan.fakta import BARU
from bus.streams.pipelines.aduan.kalender import Kalender
from bus.streams.topology.operators.timer import WAKTU as WAKTU_TIBA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

LAPORAN, TERBUKA, WAKTU = "laporan", "terbuka", "waktu"
LIBUR, RUTE, OPD, TIMER = "libur", "rute", "opd", "timer"

_AKHIR = "\U0010ffff"


def buka(laporan_id: str, ctx: Context) -> Value:
    """A report as it is now; an empty one if nothing is known."""
    return ctx.get(LAPORAN, laporan_id) or BARU


def sekarang(ctx: Context) -> int:
    """Now, as far as the log tells, ms UTC.

    For a timer the moment it was set for, however late the engine is; else when the
    record in work was written. Never before a moment that was told.
    """
    isi = ctx.get(WAKTU, WAKTU)
    terakhir = 0 if isi is None else int(isi["waktu"])
    return terakhir if berbunyi(ctx) else max(terakhir, ctx.arrived_ms)


def berbunyi(ctx: Context) -> bool:
    """Whether a timer is in work, not something that somebody did."""
    return ctx.event.type == WAKTU_TIBA


def majukan(ctx: Context, waktu: int) -> None:
    """A moment was told; time never goes back."""
    isi = ctx.get(WAKTU, WAKTU)
    if isi is None or waktu > isi["waktu"]:
        ctx.put(WAKTU, WAKTU, {"waktu": waktu})


def kalender(aturan: Aturan, ctx: Context) -> Kalender:
    """The tenant's calendar with the holidays this task knows."""

    def libur(hari: int) -> bool:
        return ctx.get(LIBUR, str(hari)) is not None

    aduan = aturan.aduan
    kerja = aduan.hitungan == "KERJA"
    return Kalender(aduan.jam_kerja, aturan.zona, libur, kerja)


def terbuka(ctx: Context) -> Iterator[tuple[str, int]]:
    """Reports whose clocks may still change; when they were closed, 0 if open."""
    for laporan_id, isi in list(ctx.scan(TERBUKA, "", _AKHIR)):
        yield laporan_id, int(isi["sejak"])


def tandai(ctx: Context, laporan_id: str, ditutup: int) -> None:
    """Keep a report among those that a changed table may concern."""
    isi = {"sejak": ditutup}
    if ctx.get(TERBUKA, laporan_id) != isi:
        ctx.put(TERBUKA, laporan_id, isi)
