"""Stage 2, by family: whose death is it, when the NIK does not say (`domain.md` §4.4).

Cases d and h: one digit wrong, no NIK, or a baby that never had one. The answer is
recomputed whenever the family changes, so it does not matter who arrives first.
"""

import base64
from hashlib import blake2b

from bus.normalise.names import search_name
from bus.record import Event, Value
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.dokumen import BAYI, BELUM
from bus.streams.pipelines.santunan.kecocokan import nama_mirip, tingkat_keluarga
from bus.streams.pipelines.santunan.keluarga.susunan import KELUARGA, PENCARIAN, buka
from bus.streams.topology.context import Context

_AKSARA = 25
_BARU_DITANYA = -1


def cari(aturan: Aturan, event: Event, ctx: Context) -> None:
    """Documents to find a person for; without documents the question is withdrawn."""
    nilai = event.value
    if nilai is None:
        return
    kunci = (nilai["asal"], nilai["ref"])
    tersimpan = ctx.get(PENCARIAN, event.key) or {"daftar": []}
    lama = next((p for p in tersimpan["daftar"] if _kunci(p) == kunci), None)
    lain = [p for p in tersimpan["daftar"] if _kunci(p) != kunci]
    if nilai["dokumen"]:
        baru = {
            "asal": nilai["asal"],
            "ref": nilai["ref"],
            "dokumen": nilai["dokumen"],
            "ke": None if lama is None else lama["ke"],
            "tingkat": _BARU_DITANYA,
        }
        lain = sorted([*lain, baru], key=_kunci)
    elif lama is not None:
        _cabut(lama, ctx)
    keluarga = buka(event.key, ctx)
    if keluarga["pencarian"] != bool(lain):
        keluarga = {**keluarga, "pencarian": bool(lain)}
        ctx.put(KELUARGA, event.key, keluarga)
    _cocokkan(aturan, event.key, keluarga, lain, ctx)


def cari_ulang(aturan: Aturan, kk_id: str, keluarga: Value, ctx: Context) -> None:
    """Try again what is open, because the family changed."""
    tersimpan = ctx.get(PENCARIAN, kk_id) or {"daftar": []}
    _cocokkan(aturan, kk_id, keluarga, tersimpan["daftar"], ctx)


def _cocokkan(
    aturan: Aturan, kk_id: str, keluarga: Value, daftar: list[Value], ctx: Context
) -> None:
    baru = [
        {**satu, "ke": ke, "tingkat": tingkat}
        for satu in daftar
        for ke, tingkat in [_temukan(aturan, kk_id, keluarga, satu, daftar)]
    ]
    for lama, kini in zip(daftar, baru, strict=True):
        if (lama["ke"], lama["tingkat"]) != (kini["ke"], kini["tingkat"]):
            _beritakan(kk_id, lama, kini, ctx)
    ctx.put(PENCARIAN, kk_id, {"daftar": baru} if baru else None)


def _temukan(
    aturan: Aturan, kk_id: str, keluarga: Value, satu: Value, daftar: list[Value]
) -> tuple[str | None, int]:
    """Who it is and how sure that is; two equally good members are no answer."""
    orang = _tertulis(satu)["orang"]
    anggota = [a["orang"] for a in keluarga["anggota"]]
    cocok = [(tingkat_keluarga(orang, a, aturan), a["subjek_id"]) for a in anggota]
    terbaik = min((t for t, _ in cocok if t), default=BELUM)
    if terbaik:
        nama = [subjek for t, subjek in cocok if t == terbaik]
        return (nama[0], terbaik) if len(nama) == 1 else (None, BELUM)
    if not _bayi(aturan, satu, anggota):
        return None, BELUM
    sama = [
        _subjek_bayi(kk_id, lain)
        for lain in daftar
        if _bayi(aturan, lain, anggota) and _bayi_sama(aturan, satu, lain)
    ]
    return min(sama), BAYI


def _bayi(aturan: Aturan, satu: Value, anggota: list[Value]) -> bool:
    """A baby without a NIK of its own in a family that exists (case h).

    Some officers type the mother's NIK instead (`domain.md` §2.2 a).
    """
    dok = _tertulis(satu)
    orang, tgl = dok["orang"], dok["tgl"]
    if orang["tgl_lahir"] is None or tgl is None or not orang["nama"]:
        return False
    if not 0 <= tgl - orang["tgl_lahir"] <= aturan.santunan.bayi_hari:
        return False
    if orang["nik"] is None:
        return bool(anggota)
    return orang["nik"] in {a["nik"] for a in anggota}


def _bayi_sama(aturan: Aturan, satu: Value, lain: Value) -> bool:
    a, b = _tertulis(satu)["orang"], _tertulis(lain)["orang"]
    if a["tgl_lahir"] != b["tgl_lahir"]:
        return False
    return a is b or nama_mirip(a, b, aturan.santunan.ambang_nama_lemah)


def _subjek_bayi(kk_id: str, satu: Value) -> str:
    orang = _tertulis(satu)["orang"]
    if orang["nik"] is None:
        return str(satu["asal"])
    bahan = f"{kk_id}|{search_name(orang['nama'])}|{orang['tgl_lahir']}".encode()
    sidik = blake2b(bahan, digest_size=20).digest()
    return "x" + base64.b32encode(sidik).decode().lower()[:_AKSARA]


def _tertulis(satu: Value) -> Value:
    """The document that names the person."""
    for dok in satu["dokumen"]:
        if dok["orang"] is not None:
            return dict(dok)
    raise LookupError("search without a document that names a person")


def _beritakan(kk_id: str, lama: Value, kini: Value, ctx: Context) -> None:
    asal, ke = kini["asal"], kini["ke"]
    if lama["ke"] not in {None, ke}:
        _cabut(lama, ctx)
    if ke is not None and ke != asal:
        _kenali(ke, kini, [_atas_nama(d, ke, kini) for d in kini["dokumen"]], ctx)
    if lama["ke"] != ke or lama["tingkat"] == _BARU_DITANYA:
        ctx.emit(
            rujukan.KE_IDENTITAS,
            "DokumenDialihkan",
            asal,
            {"asal": asal, "ref": kini["ref"], "kk_id": kk_id, "ke": ke},
        )


def _atas_nama(dok: Value, ke: str, kini: Value) -> Value:
    """The document as one about the person found."""
    if dok["orang"] is None:
        return dok
    dok = {**dok, "tingkat": kini["tingkat"]}
    if kini["tingkat"] == BAYI:
        dok["orang"] = {**dok["orang"], "subjek_id": ke, "nik": None}
    return dok


def _cabut(lama: Value, ctx: Context) -> None:
    if lama["ke"] not in {None, lama["asal"]}:
        _kenali(lama["ke"], lama, [], ctx)


def _kenali(ke: str, satu: Value, dokumen: list[Value], ctx: Context) -> None:
    ctx.emit(
        rujukan.KE_IDENTITAS,
        "DokumenDikenali",
        ke,
        {
            "subjek_id": ke,
            "asal": satu["asal"],
            "ref": satu["ref"],
            "dokumen": dokumen,
        },
        classification=rujukan.SPESIFIK,
    )


def _kunci(satu: Value) -> tuple[str, str]:
    return satu["asal"], satu["ref"]
