"""Stage 3, by deceased: everything about one claim meets here, in one order."""

from functools import partial

from bus.record import Event, Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.kematian import wafat_pasti
from bus.streams.pipelines.santunan.klaim.langkah import jalankan
from bus.streams.pipelines.santunan.klaim.reservasi import jawab, pindah_tahun
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.simpanan import (
    HARI,
    KLAIM_STORE,
    TUNGGU_STORE,
    buka,
    hari_ini,
    semua_tunggu,
    simpan,
)
from bus.streams.pipelines.santunan.klaim.terbitan import DISETUJUI, MENUNGGU_ANGGARAN
from bus.streams.topology.context import Context
from bus.streams.topology.pipeline import Pipeline

NAMA = "santunan.klaim"


def pipeline(aturan: Aturan) -> Pipeline:
    """The claim stage."""
    jawaban = partial(jawaban_anggaran, aturan)
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_KLAIM,
        handlers={
            "PerkaraDilengkapi": partial(perkara, aturan),
            "WarisDiminati": partial(waris_diminati, aturan),
            "WarisMeninggal": partial(waris_meninggal, aturan),
            "ReservasiDiberikan": jawaban,
            "ReservasiDiantrekan": jawaban,
            "ReservasiHabisWaktu": jawaban,
            "HariBerganti": partial(hari_berganti, aturan),
        },
        stores={
            KLAIM_STORE: "KlaimTersimpan",
            HARI: "HariTersimpan",
            TUNGGU_STORE: "DaftarTunggu",
        },
        changelog="santunan.klaim.changelog.v1",
        sinks=(
            rujukan.KE_KLAIM,
            rujukan.KE_ANGGARAN,
            rujukan.SANTUNAN,
            rujukan.MUTU,
        ),
    )


def perkara(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The case with its family, as complete as it is known now."""
    nilai = event.value
    if nilai is None:
        return
    klaim = buka(event.key, ctx)
    lama = klaim["perkara"]
    if lama is not None and lama["versi"] > nilai["perkara"]["versi"]:
        return
    klaim = {**klaim, "perkara": nilai["perkara"], "keluarga": nilai["keluarga"]}
    klaim = _kabarkan(event.key, klaim, ctx)
    simpan(event.key, jalankan(Sidang(aturan, event.key, ctx), klaim), ctx)


def waris_diminati(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A claim wants to know when this person dies; maybe they already have."""
    nilai = event.value
    if nilai is None:
        return
    klaim = buka(event.key, ctx)
    peminat = nilai["peminat"]
    if peminat in klaim["peminat"]:
        return
    simpan(event.key, {**klaim, "peminat": [*klaim["peminat"], peminat]}, ctx)
    tgl = _wafat(klaim)
    if tgl is not None:
        _kirim_kabar(event.key, peminat, tgl, ctx)


def _kabarkan(subjek: str, klaim: Value, ctx: Context) -> Value:
    """Tell the claims that depend on this person about their death, or its end."""
    tgl = _wafat(klaim)
    if tgl == klaim["kabar"]:
        return klaim
    for peminat in klaim["peminat"]:
        _kirim_kabar(subjek, peminat, tgl, ctx)
    return {**klaim, "kabar": tgl}


def _wafat(klaim: Value) -> int | None:
    """The death date of this person if a document is sure about who they are."""
    return None if klaim["perkara"] is None else wafat_pasti(klaim["perkara"])


def _kirim_kabar(subjek: str, peminat: str, tgl: int | None, ctx: Context) -> None:
    ctx.emit(
        rujukan.KE_KLAIM,
        "WarisMeninggal",
        peminat,
        {"subjek_id": subjek, "tgl": tgl},
        classification=rujukan.UMUM,
    )


def waris_meninggal(aturan: Aturan, event: Event, ctx: Context) -> None:
    """An heir of this claim has died, or has not after all (case k)."""
    nilai = event.value
    if nilai is None:
        return
    klaim = buka(event.key, ctx)
    wafat = [w for w in klaim["wafat"] if w["subjek_id"] != nilai["subjek_id"]]
    if nilai["tgl"] is not None:
        satu = {"subjek_id": nilai["subjek_id"], "tgl": nilai["tgl"]}
        wafat.append({**satu, "event_id": event.id})
    klaim = jalankan(Sidang(aturan, event.key, ctx), {**klaim, "wafat": wafat})
    simpan(event.key, klaim, ctx)


def jawaban_anggaran(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The budget stage answers; an answer to an older request is ignored."""
    if event.value is None:
        return
    klaim = buka(event.key, ctx)
    baru = jawab(klaim, event)
    if baru is not klaim:
        simpan(event.key, jalankan(Sidang(aturan, event.key, ctx), baru), ctx)


def hari_berganti(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A new day: the waiting time of claims runs on; a day seen before is ignored."""
    if event.value is None:
        return
    hari, lalu = event.value["tanggal"], hari_ini(ctx)
    if lalu is not None and hari <= lalu:
        return
    ctx.put(HARI, HARI, {"tanggal": hari})
    for subjek in semua_tunggu(ctx):
        klaim = buka(subjek, ctx)
        baru = _sehari(aturan, klaim, hari, ctx)
        if baru is not klaim:
            simpan(subjek, jalankan(Sidang(aturan, subjek, ctx), baru), ctx)


def _sehari(aturan: Aturan, klaim: Value, hari: int, ctx: Context) -> Value:
    """The claim after a day of waiting; the same object if nothing changes."""
    if klaim["status"] in {MENUNGGU_ANGGARAN, DISETUJUI}:
        if klaim["reservasi"] is None:
            return dict(klaim)
        return pindah_tahun(aturan, klaim, hari, ctx)
    sejak = klaim["menunggu_sejak"]
    if sejak is None:
        return {**klaim, "menunggu_sejak": hari}
    if not klaim["habis_tunggu"] and hari - sejak >= aturan.santunan.tunggu_data_hari:
        return {**klaim, "habis_tunggu": True}
    return klaim
