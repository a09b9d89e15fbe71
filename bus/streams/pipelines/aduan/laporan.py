"""Stage 1, by report: who has it, how long it may take, when somebody is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bus.record import DIBATALKAN, event_id
from bus.streams.pipelines.aduan import fakta as f
from bus.streams.pipelines.aduan import rujukan, simpanan
from bus.streams.pipelines.aduan.jam import berikut
from bus.streams.pipelines.aduan.kalender import SEHARI_MS, awal_hari
from bus.streams.pipelines.aduan.perjalanan import jalani
from bus.streams.pipelines.aduan.perutean import (
    DARURAT,
    catat_rute,
    rute,
    rute_darurat,
)
from bus.streams.pipelines.aduan.pesan import Pesan
from bus.streams.pipelines.aduan.sidik import sidik_pelapor, sidik_teks
from bus.streams.pipelines.aduan.terbitan import terbitkan, yang_diharapkan
from bus.streams.topology.operators.timer import TIMER_RECORD, WAKTU, Timers, on_time
from bus.streams.topology.pipeline import Pipeline

if TYPE_CHECKING:
    from bus.record import Event, Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

NAMA = "aduan.laporan"
TIMERS = Timers(simpanan.TIMER)

TINDAK = {
    "LaporanDiverifikasi": f.VERIFIKASI,
    "LaporanDitindaklanjuti": f.JAWAB,
    "LaporanMenungguPelapor": f.TUNGGU,
    "LaporanDilengkapi": f.LENGKAP,
    "LaporanDikembalikan": f.KEMBALI,
    "LaporanDibukaKembali": f.BUKA,
}
_ISI = ("kategori", "judul", "teks", "foto_hash", "rahasia", "kanal")
_TEMPAT = ("lat_e6", "lng_e6", "alamat", "kode_desa")
_TANPA_TEMPAT = dict.fromkeys(_TEMPAT)


def pipeline(aturan: Aturan) -> Pipeline:
    """The report stage."""
    waktunya = on_time(TIMERS, {"jam": partial(jam_berbunyi, aturan)})
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_LAPORAN,
        handlers={
            "LaporanDiterima": partial(diterima, aturan),
            **dict.fromkeys(TINDAK, partial(ditindak, aturan)),
            "LaporanDigolongkan": partial(digolongkan, aturan),
            "JawabanBersama": partial(dijawab_bersama, aturan),
            "LiburDitetapkan": partial(libur_ditetapkan, aturan),
            "RuteAduanDitetapkan": partial(rute_ditetapkan, aturan),
            "OpdDitetapkan": partial(opd_ditetapkan, aturan),
            "HariBerganti": partial(hari_berganti, aturan),
            WAKTU: partial(waktu_tiba, waktunya),
        },
        stores={
            simpanan.LAPORAN: "LaporanTersimpan",
            simpanan.TERBUKA: "DaftarLaporan",
            simpanan.LIBUR: "LiburTersimpan",
            simpanan.RUTE: "RuteTersimpan",
            simpanan.OPD: "OpdTersimpan",
            simpanan.WAKTU: "WaktuTersimpan",
            simpanan.TIMER: TIMER_RECORD,
        },
        changelog="aduan.laporan.changelog.v1",
        sinks=(rujukan.LAPORAN, rujukan.STATUS, rujukan.SLA, rujukan.KE_KELOMPOK),
        timers=simpanan.TIMER,
    )


# From the apps


def diterima(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A report came in, was corrected, or was withdrawn at its source."""
    nilai = event.value
    if nilai is None:
        return
    laporan = simpanan.buka(event.key, ctx)
    if event.operation == DIBATALKAN:
        saat = max(event.time_ms, simpanan.sekarang(ctx))
        batal = f.fakta(f.BATAL, saat, event.id, sumber_ref=nilai["sumber_ref"])
        perbarui(aturan, event.key, f.catat(laporan, batal), ctx)
        return
    pertama = laporan["diterima"] is None
    laporan = _terisi(aturan, f.tanpa(laporan, f.BATAL, nilai["sumber_ref"]), event)
    if pertama and laporan["darurat"]:
        laporan = f.catat(laporan, rute_darurat(aturan, laporan))
    if pertama:
        laporan = _tempatkan(event, laporan, ctx)
    perbarui(aturan, event.key, dirutekan(aturan, laporan, ctx), ctx)


def ditindak(_aturan: Aturan, event: Event, ctx: Context) -> None:
    """The complaints team, an office or the citizen did something about a report."""
    nilai = event.value
    if nilai is None:
        return
    laporan, jenis = simpanan.buka(event.key, ctx), TINDAK[event.type]
    if event.operation == DIBATALKAN:
        laporan = f.tanpa(laporan, jenis, nilai["sumber_ref"])
    else:
        isi = {
            "kode_skpd": nilai.get("kode_skpd"),
            "teks": nilai.get("catatan"),
            "bukti_hash": nilai.get("bukti_hash", []),
            "akhir": nilai.get("tahap") == "SELESAI",
            "sumber_ref": nilai["sumber_ref"],
        }
        laporan = f.catat(laporan, f.fakta(jenis, nilai["waktu"], event.id, **isi))
    perbarui(_aturan, event.key, laporan, ctx)


# From the group stage


def digolongkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The group stage has looked: part of an incident, a duplicate, or neither."""
    nilai = event.value
    if nilai is None:
        return
    laporan = {
        **simpanan.buka(event.key, ctx),
        "digolongkan": True,
        "insiden_id": nilai["insiden_id"],
        "duplikat_dari": nilai["duplikat_dari"],
    }
    perbarui(aturan, event.key, dirutekan(aturan, laporan, ctx), ctx)


def dijawab_bersama(aturan: Aturan, event: Event, ctx: Context) -> None:
    """Another report of the same incident, or the first of two, was answered."""
    nilai = event.value
    if nilai is None:
        return
    jawab = f.fakta(
        f.BERSAMA,
        nilai["waktu"],
        nilai["event_id"],
        kode_skpd=nilai["kode_skpd"],
        teks=nilai["jawaban"],
        bukti_hash=nilai["bukti_hash"],
        akhir=True,
        rujukan=nilai["dari"],
    )
    laporan = f.catat(simpanan.buka(event.key, ctx), jawab)
    perbarui(aturan, event.key, laporan, ctx)


# Tables and time


def libur_ditetapkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A holiday was decreed or taken back: every clock is counted anew."""
    nilai = event.value
    if nilai is None:
        return
    hari = str(nilai["tanggal"])
    isi = {"nama": nilai["nama"], "event_id": event.id}
    dicabut = event.operation == DIBATALKAN
    ctx.put(simpanan.LIBUR, hari, None if dicabut else isi)
    lama = simpanan.sekarang(ctx) - aturan.aduan.koreksi_libur_hari * SEHARI_MS
    for laporan_id, ditutup in simpanan.terbuka(ctx):
        if ditutup and ditutup < lama:
            ctx.put(simpanan.TERBUKA, laporan_id, None)
        else:
            perbarui(aturan, laporan_id, simpanan.buka(laporan_id, ctx), ctx)


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


def hari_berganti(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A new day: what the task knows of time, for reports that come in late."""
    if event.value is not None:
        simpanan.majukan(ctx, awal_hari(event.value["tanggal"], aturan.zona))


def waktu_tiba(waktunya: object, event: Event, ctx: Context) -> None:
    """A moment some clock waits for has come."""
    if event.value is not None and callable(waktunya):
        simpanan.majukan(ctx, event.value["waktu"])
        waktunya(event, ctx)


def jam_berbunyi(aturan: Aturan, ctx: Context, laporan_id: str, _saat: int) -> None:
    """A warning, a level, or the end of a pause is due for one report."""
    perbarui(aturan, laporan_id, simpanan.buka(laporan_id, ctx), ctx)


# Shared


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


def perbarui(aturan: Aturan, laporan_id: str, laporan: Value, ctx: Context) -> None:
    """Work out where a report stands, say what is new, and set its alarm."""
    if laporan["diterima"] is None:
        ctx.put(simpanan.LAPORAN, laporan_id, laporan)
        return
    kalender, saat = simpanan.kalender(aturan, ctx), simpanan.sekarang(ctx)
    ada = jalani(aturan, laporan, kalender.sehari, saat)
    harap = yang_diharapkan(laporan, ada, kalender, saat)
    pesan = Pesan(aturan, laporan_id, laporan, ada, kalender, ctx)
    terbitkan(pesan, laporan["terbit"], harap)
    laporan = {**laporan, "terbit": harap}
    status = Pesan(aturan, laporan_id, laporan, ada, kalender, ctx).status()
    sidik = event_id(repr(sorted(status.items())))
    if sidik != laporan["status_sidik"]:
        pesan.umumkan(status)
        laporan["status_sidik"] = sidik
    bangun = [berikut(jam, kalender, saat) for jam in ada.jam] + [ada.lanjut]
    nanti = min((s for s in bangun if s is not None), default=None)
    if nanti is None:
        TIMERS.cancel(ctx, f"jam/{laporan_id}")
    else:
        TIMERS.set(ctx, f"jam/{laporan_id}", nanti)
    simpanan.tandai(ctx, laporan_id, ada.ditutup or 0)
    ctx.put(simpanan.LAPORAN, laporan_id, laporan)


def _terisi(aturan: Aturan, laporan: Value, event: Event) -> Value:
    nilai = event.value or {}
    teks = f"{nilai['judul'] or ''} {nilai['teks']}"
    return {
        **laporan,
        **{nama: nilai[nama] for nama in _ISI},
        **{nama: (nilai["lokasi"] or _TANPA_TEMPAT)[nama] for nama in _TEMPAT},
        "diterima": laporan["diterima"] or nilai["waktu"],
        "event_id": laporan["event_id"] or event.id,
        "kategori": (nilai["kategori"] or "").strip().upper() or None,
        "darurat": laporan["darurat"] or aturan.darurat(teks),
    }


def _tempatkan(event: Event, laporan: Value, ctx: Context) -> Value:
    """Ask the group stage; it learns neither the text nor the reporter.

    A danger to life is an incident even if nobody said of which kind.
    """
    golongan = laporan["kategori"] or (DARURAT if laporan["darurat"] else None)
    if golongan is None:
        return laporan
    nilai = event.value or {}
    tempat = ("kode_desa", "lat_e6", "lng_e6", "kanal", "darurat")
    pelapor = None if laporan["rahasia"] or nilai["anonim"] else nilai["pelapor"]
    ctx.emit(
        rujukan.KE_KELOMPOK,
        "LaporanDitempatkan",
        golongan,
        {
            "laporan_id": event.key,
            "kategori": golongan,
            **{nama: laporan[nama] for nama in tempat},
            "waktu": laporan["diterima"],
            "sidik_teks": sidik_teks(laporan["teks"]),
            "sidik_pelapor": sidik_pelapor(pelapor),
            "event_id": event.id,
        },
        classification=rujukan.INTERNAL,
    )
    return {**laporan, "golongan": golongan}


def _rutekan_yang_menunggu(aturan: Aturan, ctx: Context) -> None:
    for laporan_id, ditutup in simpanan.terbuka(ctx):
        if ditutup:
            continue
        laporan = simpanan.buka(laporan_id, ctx)
        sesudah = dirutekan(aturan, laporan, ctx)
        if sesudah is not laporan:
            perbarui(aturan, laporan_id, sesudah, ctx)
