"""The claim's side of a budget reservation: ask, give back, use, hear the answer."""

from decimal import Decimal

from bus.record import Event, Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan, tahun
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.topology.context import Context

DIMINTA, ANTRE, ADA, TERPAKAI = "DIMINTA", "ANTRE", "ADA", "TERPAKAI"


def klaim_id(subjek: str) -> str:
    """The one claim of a deceased."""
    return f"{subjek}-K"


def minta(s: Sidang, klaim: Value, dok: Value, tgl: int) -> Value:
    """Ask for money of the year of verification; unchanged if no line is configured.

    The year is that of the verification, not of the application (case j).
    """
    kunci = s.aturan.kunci(tahun(tgl))
    if kunci is None:
        return klaim
    klaim = _baru(s.subjek, klaim, kunci, DIMINTA)
    s.ctx.emit(
        rujukan.KE_ANGGARAN,
        "ReservasiDiminta",
        kunci,
        {
            "reservasi_id": klaim["reservasi"]["reservasi_id"],
            "subjek_id": s.subjek,
            "untuk": klaim_id(s.subjek),
            "jumlah": s.aturan.jumlah,
            "tgl_pengajuan": dok["tgl_pengajuan"],
            "tgl": tgl,
        },
        classification=rujukan.INTERNAL,
    )
    return klaim


def cabut(klaim: Value, alasan: str, ctx: Context) -> Value:
    """Give the reservation back, if there is one; only for a claim that is not paid.

    Args:
        klaim: the claim.
        alasan: DITOLAK, DIBATALKAN or LAINNYA.
        ctx: where to write.
    """
    reservasi = klaim["reservasi"]
    if reservasi is None:
        return klaim
    ctx.emit(
        rujukan.KE_ANGGARAN,
        "ReservasiDicabut",
        reservasi["kunci"],
        {"reservasi_id": reservasi["reservasi_id"], "alasan": alasan},
        classification=rujukan.INTERNAL,
    )
    return {**klaim, "reservasi": None}


def pakai(s: Sidang, klaim: Value, jumlah: Decimal, tgl: int) -> Value:
    """The claim is paid: its reservation is used up, even if there never was one.

    Money is spent from the budget of the year it is paid in; what was set aside in
    another year's goes back.
    """
    reservasi = klaim["reservasi"]
    if reservasi is not None and reservasi["status"] == TERPAKAI:
        return klaim
    if reservasi is not None and _tahun(reservasi) != tahun(tgl):
        klaim = cabut(klaim, "LAINNYA", s.ctx)
        reservasi = None
    if reservasi is None:
        kunci = s.aturan.kunci(tahun(tgl))
        if kunci is None:
            return klaim
        klaim = _baru(s.subjek, klaim, kunci, TERPAKAI)
    else:
        klaim = {**klaim, "reservasi": {**reservasi, "status": TERPAKAI}}
    s.ctx.emit(
        rujukan.KE_ANGGARAN,
        "ReservasiTerpakai",
        klaim["reservasi"]["kunci"],
        {
            "reservasi_id": klaim["reservasi"]["reservasi_id"],
            "untuk": klaim_id(s.subjek),
            "jumlah": jumlah,
        },
        classification=rujukan.INTERNAL,
    )
    return klaim


def jawab(klaim: Value, event: Event) -> Value:
    """The claim after an answer of the budget stage; the same object if it is stale."""
    reservasi, nilai = klaim["reservasi"], event.value
    if reservasi is None or nilai is None:
        return klaim
    if nilai["reservasi_id"] != reservasi["reservasi_id"]:
        return klaim
    if reservasi["status"] == TERPAKAI:
        return klaim
    if event.type == "ReservasiHabisWaktu":
        return {**klaim, "reservasi": None, "kedaluwarsa": _event_utama(klaim)}
    status, kode = ADA, None
    if event.type == "ReservasiDiantrekan":
        status, kode = ANTRE, nilai["kode"]
    baru = {**reservasi, "status": status, "kode": kode, "event_id": event.id}
    return {**klaim, "reservasi": baru}


def pindah_tahun(aturan: Aturan, klaim: Value, hari: int, ctx: Context) -> Value:
    """A claim not paid when the year ends gives its place or money back, to ask anew.

    A budget ends with its year: what it set aside cannot be paid out any more.
    """
    reservasi = klaim["reservasi"]
    if reservasi is None or reservasi["status"] not in {ANTRE, ADA}:
        return klaim
    if aturan.kunci(tahun(hari)) is None or _tahun(reservasi) >= tahun(hari):
        return klaim
    return cabut(klaim, "LAINNYA", ctx)


def _tahun(reservasi: Value) -> int:
    return int(reservasi["kunci"].partition("|")[0])


def _baru(subjek: str, klaim: Value, kunci: str, status: str) -> Value:
    nomor = klaim["nomor"] + 1
    reservasi = {
        "reservasi_id": f"{klaim_id(subjek)}-R{nomor}",
        "kunci": kunci,
        "status": status,
        "kode": None,
        "event_id": None,
    }
    return {**klaim, "nomor": nomor, "reservasi": reservasi}


def _event_utama(klaim: Value) -> str:
    for dok in klaim["perkara"]["dokumen"]:
        if dok["ref"] == klaim["utama"] and dok["tgl_pengajuan"] is not None:
            return str(dok["event_id"])
    return ""
