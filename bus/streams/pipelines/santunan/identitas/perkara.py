"""Stage 1, last step: one death as one case, sent to the family it happened in."""

from bus.record import Value, event_id
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.domisili import keluarga_pada, penduduk_pada
from bus.streams.pipelines.santunan.kematian import kematian
from bus.streams.topology.context import Context


def kirim_perkara(
    aturan: Aturan,
    subjek: str,
    orang: Value | None,
    catatan: Value,
    dokumen: list[Value],
    ctx: Context,
) -> Value:
    """Send the case if it changed; gives the notes with the new version.

    The family is that of the day before death, because the card number changes when
    its head dies (`domain.md` §4.1).
    """
    if not dokumen and not catatan["versi"]:
        return catatan
    perkara = _perkara(aturan, subjek, orang, catatan, dokumen)
    sidik = _sidik(perkara)
    if sidik == catatan["sidik"]:
        return catatan
    versi = catatan["versi"] + 1
    tujuan = perkara["kk_id"] or subjek
    if catatan["tujuan"] not in {None, tujuan}:
        ctx.emit(
            rujukan.KE_KELUARGA,
            "PerkaraDitarik",
            catatan["tujuan"],
            {"subjek_id": subjek, "versi": versi},
        )
    ctx.emit(
        rujukan.KE_KELUARGA,
        "PerkaraDimutakhirkan",
        tujuan,
        {"perkara": {**perkara, "versi": versi}},
        classification=rujukan.SPESIFIK,
    )
    return {**catatan, "versi": versi, "tujuan": tujuan, "sidik": sidik}


def _perkara(
    aturan: Aturan,
    subjek: str,
    orang: Value | None,
    catatan: Value,
    dokumen: list[Value],
) -> Value:
    mati = kematian(dokumen, dikenal=orang is not None)
    tertulis = [d for d in dokumen if d["orang"] is not None]
    perkara: Value = {
        "subjek_id": subjek,
        "versi": 0,
        "dikenal": orang is not None,
        "orang": {**tertulis[0]["orang"], "subjek_id": subjek} if tertulis else None,
        "shdk": None,
        "ibu": None,
        "kk_id": next((d["kk_id"] for d in tertulis if d["kk_id"]), None),
        "no_kk": None,
        "kode_desa": next((d["kode_desa"] for d in dokumen if d["kode_desa"]), None),
        "penduduk": penduduk_pada(mati.tgl, orang, catatan["pindah"], aturan),
        "tgl_meninggal": mati.tgl,
        "batal_id": None if mati.batal is None else mati.batal["event_id"],
        "dokumen": dokumen,
        "dasar": [],
    }
    if orang is None:
        return perkara
    sehari_sebelum = None if mati.tgl is None else mati.tgl - 1
    return {
        **perkara,
        "orang": orang["orang"],
        "shdk": orang["shdk"],
        "ibu": orang["ibu"],
        "kk_id": keluarga_pada(sehari_sebelum, orang),
        "no_kk": orang["no_kk"],
        "kode_desa": orang["kode_desa"],
        "dasar": [orang["event_id"], *(p["event_id"] for p in catatan["pindah"])],
    }


def _sidik(perkara: Value) -> str:
    bagian = [
        f"{d['jenis']}|{d['asal']}|{d['event_id']}|{d['tingkat']}"
        for d in perkara["dokumen"]
    ]
    isi = ("kk_id", "no_kk", "kode_desa", "penduduk", "shdk", "ibu", "orang")
    return event_id(
        str(perkara["tgl_meninggal"]),
        str(perkara["batal_id"]),
        *(str(perkara[nama]) for nama in isi),
        *bagian,
        "|".join(perkara["dasar"]),
    )
