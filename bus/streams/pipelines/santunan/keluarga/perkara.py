"""Stage 2, by family: a case gets its family, heirs and eligibility, and goes on."""

from bus.record import Event, Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.keluarga.ahli_waris import ANAK_KK, calon_ahli_waris
from bus.streams.pipelines.santunan.keluarga.susunan import (
    KELUARGA,
    PERKARA,
    anggota_pada,
    buka,
    kode_desa,
    meninggal,
    umumkan,
)
from bus.streams.pipelines.santunan.kematian import wafat_pasti
from bus.streams.topology.context import Context


def perkara(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A case from the identity stage, complete and newer than any before."""
    if event.value is None:
        return
    isi = event.value["perkara"]
    subjek = isi["subjek_id"]
    ctx.put(PERKARA, _kunci(event.key, subjek), {"perkara": isi})
    satu = {"subjek_id": subjek, "tgl": wafat_pasti(isi)}
    keluarga = buka(event.key, ctx)
    lain = [k for k in keluarga["kematian"] if k["subjek_id"] != subjek]
    sesudah = sorted([*lain, satu], key=lambda k: k["subjek_id"])
    _ganti_kematian(aturan, event.key, keluarga, sesudah, ctx)
    if sesudah == keluarga["kematian"]:
        _kirim(aturan, event.key, keluarga, isi, ctx)


def perkara_ditarik(aturan: Aturan, event: Event, ctx: Context) -> None:
    """The case belongs to another family now."""
    if event.value is None:
        return
    subjek = event.value["subjek_id"]
    ctx.put(PERKARA, _kunci(event.key, subjek), None)
    keluarga = buka(event.key, ctx)
    lain = [k for k in keluarga["kematian"] if k["subjek_id"] != subjek]
    _ganti_kematian(aturan, event.key, keluarga, lain, ctx)


def _ganti_kematian(
    aturan: Aturan, kk_id: str, lama: Value, kematian: list[Value], ctx: Context
) -> None:
    """Note who died; other cases of the family lose or regain an heir by it."""
    if kematian == lama["kematian"]:
        return
    keluarga = {**lama, "kematian": kematian}
    ctx.put(KELUARGA, kk_id, keluarga)
    if meninggal(lama) != meninggal(keluarga) and keluarga["anggota"]:
        umumkan(aturan, kk_id, keluarga, ctx)
    kirim_semua(aturan, kk_id, keluarga, ctx)


def kirim_semua(aturan: Aturan, kk_id: str, keluarga: Value, ctx: Context) -> None:
    """Send every case of the family again, with the family as it is now."""
    for satu in keluarga["kematian"]:
        tersimpan = ctx.get(PERKARA, _kunci(kk_id, satu["subjek_id"]))
        if tersimpan is not None:
            _kirim(aturan, kk_id, keluarga, tersimpan["perkara"], ctx)


def _kirim(
    aturan: Aturan, kk_id: str, keluarga: Value, isi: Value, ctx: Context
) -> None:
    subjek, tgl = isi["subjek_id"], isi["tgl_meninggal"]
    hari = None if tgl is None else tgl - 1
    wafat = meninggal(keluarga) - {subjek}
    hidup = [
        a
        for a in anggota_pada(keluarga, hari)
        if a["orang"]["subjek_id"] not in wafat and a["orang"]["subjek_id"] != subjek
    ]
    calon: list[Value] = []
    if tgl is not None:
        calon = calon_ahli_waris(_almarhum(isi), hidup, tgl, aturan)
    ctx.emit(
        rujukan.KE_KLAIM,
        "PerkaraDilengkapi",
        subjek,
        {
            "perkara": isi,
            "keluarga": {
                "kk_id": isi["kk_id"],
                "ada": bool(keluarga["anggota"]),
                "kode_desa": kode_desa(keluarga),
                "calon": calon,
                "wafat": sorted(wafat),
                "kelayakan": keluarga["kelayakan"],
                "dasar": sorted({a["event_id"] for a in hidup}),
            },
        },
        classification=rujukan.SPESIFIK,
    )


def _almarhum(isi: Value) -> Value:
    """The deceased for the heir rules; a baby not on the card counts as a child."""
    return {
        "subjek_id": isi["subjek_id"],
        "shdk": isi["shdk"] if isi["dikenal"] else ANAK_KK,
        "ibu": isi["ibu"],
        "jk": isi["orang"]["jk"] if isi["orang"] else None,
    }


def _kunci(kk_id: str, subjek: str) -> str:
    return f"{kk_id}|{subjek}"
