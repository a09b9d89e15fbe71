"""The queue for a budget line: by day of application, then by claim (case i).

Kept in one list per day, so that thousands who wait do not make one growing record.
"""

from bisect import insort

from bus.record import Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.anggaran.kas import RESERVASI, kabarkan, sisa
from bus.streams.pipelines.santunan.anggaran.tempo import catat_tempo, kedaluwarsa
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context

ANTREAN = "antrean"


def antrekan(kunci: str, kas: Value, nomor: str, ctx: Context) -> Value:
    """Put a reservation, already stored, into the queue; gives the line."""
    reservasi = ctx.get(RESERVASI, nomor)
    if reservasi is None:
        return kas
    hari = reservasi["tgl_pengajuan"]
    daftar = _daftar(kunci, hari, ctx)
    insort(daftar, nomor)
    ctx.put(ANTREAN, f"{kunci}|{hari}", {"reservasi": daftar})
    if hari in kas["antrean"]:
        return kas
    return {**kas, "antrean": sorted([*kas["antrean"], hari])}


def keluarkan(
    kunci: str, kas: Value, nomor: str, reservasi: Value, ctx: Context
) -> Value:
    """Take a reservation out of the queue; gives the line."""
    hari = reservasi["tgl_pengajuan"]
    daftar = [n for n in _daftar(kunci, hari, ctx) if n != nomor]
    ctx.put(ANTREAN, f"{kunci}|{hari}", {"reservasi": daftar} if daftar else None)
    if daftar:
        return kas
    return {**kas, "antrean": [h for h in kas["antrean"] if h != hari]}


def layani(aturan: Aturan, kunci: str, kas: Value, ctx: Context) -> Value:
    """Grant from the head of the queue while the money lasts; gives the line."""
    while kas["antrean"]:
        hari = kas["antrean"][0]
        nomor = next(iter(_daftar(kunci, hari, ctx)), None)
        reservasi = None if nomor is None else ctx.get(RESERVASI, nomor)
        if nomor is None or reservasi is None:
            return {**kas, "antrean": kas["antrean"][1:]}
        if kas["pagu"] is None or reservasi["jumlah"] > sisa(kas):
            return kas
        kas = keluarkan(kunci, kas, nomor, reservasi, ctx)
        kas = _berikan(aturan, kas, nomor, reservasi, ctx)
    return kas


def kabarkan_habis(kunci: str, kas: Value, ctx: Context) -> None:
    """Tell all who still wait that the line exists now, and has no money for them."""
    for hari in kas["antrean"]:
        for nomor in _daftar(kunci, hari, ctx):
            reservasi = ctx.get(RESERVASI, nomor)
            if reservasi is not None:
                jenis = "ReservasiDiantrekan"
                kabarkan(nomor, reservasi, jenis, ctx, kode="ANGGARAN_HABIS")


def _berikan(
    aturan: Aturan, kas: Value, nomor: str, reservasi: Value, ctx: Context
) -> Value:
    kas = {**kas, "disisihkan": kas["disisihkan"] + reservasi["jumlah"]}
    batas = kedaluwarsa(aturan, reservasi["tgl"], ctx)
    ctx.put(RESERVASI, nomor, {**reservasi, "status": "ADA", "kedaluwarsa": batas})
    catat_tempo(nomor, batas, ctx)
    ctx.emit(
        rujukan.RESERVASI,
        "AnggaranDireservasi",
        reservasi["kunci"],
        {
            "reservasi_id": nomor,
            "kunci": reservasi["kunci"],
            "jumlah": reservasi["jumlah"],
            "untuk": reservasi["untuk"],
            "kedaluwarsa": batas,
            "sisa": sisa(kas),
            "aturan_versi": aturan.versi,
            "dasar": [d for d in (ctx.event.id, kas["event_id"]) if d],
            "mutu": [],
        },
        classification=rujukan.INTERNAL,
    )
    kabarkan(nomor, reservasi, "ReservasiDiberikan", ctx)
    return kas


def _daftar(kunci: str, hari: int, ctx: Context) -> list[str]:
    isi = ctx.get(ANTREAN, f"{kunci}|{hari}")
    return list(isi["reservasi"]) if isi else []
