"""Stage 2: one sub-activity, all its rows in one log; judged when changes settle.

A row only marks its sub-activity as changed. Judgement comes at `WaktuTiba`, when
nothing changed for a while, so that the two halves of a shift, or plan and budget of
a first load, are seen together. What is held back stays marked.
"""

from collections.abc import Iterable
from functools import partial

from bus.record import Event, Value
from bus.streams.pipelines.selisih import rujukan
from bus.streams.pipelines.selisih.aturan import Aturan, tanggal
from bus.streams.pipelines.selisih.gabungan import gabung
from bus.streams.pipelines.selisih.penahanan import (
    LINGKUP,
    TIMERS,
    WAKTU,
    diambil_ulang,
    ditahan,
    ditarik,
    lepas,
    lingkup_dari,
    selesai,
)
from bus.streams.pipelines.selisih.penantian import TETAP, tunggu_lagi, yang_terbit
from bus.streams.pipelines.selisih.penilaian import Saat, nilai
from bus.streams.pipelines.selisih.terbitan import TEMUAN, Pokok, terbitkan
from bus.streams.topology.context import Context
from bus.streams.topology.operators.store_key import below, joined
from bus.streams.topology.operators.timer import on_time
from bus.streams.topology.pipeline import Pipeline

NAMA = "selisih.kegiatan"
BARIS, KOTOR, NILAI, HARI = "baris", "kotor", "nilai", "hari"
SEKALI = 500
"""Sub-activities judged at one moment; the rest follows at the next."""
_SEBAB = 20


def pipeline(aturan: Aturan) -> Pipeline:
    """The judging stage."""
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_KEGIATAN,
        handlers={
            "BarisDipetakan": partial(baris_masuk, aturan),
            "BarisDitarik": partial(baris_keluar, aturan),
            "PengambilanDimulai": partial(diambil_ulang, aturan),
            "PengambilanSelesai": partial(selesai, aturan),
            "HariBerganti": partial(hari_berganti, aturan),
            "WaktuTiba": on_time(
                TIMERS,
                {
                    "nilai": partial(nilai_semua, aturan),
                    "tahan": partial(habis, aturan),
                    TETAP: partial(menetap, aturan),
                },
            ),
        },
        stores={
            BARIS: "BarisSelisih",
            TEMUAN: "TemuanSelisih",
            KOTOR: "KotorSelisih",
            NILAI: "NilaiSelisih",
            LINGKUP: "LingkupSelisih",
            HARI: "HariSelisih",
            WAKTU: "TimerTersimpan",
        },
        changelog="selisih.kegiatan.changelog.v1",
        sinks=(rujukan.SELISIH_STATE,),
        timers=WAKTU,
    )


def baris_masuk(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A row of this sub-activity is new or different."""
    if event.value is None:
        return
    isi = dict(event.value)
    ctx.put(BARIS, joined(event.key, isi.pop("baris")), isi)
    if ctx.get(TEMUAN, event.key) is None:
        ctx.put(TEMUAN, event.key, {"terbuka": []})
    lingkup = lingkup_dari(event.key, isi["kode_skpd_asal"])
    _kotori(aturan, event.key, ctx, [lingkup], [isi["asal_id"]])


def baris_keluar(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A row is not here any more; withdrawn ones may only be scraped again."""
    if event.value is None:
        return
    tempat = joined(event.key, event.value["baris"])
    if ctx.get(BARIS, tempat) is None:
        return
    ctx.put(BARIS, tempat, None)
    lingkup = lingkup_dari(event.key, event.value["kode_skpd_asal"])
    if event.value["ambil_ulang"]:
        ditarik(aturan, lingkup, ctx)
    _kotori(aturan, event.key, ctx, [lingkup], [event.value["asal_id"]])


def hari_berganti(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A new day; a new month (or the first day told) changes what time decides."""
    if event.value is None:
        return
    hari, lama = event.value["tanggal"], _hari(ctx)
    if lama is not None and hari <= lama:
        return
    ctx.put(HARI, HARI, {"tanggal": hari})
    if lama is not None and _bulan(lama) == _bulan(hari):
        return
    for kunci, _ in ctx.scan(TEMUAN, "", "~"):
        _kotori(aturan, kunci, ctx, [], [event.id])


def habis(aturan: Aturan, ctx: Context, lingkup: str, _: int) -> None:
    """The time a scope was held for is over."""
    lepas(lingkup, ctx)
    _bangunkan(aturan, ctx)


def nilai_semua(aturan: Aturan, ctx: Context, _: str, waktu: int) -> None:
    """Judge what changed, if changes have settled or waited long enough."""
    tunggu = ctx.get(NILAI, NILAI)
    if tunggu is None:
        return
    if tunggu["berubah"] and waktu < tunggu["mulai"] + aturan.terlama_ms:
        ctx.put(NILAI, NILAI, {**tunggu, "berubah": False})
        TIMERS.set(ctx, "nilai/", waktu + aturan.tenang_ms)
        return
    ctx.put(NILAI, NILAI, None)
    jumlah = 0
    for kunci, kotor in ctx.scan(KOTOR, "", "~"):
        if jumlah == SEKALI:
            ctx.put(NILAI, NILAI, {"berubah": False, "mulai": waktu})
            TIMERS.set(ctx, "nilai/", waktu)
            return
        jumlah += _nilai(aturan, kunci, kotor, ctx)


def menetap(aturan: Aturan, ctx: Context, kunci: str, waktu: int) -> None:
    """Something new has stood long enough: tell what stands now."""
    bersih: Value = {"lingkup": [], "sebab": []}
    berubah = ctx.get(KOTOR, kunci) is not None
    if berubah or not _nilai(aturan, kunci, bersih, ctx, matang=True):
        tunggu_lagi(aturan, kunci, waktu, ctx)


def _nilai(
    aturan: Aturan, kunci: str, kotor: Value, ctx: Context, *, matang: bool = False
) -> bool:
    """Judge one sub-activity unless one of its offices is held; whether it was."""
    baris = [isi for _, isi in ctx.scan(BARIS, *below(kunci))]
    asal = (lingkup_dari(kunci, isi["kode_skpd_asal"]) for isi in baris)
    if ditahan({*kotor["lingkup"], *asal}, ctx):
        return False
    tahun, skpd, _ = kunci.split("|", 2)
    kegiatan = gabung(skpd, baris)
    temuan = nilai(aturan, kegiatan, skpd, Saat(int(tahun), _hari(ctx)))
    temuan = yang_terbit(aturan, kunci, temuan, ctx, matang=matang)
    terbitkan(aturan, Pokok(kunci, kegiatan, tuple(kotor["sebab"])), temuan, ctx)
    ctx.put(KOTOR, kunci, None)
    if not baris:
        ctx.put(TEMUAN, kunci, None)
    return True


def _kotori(
    aturan: Aturan,
    kunci: str,
    ctx: Context,
    lingkup: Iterable[str],
    sebab: Iterable[str],
) -> None:
    """Mark a sub-activity as changed, and see to it that it is judged."""
    lama = ctx.get(KOTOR, kunci) or {"lingkup": [], "sebab": []}
    baru = {
        "lingkup": sorted({*lama["lingkup"], *lingkup}),
        "sebab": list(dict.fromkeys((*lama["sebab"], *sebab)))[-_SEBAB:],
    }
    if baru != lama:
        ctx.put(KOTOR, kunci, baru)
    _bangunkan(aturan, ctx)


def _bangunkan(aturan: Aturan, ctx: Context) -> None:
    """Set the timer of judgement; while it is set, only note that something changed."""
    tunggu = ctx.get(NILAI, NILAI)
    if tunggu is None:
        ctx.put(NILAI, NILAI, {"berubah": False, "mulai": ctx.arrived_ms})
        TIMERS.set(ctx, "nilai/", ctx.arrived_ms + aturan.tenang_ms)
    elif not tunggu["berubah"]:
        ctx.put(NILAI, NILAI, {**tunggu, "berubah": True})


def _hari(ctx: Context) -> int | None:
    isi = ctx.get(HARI, HARI)
    return None if isi is None else int(isi["tanggal"])


def _bulan(hari: int) -> tuple[int, int]:
    kini = tanggal(hari)
    return kini.year, kini.month
