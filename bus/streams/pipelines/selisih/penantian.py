"""New differences wait until they have stood for a while: a first load takes time.

Plan, budget and spending of one sub-activity come by different sources, hours apart
when everything is read for the first time. What is new is told when the sub-activity
has had something new for `menetap_detik`, by the time its records were written; what
is gone by then is never told. Corrections and closings of what was told do not wait.
"""

from bus.streams.pipelines.selisih.aturan import Aturan
from bus.streams.pipelines.selisih.penahanan import TIMERS
from bus.streams.pipelines.selisih.penilaian import Temuan
from bus.streams.pipelines.selisih.terbitan import TEMUAN, kunci_temuan
from bus.streams.topology.context import Context

TETAP = "tetap"


def yang_terbit(
    aturan: Aturan, kunci: str, temuan: list[Temuan], ctx: Context, *, matang: bool
) -> list[Temuan]:
    """The findings that are told now.

    Args:
        aturan: how long new ones wait.
        kunci: the sub-activity.
        temuan: all that stand.
        ctx: of the event in work.
        matang: the wait is over.
    """
    isi = ctx.get(TEMUAN, kunci) or {"terbuka": []}
    terbuka = {(t["kunci"], t["jenis"]) for t in isi["terbuka"]}
    lama = [t for t in temuan if (kunci_temuan(kunci, t), t.jenis) in terbuka]
    nama = f"{TETAP}/{kunci}"
    if matang or not aturan.menetap_ms or len(lama) == len(temuan):
        TIMERS.cancel(ctx, nama)
        return temuan
    if TIMERS.when(ctx, nama) is None:
        TIMERS.set(ctx, nama, ctx.arrived_ms + aturan.menetap_ms)
    return lama


def tunggu_lagi(aturan: Aturan, kunci: str, waktu: int, ctx: Context) -> None:
    """The wait is over, but the sub-activity is changing, or held back."""
    TIMERS.set(ctx, f"{TETAP}/{kunci}", waktu + aturan.terlama_ms)
