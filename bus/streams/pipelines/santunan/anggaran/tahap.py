"""Stage 4, by budget line: one writer per line, no million is promised twice."""

from decimal import Decimal
from functools import partial

from bus.record import Event, Value
from bus.streams.pipelines.santunan import rujukan, temuan
from bus.streams.pipelines.santunan.anggaran.antrean import (
    ANTREAN,
    antrekan,
    kabarkan_habis,
    keluarkan,
    layani,
)
from bus.streams.pipelines.santunan.anggaran.kas import (
    ANGGARAN,
    RESERVASI,
    buka,
    kabarkan,
    lepaskan,
    nol,
)
from bus.streams.pipelines.santunan.anggaran.tempo import (
    JATUH_TEMPO,
    TEMPO,
    hapus_tempo,
    yang_jatuh_tempo,
)
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context
from bus.streams.topology.pipeline import Pipeline

NAMA = "santunan.anggaran"


def pipeline(aturan: Aturan) -> Pipeline:
    """The budget stage."""
    return Pipeline(
        name=NAMA,
        source=rujukan.KE_ANGGARAN,
        handlers={
            "AnggaranDitetapkan": partial(anggaran, aturan),
            "ReservasiDiminta": partial(diminta, aturan),
            "ReservasiDicabut": partial(dicabut, aturan),
            "ReservasiTerpakai": partial(terpakai, aturan),
            "HariBerganti": partial(hari_berganti, aturan),
        },
        stores={
            ANGGARAN: "AnggaranTersimpan",
            RESERVASI: "ReservasiTersimpan",
            ANTREAN: "AntreanTersimpan",
            TEMPO: "TempoTersimpan",
            JATUH_TEMPO: "JatuhTempo",
        },
        changelog="santunan.anggaran.changelog.v1",
        sinks=(rujukan.KE_KLAIM, rujukan.RESERVASI, rujukan.MUTU),
    )


def anggaran(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A ceiling was set: more money serves the queue, less only stops new claims.

    The source's order decides; an older version of the same stage is ignored.
    """
    nilai = event.value
    if nilai is None:
        return
    kas = buka(event.key, ctx)
    if (
        kas["pagu"] is not None
        and nilai["tahap"] == kas["tahap"]
        and nilai["versi"] < kas["versi"]
    ):
        return
    pertama = kas["pagu"] is None
    kas = {
        **kas,
        "pagu": nilai["pagu"],
        "tahap": nilai["tahap"],
        "versi": nilai["versi"],
        "event_id": event.id,
    }
    kas = layani(aturan, event.key, kas, ctx)
    if pertama:
        kabarkan_habis(event.key, kas, ctx)
    lebih = kas["disisihkan"] + kas["dipakai"] > kas["pagu"]
    if lebih and not kas["terlampaui"]:
        pokok = (None, f"{event.key}|{event.id}")
        jenis = temuan.PAGU_TERLAMPAUI
        temuan.temuan(aturan, ctx, jenis, temuan.BPKAD, pokok, (event.id,))
    ctx.put(ANGGARAN, event.key, {**kas, "terlampaui": lebih})


def diminta(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A verified claim asks for money: it queues, and the queue is served."""
    nilai = event.value
    if nilai is None:
        return
    nomor, kunci = nilai["reservasi_id"], event.key
    if ctx.get(RESERVASI, nomor) is not None:
        return
    reservasi = {
        "kunci": kunci,
        "subjek_id": nilai["subjek_id"],
        "untuk": nilai["untuk"],
        "jumlah": nilai["jumlah"],
        "status": "ANTRE",
        "tgl_pengajuan": nilai["tgl_pengajuan"],
        "tgl": nilai["tgl"],
        "kedaluwarsa": None,
    }
    ctx.put(RESERVASI, nomor, reservasi)
    kas = layani(aturan, kunci, antrekan(kunci, buka(kunci, ctx), nomor, ctx), ctx)
    ctx.put(ANGGARAN, kunci, kas)
    if (ctx.get(RESERVASI, nomor) or reservasi)["status"] == "ANTRE":
        kode = "ANGGARAN_BELUM_ADA" if kas["pagu"] is None else "ANGGARAN_HABIS"
        kabarkan(nomor, reservasi, "ReservasiDiantrekan", ctx, kode=kode)


def dicabut(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The claim needs no money any more: give it to the next in the queue.

    A payment that turns out to be another claim's is given back the same way.
    """
    nilai = event.value
    if nilai is None:
        return
    nomor = nilai["reservasi_id"]
    reservasi = ctx.get(RESERVASI, nomor)
    if reservasi is None:
        return
    kas = buka(event.key, ctx)
    if reservasi["status"] == "ANTRE":
        kas = keluarkan(event.key, kas, nomor, reservasi, ctx)
        ctx.put(RESERVASI, nomor, None)
    else:
        hapus_tempo(nomor, reservasi, ctx)
        kas = lepaskan(aturan, kas, nomor, reservasi, nilai["alasan"], ctx)
        kas = layani(aturan, event.key, kas, ctx)
    ctx.put(ANGGARAN, event.key, kas)


def terpakai(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The claim was paid, with or without a reservation: the money is gone."""
    nilai = event.value
    if nilai is None:
        return
    nomor, kunci = nilai["reservasi_id"], event.key
    reservasi = ctx.get(RESERVASI, nomor)
    if reservasi is not None and reservasi["status"] == "TERPAKAI":
        return
    kas, mutu = buka(kunci, ctx), []
    disisihkan: Decimal = kas["disisihkan"]
    if reservasi is None or reservasi["status"] != "ADA":
        mutu = ["TANPA_RESERVASI"]
        if reservasi is not None and reservasi["status"] == "ANTRE":
            kas = keluarkan(kunci, kas, nomor, reservasi, ctx)
    else:
        hapus_tempo(nomor, reservasi, ctx)
        disisihkan -= reservasi["jumlah"]
    dipakai = kas["dipakai"] + nilai["jumlah"]
    kas = {**kas, "disisihkan": disisihkan, "dipakai": dipakai}
    ctx.put(RESERVASI, nomor, _terpakai(event, nilai, reservasi))
    ctx.emit(
        rujukan.RESERVASI,
        "ReservasiDipakai",
        kunci,
        {
            "reservasi_id": nomor,
            "kunci": kunci,
            "jumlah": nilai["jumlah"],
            "untuk": nilai["untuk"],
            "sisa": _sisa(kas),
            "aturan_versi": aturan.versi,
            "dasar": [event.id, ctx.event.correlation_id or event.id],
            "mutu": mutu,
        },
        classification=rujukan.INTERNAL,
    )
    ctx.put(ANGGARAN, kunci, layani(aturan, kunci, kas, ctx))


def _terpakai(event: Event, nilai: Value, lama: Value | None) -> Value:
    if lama is not None:
        return {**lama, "status": "TERPAKAI", "jumlah": nilai["jumlah"]}
    hari = event.time_ms // 86_400_000
    return {
        "kunci": event.key,
        "subjek_id": nilai["untuk"].removesuffix("-K"),
        "untuk": nilai["untuk"],
        "jumlah": nilai["jumlah"],
        "status": "TERPAKAI",
        "tgl_pengajuan": hari,
        "tgl": hari,
        "kedaluwarsa": None,
    }


def _sisa(kas: Value) -> Decimal:
    pagu: Decimal = nol() if kas["pagu"] is None else kas["pagu"]
    sisa: Decimal = pagu - kas["disisihkan"] - kas["dipakai"]
    return sisa


def hari_berganti(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A new day: reservations nobody used in time are released."""
    if event.value is None:
        return
    for nomor in yang_jatuh_tempo(aturan, event.value["tanggal"], ctx):
        reservasi = ctx.get(RESERVASI, nomor)
        if reservasi is None or reservasi["status"] != "ADA":
            continue
        kunci = reservasi["kunci"]
        kas = lepaskan(aturan, buka(kunci, ctx), nomor, reservasi, "KEDALUWARSA", ctx)
        kabarkan(nomor, reservasi, "ReservasiHabisWaktu", ctx)
        ctx.put(ANGGARAN, kunci, layani(aturan, kunci, kas, ctx))
