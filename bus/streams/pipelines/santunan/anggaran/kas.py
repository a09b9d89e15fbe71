"""One budget line as money: ceiling, set aside, spent; and news about reservations."""

from decimal import Decimal

from bus.record import Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context

ANGGARAN, RESERVASI = "anggaran", "reservasi"


def nol() -> Decimal:
    """No rupiah, with two places."""
    return Decimal("0.00")


def buka(kunci: str, ctx: Context) -> Value:
    """A budget line as it is now; without a ceiling if none was announced."""
    return ctx.get(ANGGARAN, kunci) or {
        "pagu": None,
        "tahap": "",
        "versi": 0,
        "disisihkan": nol(),
        "dipakai": nol(),
        "antrean": [],
        "terlampaui": False,
        "event_id": None,
    }


def sisa(kas: Value) -> Decimal:
    """Rupiah that may still be set aside; nothing while the ceiling is not known."""
    pagu: Decimal = nol() if kas["pagu"] is None else kas["pagu"]
    tersisa: Decimal = pagu - kas["disisihkan"] - kas["dipakai"]
    return tersisa


def kabarkan(
    nomor: str, reservasi: Value, jenis: str, ctx: Context, *, kode: str | None = None
) -> None:
    """Tell the claim what became of its request."""
    nilai = {"reservasi_id": nomor, "kunci": reservasi["kunci"]}
    if kode is not None:
        nilai["kode"] = kode
    ctx.emit(
        rujukan.KE_KLAIM,
        jenis,
        reservasi["subjek_id"],
        nilai,
        classification=rujukan.INTERNAL,
    )


def lepaskan(
    aturan: Aturan, kas: Value, nomor: str, reservasi: Value, alasan: str, ctx: Context
) -> Value:
    """Release a granted or used reservation; gives the line with the money back."""
    tempat = "dipakai" if reservasi["status"] == "TERPAKAI" else "disisihkan"
    kas = {**kas, tempat: kas[tempat] - reservasi["jumlah"]}
    ctx.put(RESERVASI, nomor, None)
    ctx.emit(
        rujukan.RESERVASI,
        "ReservasiDilepas",
        reservasi["kunci"],
        {
            "reservasi_id": nomor,
            "kunci": reservasi["kunci"],
            "jumlah": reservasi["jumlah"],
            "untuk": reservasi["untuk"],
            "alasan": alasan,
            "sisa": sisa(kas),
            "aturan_versi": aturan.versi,
            "dasar": [ctx.event.id],
            "mutu": [],
        },
        classification=rujukan.INTERNAL,
    )
    return kas
