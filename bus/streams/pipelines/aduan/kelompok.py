"""Stage 2, by category: fifty reports of one flood are one incident, fifty answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan import insiden, rujukan
from bus.streams.pipelines.aduan.ganda import TERLIHAT, yang_sama
from bus.streams.pipelines.aduan.himpunan import KELOMPOK, SEL, himpun
from bus.streams.topology.pipeline import Pipeline

if TYPE_CHECKING:
    from bus.record import Event, Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.topology.context import Context

NAMA = "aduan.kelompok"
ANGGOTA = "anggota"

_BARU: Value = {
    "kelompok_id": None,
    "utama": None,
    "duplikat": [],
    "selesai": False,
    "kode_skpd": None,
    "jawaban": None,
    "bukti_hash": [],
    "waktu": None,
    "event_id": None,
}
_SENDIRI: Value = {}
_JAWABAN = ("kode_skpd", "jawaban", "bukti_hash", "waktu", "event_id")


def pipeline(aturan: Aturan) -> Pipeline:
    """The group stage."""
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_KELOMPOK,
        handlers={
            "LaporanDitempatkan": partial(ditempatkan, aturan),
            "AnggotaSelesai": partial(selesai, aturan),
            "AnggotaDibuka": partial(dibuka, aturan),
        },
        stores={
            ANGGOTA: "AnggotaTersimpan",
            KELOMPOK: "KelompokAduan",
            SEL: "SelPeta",
            TERLIHAT: "TerlihatTersimpan",
        },
        changelog="aduan.kelompok.changelog.v1",
        sinks=(rujukan.KE_LAPORAN, rujukan.INSIDEN),
    )


def ditempatkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A new report: a repetition, one more of an incident, or on its own."""
    nilai = event.value
    if nilai is None or ctx.get(ANGGOTA, nilai["laporan_id"]) is not None:
        return
    asal = None if nilai["darurat"] else yang_sama(aturan, nilai, ctx)
    if asal is not None:
        _gabungkan(nilai, asal, ctx)
        return
    hasil = himpun(aturan, nilai, ctx)
    nomor, kelompok = hasil or (None, _SENDIRI)
    ctx.put(ANGGOTA, nilai["laporan_id"], {**_BARU, "kelompok_id": nomor})
    baru = None
    if nomor is not None:
        baru = insiden.tambah(aturan, nomor, kelompok, nilai, ctx)
    if baru is None:
        _golongkan(nilai["laporan_id"], ctx)
        return
    for laporan_id in kelompok["anggota"] if baru else (nilai["laporan_id"],):
        _golongkan(laporan_id, ctx, insiden_id=nomor)


def selesai(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A report was answered, or need not be: its repetitions and its incident hear."""
    nilai = event.value
    if nilai is None:
        return
    laporan_id = nilai["laporan_id"]
    anggota = ctx.get(ANGGOTA, laporan_id) or _BARU
    anggota = {**anggota, "selesai": True}
    if nilai["jawaban"] is not None:
        anggota |= {nama: nilai[nama] for nama in _JAWABAN}
    ctx.put(ANGGOTA, laporan_id, anggota)
    nomor = anggota["kelompok_id"]
    kelompok = None if nomor is None else ctx.get(KELOMPOK, nomor)
    if nilai["jawaban"] is not None:
        for lain in _yang_ikut(aturan, laporan_id, anggota, kelompok, ctx):
            _jawab(lain, laporan_id, anggota, ctx)
    if kelompok and all(_sudah(satu, ctx) for satu in kelompok["anggota"]):
        insiden.tutup(aturan, nomor, kelompok, nilai["waktu"], ctx)


def dibuka(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A report is open again; its incident, if it still is, waits for it."""
    del aturan
    nilai = event.value
    anggota = None if nilai is None else ctx.get(ANGGOTA, nilai["laporan_id"])
    if nilai is not None and anggota is not None:
        ctx.put(ANGGOTA, nilai["laporan_id"], {**anggota, "selesai": False})


def _yang_ikut(
    aturan: Aturan,
    laporan_id: str,
    anggota: Value,
    kelompok: Value | None,
    ctx: Context,
) -> list[str]:
    """The other reports this answer holds for, in order."""
    ikut = list(anggota["duplikat"])
    bersama = aturan.aduan.jawaban_bersama and kelompok and kelompok["dibuka"]
    for lain in kelompok["anggota"] if kelompok and bersama else ():
        if lain != laporan_id and not _sudah(lain, ctx):
            ikut += [lain, *(ctx.get(ANGGOTA, lain) or _BARU)["duplikat"]]
    return ikut


def _sudah(laporan_id: str, ctx: Context) -> bool:
    return bool((ctx.get(ANGGOTA, laporan_id) or _BARU)["selesai"])


def _gabungkan(nilai: Value, asal: str, ctx: Context) -> None:
    """A repetition follows the first report, also where that was answered already."""
    laporan_id = nilai["laporan_id"]
    utama = ctx.get(ANGGOTA, asal) or _BARU
    if utama["utama"] is not None:
        asal, utama = utama["utama"], ctx.get(ANGGOTA, utama["utama"]) or _BARU
    ctx.put(ANGGOTA, asal, {**utama, "duplikat": [*utama["duplikat"], laporan_id]})
    ctx.put(ANGGOTA, laporan_id, {**_BARU, "utama": asal})
    _golongkan(laporan_id, ctx, duplikat_dari=asal)
    if utama["selesai"] and utama["jawaban"] is not None:
        _jawab(laporan_id, asal, utama, ctx)


def _golongkan(
    laporan_id: str,
    ctx: Context,
    *,
    insiden_id: str | None = None,
    duplikat_dari: str | None = None,
) -> None:
    ctx.emit(
        rujukan.KE_LAPORAN,
        "LaporanDigolongkan",
        laporan_id,
        {
            "laporan_id": laporan_id,
            "insiden_id": insiden_id,
            "duplikat_dari": duplikat_dari,
            "dasar": [ctx.event.causation_id or ctx.event.id],
        },
        classification=rujukan.INTERNAL,
    )


def _jawab(laporan_id: str, dari: str, jawaban: Value, ctx: Context) -> None:
    ctx.emit(
        rujukan.KE_LAPORAN,
        "JawabanBersama",
        laporan_id,
        {
            "laporan_id": laporan_id,
            "dari": dari,
            "insiden_id": jawaban["kelompok_id"],
            "kode_skpd": jawaban["kode_skpd"] or "",
            "jawaban": jawaban["jawaban"],
            "bukti_hash": jawaban["bukti_hash"],
            "waktu": jawaban["waktu"],
            "event_id": jawaban["event_id"],
        },
        classification=rujukan.INTERNAL,
        time_ms=jawaban["waktu"],
    )
