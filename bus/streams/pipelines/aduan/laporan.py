"""Stage 1, by report: who has it, how long it may take, when somebody is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bus.record import DIBATALKAN
from bus.streams.pipelines.aduan import fakta as f
from bus.streams.pipelines.aduan import rujukan, simpanan, tabel
from bus.streams.pipelines.aduan.pembaruan import TIMERS, dirutekan, perbarui
from bus.streams.pipelines.aduan.perutean import DARURAT, rute_darurat
from bus.streams.pipelines.aduan.sidik import sidik_pelapor, sidik_teks
from bus.streams.topology.operators.timer import TIMER_RECORD, WAKTU, on_time
from bus.streams.topology.pipeline import Pipeline

if TYPE_CHECKING:
    from bus.record import Event, Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

NAMA = "aduan.laporan"

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
    waktunya = on_time(TIMERS, {"jam": partial(tabel.jam_berbunyi, aturan)})
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_LAPORAN,
        handlers={
            "LaporanDiterima": partial(diterima, aturan),
            **dict.fromkeys(TINDAK, partial(ditindak, aturan)),
            "LaporanDigolongkan": partial(digolongkan, aturan),
            "JawabanBersama": partial(dijawab_bersama, aturan),
            "LiburDitetapkan": partial(tabel.libur_ditetapkan, aturan),
            "RuteAduanDitetapkan": partial(tabel.rute_ditetapkan, aturan),
            "OpdDitetapkan": partial(tabel.opd_ditetapkan, aturan),
            WAKTU: partial(tabel.waktu_tiba, waktunya),
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


def ditindak(aturan: Aturan, event: Event, ctx: Context) -> None:
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
    perbarui(aturan, event.key, laporan, ctx)


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
