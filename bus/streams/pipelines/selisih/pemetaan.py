"""Stage 1: every row of plan, budget and spending under the codes that hold.

Rows are kept as their source wrote them, so that a map that arrives later (or is
corrected) moves them. What a row was moved for is told to its old place too.
"""

from functools import partial

from bus.record import DIBATALKAN, Event, Value
from bus.streams.pipelines.selisih import rujukan
from bus.streams.pipelines.selisih.asal import (
    asal_anggaran,
    asal_realisasi,
    asal_rencana,
)
from bus.streams.pipelines.selisih.aturan import Aturan
from bus.streams.pipelines.selisih.kode import Tujuan, bersih, petakan
from bus.streams.topology.context import Context
from bus.streams.topology.operators.store_key import below, joined, split
from bus.streams.topology.operators.timer import Timers, on_time
from bus.streams.topology.pipeline import Pipeline

NAMA = "selisih.pemetaan"
ASAL, PETA, RUJUKAN, ULANG, WAKTU = "asal", "peta", "rujukan", "ulang", "waktu"
SEKALI = 500
"""Rows mapped again at one moment; the rest follows at the next."""
TIMERS = Timers(WAKTU)


def pipeline(aturan: Aturan) -> Pipeline:
    """The mapping stage."""
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_PEMETAAN,
        handlers={
            "RencanaDitetapkan": partial(rencana, aturan),
            "AnggaranDitetapkan": partial(anggaran, aturan),
            "RealisasiDicatat": partial(realisasi, aturan),
            "PemetaanKodeDitetapkan": peta_berubah,
            "WaktuTiba": on_time(TIMERS, {"ulang": partial(petakan_ulang, aturan)}),
        },
        stores={
            ASAL: "BarisAsal",
            PETA: "PetaKode",
            RUJUKAN: "RujukanKode",
            ULANG: "RujukanKode",
            WAKTU: "TimerTersimpan",
        },
        changelog="selisih.pemetaan.changelog.v1",
        sinks=(rujukan.KE_KEGIATAN,),
        timers=WAKTU,
    )


def rencana(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A plan was set, changed or withdrawn."""
    if event.value is not None:
        _terima(aturan, asal_rencana(aturan, event, event.value), event, ctx)


def anggaran(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A budget line was set, changed or withdrawn."""
    if event.value is not None:
        _terima(aturan, asal_anggaran(event, event.value), event, ctx)


def realisasi(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A payment was recorded, corrected or withdrawn."""
    if event.value is not None:
        _terima(aturan, asal_realisasi(aturan, event, event.value), event, ctx)


def _terima(aturan: Aturan, asal: Value, event: Event, ctx: Context) -> None:
    """Keep a row as it is now: one per source row and key, whatever its version."""
    baris = f"{asal['sisi']}|{event.key}|{(event.value or {})['sumber_ref']}"
    lama = ctx.get(ASAL, baris)
    kunci = None if lama is None else lama["kunci"]
    if event.operation == DIBATALKAN:
        ctx.put(ASAL, baris, None)
        if kunci is not None:
            _tarik(baris, kunci, asal, ctx, ambil_ulang=True)
        return
    if lama is None or lama["asal_id"] != event.id:
        _tempatkan(aturan, baris, {**asal, "kunci": kunci}, ctx)


def _tempatkan(aturan: Aturan, baris: str, asal: Value, ctx: Context) -> None:
    """Send a row to where its codes say, and take it away from where it was."""
    tujuan = _tujuan(aturan, asal, ctx)
    for kode in dict.fromkeys(tujuan.dilihat):
        ctx.put(RUJUKAN, joined(kode, baris), {"ada": True})
    if asal["kunci"] not in {None, tujuan.kunci}:
        _tarik(baris, asal["kunci"], asal, ctx, ambil_ulang=False)
    ctx.put(ASAL, baris, {**asal, "kunci": tujuan.kunci})
    ctx.emit(
        rujukan.KE_KEGIATAN,
        "BarisDipetakan",
        tujuan.kunci,
        {"baris": baris, **_isi(asal, tujuan)},
        classification=rujukan.INTERNAL,
    )


def _tujuan(aturan: Aturan, asal: Value, ctx: Context) -> Tujuan:
    def peta(jenis: str, kode: str) -> Value | None:
        return ctx.get(PETA, f"{jenis}|{kode}")

    return petakan(peta, asal, aturan.selisih.sub_giat_gaji)


def _isi(asal: Value, tujuan: Tujuan) -> Value:
    tetap = (
        *("sisi", "tahap", "versi", "jumlah", "pagu_murni", "kas", "gugur", "tgl"),
        *("nama", "waktu", "asal_id"),
    )
    return {
        **{nama: asal[nama] for nama in tetap},
        "kode_skpd_asal": bersih(asal["kode_skpd"]),
        "kode_asal": bersih(asal["kode_sub_giat"]),
        "kode_akun": tujuan.kode_akun,
        "takterpetakan": tujuan.takterpetakan,
    }


def _tarik(
    baris: str, kunci: str, asal: Value, ctx: Context, *, ambil_ulang: bool
) -> None:
    ctx.emit(
        rujukan.KE_KEGIATAN,
        "BarisDitarik",
        kunci,
        {
            "baris": baris,
            "kode_skpd_asal": bersih(asal["kode_skpd"]),
            "ambil_ulang": ambil_ulang,
            "asal_id": ctx.event.id,
        },
        classification=rujukan.INTERNAL,
    )


def peta_berubah(event: Event, ctx: Context) -> None:
    """A code got a successor, another one, or none: its rows are mapped again.

    The map stands in every partition, so the same event arrives in all of them; what
    is sent must not hang on its id. The rows are noted, and sent by the timer.
    """
    nilai = event.value
    if nilai is None:
        return
    kode = f"{nilai['jenis']}|{bersih(nilai['kode_lama'])}"
    baru = None
    if event.operation != DIBATALKAN:
        baru = {
            "kode_baru": nilai["kode_baru"],
            "dari": nilai["berlaku_dari"],
            "sampai": nilai["berlaku_sampai"],
        }
    if ctx.get(PETA, kode) == baru:
        return
    ctx.put(PETA, kode, baru)
    terkena = False
    for tempat, _ in ctx.scan(RUJUKAN, *below(kode)):
        _, baris = split(tempat)
        ctx.put(ULANG, baris, {"ada": True})
        terkena = True
    if terkena:
        TIMERS.set(ctx, "ulang/", ctx.arrived_ms)


def petakan_ulang(aturan: Aturan, ctx: Context, _: str, waktu: int) -> None:
    """The rows whose codes the map changed; a part of them at a time."""
    nomor = 0
    for nomor, (baris, _ada) in enumerate(ctx.scan(ULANG, "", "~"), start=1):
        if nomor > SEKALI:
            TIMERS.set(ctx, "ulang/", waktu)
            return
        ctx.put(ULANG, baris, None)
        asal = ctx.get(ASAL, baris)
        if asal is not None:
            _tempatkan(aturan, baris, asal, ctx)
