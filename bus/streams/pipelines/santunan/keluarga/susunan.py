"""The stores of the family stage, and a family as others see it."""

from bus.record import Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context

KELUARGA, PERKARA, PENCARIAN = "keluarga", "perkara", "pencarian"

_BARU: Value = {"anggota": [], "kelayakan": [], "kematian": [], "pencarian": False}
_TIADA = {"MATI", "PINDAH", "TIDAK_VALID"}
_MATI = {"MATI", "TIDAK_VALID"}
_KEPALA = 1


def buka(kk_id: str, ctx: Context) -> Value:
    """A family as it is now; an empty one if nothing is known."""
    return ctx.get(KELUARGA, kk_id) or _BARU


def urutkan(anggota: list[Value]) -> list[Value]:
    """Members by their place on the card, then by age: the same in any arrival."""
    return sorted(
        anggota,
        key=lambda a: (
            a["sampai"] is not None,
            a["shdk"],
            a["orang"]["tgl_lahir"] or 0,
            a["orang"]["subjek_id"],
        ),
    )


def meninggal(keluarga: Value) -> set[str]:
    """Members known to be dead: by the registry, or by a sure case in this family."""
    laporan = {k["subjek_id"] for k in keluarga["kematian"] if k["tgl"] is not None}
    return laporan | {
        a["orang"]["subjek_id"] for a in keluarga["anggota"] if a["status"] in _MATI
    }


def anggota_pada(keluarga: Value, hari: int | None) -> list[Value]:
    """Members on a day; None means now."""
    if hari is None:
        return [a for a in keluarga["anggota"] if a["sampai"] is None]
    return [
        a
        for a in keluarga["anggota"]
        if (a["dari"] is None or a["dari"] <= hari)
        and (a["sampai"] is None or a["sampai"] > hari)
    ]


def kode_desa(keluarga: Value) -> str | None:
    """The village of the family: that of its first member on the card."""
    anggota = keluarga["anggota"]
    return str(anggota[0]["kode_desa"]) if anggota else None


def umumkan(aturan: Aturan, kk_id: str, keluarga: Value, ctx: Context) -> None:
    """Publish the family as it is now."""
    wafat = {k["subjek_id"] for k in keluarga["kematian"] if k["tgl"] is not None}
    anggota = []
    kepala = None
    for satu in keluarga["anggota"]:
        if satu["sampai"] is not None:
            continue
        orang = satu["orang"]
        subjek = orang["subjek_id"]
        if satu["shdk"] == _KEPALA and kepala is None:
            kepala = subjek
        anggota.append(
            {
                "subjek_id": subjek,
                "shdk": satu["shdk"],
                "nama": orang["nama"],
                "jk": orang["jk"],
                "tgl_lahir": orang["tgl_lahir"],
                "hidup": satu["status"] not in _TIADA and subjek not in wafat,
            }
        )
    ctx.emit(
        rujukan.KELUARGA,
        "KeluargaDimutakhirkan",
        kk_id,
        {
            "kk_id": kk_id,
            "kepala": kepala,
            "kode_desa": kode_desa(keluarga),
            "anggota": anggota,
            "aturan_versi": aturan.versi,
            "dasar": [ctx.event.correlation_id or ctx.event.id],
            "mutu": [],
        },
        classification=rujukan.UMUM,
    )
