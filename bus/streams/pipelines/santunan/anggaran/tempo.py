"""When reservations end: day ticks, and a list per day of what ends then.

Days come only from `HariBerganti` records in this stage's own log. Reservations made
before the first tick (the first load of old claims) run from that tick on, so that
a Pemda's history does not expire the moment the bus starts.
"""

from bisect import insort

from bus.record import Value
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context

TEMPO, JATUH_TEMPO = "tempo", "jatuh_tempo"


def _tempo(ctx: Context) -> Value:
    return ctx.get(TEMPO, TEMPO) or {"tanggal": None, "jatuh_tempo": []}


def kedaluwarsa(aturan: Aturan, tgl: int, ctx: Context) -> int:
    """The last day of a reservation made on a day, or today if that is later."""
    return max(tgl, _tempo(ctx)["tanggal"] or 0) + aturan.santunan.reservasi_hari


def catat_tempo(nomor: str, batas: int, ctx: Context) -> None:
    """Note that a reservation ends after this day."""
    isi = ctx.get(JATUH_TEMPO, str(batas)) or {"reservasi": []}
    ctx.put(JATUH_TEMPO, str(batas), {"reservasi": [*isi["reservasi"], nomor]})
    tempo = _tempo(ctx)
    if batas not in tempo["jatuh_tempo"]:
        hari = list(tempo["jatuh_tempo"])
        insort(hari, batas)
        ctx.put(TEMPO, TEMPO, {**tempo, "jatuh_tempo": hari})


def hapus_tempo(nomor: str, reservasi: Value, ctx: Context) -> None:
    """Forget the end of a reservation that is used or released."""
    batas = str(reservasi["kedaluwarsa"])
    isi = ctx.get(JATUH_TEMPO, batas)
    if isi is not None:
        lain = [n for n in isi["reservasi"] if n != nomor]
        ctx.put(JATUH_TEMPO, batas, {"reservasi": lain} if lain else None)


def yang_jatuh_tempo(aturan: Aturan, hari: int, ctx: Context) -> list[str]:
    """Reservations whose last day is over; a day seen before gives none."""
    tempo = _tempo(ctx)
    if tempo["tanggal"] is not None and hari <= tempo["tanggal"]:
        return []
    lewat = [h for h in tempo["jatuh_tempo"] if h < hari]
    tetap = [h for h in tempo["jatuh_tempo"] if h >= hari]
    pertama = tempo["tanggal"] is None
    ctx.put(TEMPO, TEMPO, {"tanggal": hari, "jatuh_tempo": tetap})
    nomor: list[str] = []
    for batas in lewat:
        isi = ctx.get(JATUH_TEMPO, str(batas))
        nomor += isi["reservasi"] if isi else []
        ctx.put(JATUH_TEMPO, str(batas), None)
    if not pertama:
        return nomor
    for satu in nomor:
        catat_tempo(satu, hari + aturan.santunan.reservasi_hari, ctx)
    return []
