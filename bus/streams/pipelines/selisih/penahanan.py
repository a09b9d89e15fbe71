"""Holding findings back while a source replaces its rows.

A re-scrape sets all rows of an office inactive for minutes and inserts them again
(`domain.md` §2.2 f). A scope, one office and year as the source writes it, is held
from a start mark or from the first withdrawn row, until shortly after the end mark;
without one, until nothing was withdrawn for a while.
"""

from collections.abc import Iterable

from bus.record import Event
from bus.streams.pipelines.selisih.aturan import Aturan
from bus.streams.pipelines.selisih.kode import bersih
from bus.streams.pipelines.selisih.rujukan import SEMUA
from bus.streams.topology.context import Context
from bus.streams.topology.operators.timer import Timers

LINGKUP, WAKTU = "lingkup", "waktu"
TIMERS = Timers(WAKTU)
TANDA, TARIK, SELESAI = "TANDA", "TARIK", "SELESAI"
_SEKETIKA_MS = 1000


def lingkup_dari(kunci: str, skpd_asal: str) -> str:
    """The scope of a row: fiscal year of its key, office as its source writes it."""
    return f"{kunci.partition('|')[0]}|{skpd_asal}"


def ditahan(lingkup: Iterable[str], ctx: Context) -> bool:
    """Whether one of these scopes is held, or their whole year."""
    for satu in lingkup:
        semua = f"{satu.partition('|')[0]}|{SEMUA}"
        if ctx.get(LINGKUP, satu) is not None or ctx.get(LINGKUP, semua) is not None:
            return True
    return False


def diambil_ulang(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A source begins to replace its rows."""
    lingkup = _dari_tanda(event)
    if lingkup is not None:
        ctx.put(LINGKUP, lingkup, {"sebab": TANDA})
        _sampai(lingkup, ctx.arrived_ms + aturan.tahan_ms, ctx)


def selesai(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A source has replaced its rows; the last of them are still on their way."""
    lingkup = _dari_tanda(event)
    if lingkup is not None:
        ctx.put(LINGKUP, lingkup, {"sebab": SELESAI})
        TIMERS.set(ctx, f"tahan/{lingkup}", ctx.arrived_ms + aturan.tanda_tenang_ms)


def ditarik(aturan: Aturan, lingkup: str, ctx: Context) -> None:
    """A row was withdrawn: perhaps for good, perhaps it comes again in a minute."""
    ada = ctx.get(LINGKUP, lingkup)
    if ada is None:
        ctx.put(LINGKUP, lingkup, {"sebab": TARIK})
    selesai_sudah = ada is not None and ada["sebab"] == SELESAI
    lama = aturan.tanda_tenang_ms if selesai_sudah else aturan.tahan_ms
    _sampai(lingkup, ctx.arrived_ms + lama, ctx)


def lepas(lingkup: str, ctx: Context) -> None:
    """The scope is free again."""
    ctx.put(LINGKUP, lingkup, None)


def _sampai(lingkup: str, waktu: int, ctx: Context) -> None:
    """Hold at least until then; moved by whole seconds only, many rows come at once."""
    ada = TIMERS.when(ctx, f"tahan/{lingkup}")
    if ada is None or ada < waktu - _SEKETIKA_MS:
        TIMERS.set(ctx, f"tahan/{lingkup}", waktu)


def _dari_tanda(event: Event) -> str | None:
    if event.value is None:
        return None
    return f"{event.value['tahun']}|{bersih(event.value['kode_skpd'])}"
