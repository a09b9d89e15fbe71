"""Stage 1, by person: the documents on a death, and the case made of them.

A document arrives under the identity that was typed on it. If that person exists
and matches, it belongs to their case. Else the family written beside it is asked
(`DokumenDicari`); it may answer with another person (`DokumenDikenali` to them,
`DokumenDialihkan` back here). What nobody recognises stays here, unpaid.
"""

from collections.abc import Iterable

from bus.record import DIBATALKAN, Event, Value, event_id
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.dokumen import (
    BATAL,
    BAYI,
    BELUM,
    KLAIM,
    TARIK,
    dokumen_dari,
)
from bus.streams.pipelines.santunan.identitas.catatan import (
    CATATAN,
    PENDUDUK,
    buka,
    simpan,
)
from bus.streams.pipelines.santunan.identitas.perkara import kirim_perkara
from bus.streams.pipelines.santunan.kecocokan import tingkat_nik
from bus.streams.topology.context import Context

_MILIK_SENDIRI = frozenset({"santunan.klaim"})


def dokumen(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A source event about somebody's death, under the identity typed on it."""
    nilai = event.value
    if nilai is None or event.source.rpartition("/")[2] in _MILIK_SENDIRI:
        return
    baru = dokumen_dari(event, nilai)
    if baru["jenis"] == BATAL:
        baru["waktu"] = aturan.akhir_catat(baru["waktu"])
    catatan = buka(event.key, ctx)
    semua = _masukkan(catatan["dokumen"], baru, event.operation == DIBATALKAN)
    _perbarui(aturan, event.key, {**catatan, "dokumen": semua}, ctx)


def _masukkan(lama: list[Value], baru: Value, dihapus: bool) -> list[Value]:  # noqa: FBT001
    """The documents after one more; for the same row the later word counts.

    A deleted notice is gone. A deleted claim stays, withdrawn, so that its end can
    be decided; a claim filed again is not withdrawn any more. A row keeps the time it
    was first recorded: editing it is no new notice after a cancellation.
    """
    tetap = []
    for dok in lama:
        if _kunci(dok) == _kunci(baru):
            baru = {**baru, "waktu": min(dok["waktu"], baru["waktu"])}
        else:
            tetap.append(dok)
    if baru["jenis"] == KLAIM:
        tarik = (TARIK, baru["ref"], baru["asal"])
        tetap = [d for d in tetap if _kunci(d) != tarik]
        if dihapus:
            kosong = {"jenis": TARIK, "orang": None, "ahli_waris": None}
            return [*tetap, baru, {**baru, **kosong}]
    elif dihapus and baru["jenis"] not in {BATAL, TARIK}:
        return tetap
    return [*tetap, baru]


def dikenali(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A family says that documents typed for somebody else are about this person."""
    nilai = event.value
    if nilai is None:
        return
    asal, ref = nilai["asal"], nilai["ref"]
    catatan = buka(event.key, ctx)
    tetap = [
        d
        for d in catatan["dokumen"]
        if d["asal"] != asal or (d["ref"] != ref and d["jenis"] != BATAL)
    ]
    semua = [*tetap, *nilai["dokumen"]]
    _perbarui(aturan, event.key, {**catatan, "dokumen": semua}, ctx)


def dialihkan(aturan: Aturan, event: Event, ctx: Context) -> None:
    """A family says whom a document typed for this person is really about."""
    nilai = event.value
    if nilai is None:
        return
    catatan = buka(event.key, ctx)
    ref, kk_id = nilai["ref"], nilai["kk_id"]
    alihan = [a for a in catatan["alihan"] if (a["ref"], a["kk_id"]) != (ref, kk_id)]
    if nilai["ke"] is not None:
        alihan.append({"ref": ref, "kk_id": kk_id, "ke": nilai["ke"]})
    _perbarui(aturan, event.key, {**catatan, "alihan": alihan}, ctx)


def _perbarui(aturan: Aturan, subjek: str, catatan: Value, ctx: Context) -> None:
    orang = simpan(subjek, ctx.get(PENDUDUK, subjek), catatan, ctx)
    susun(aturan, subjek, orang, catatan, ctx)


def susun(
    aturan: Aturan, subjek: str, orang: Value | None, catatan: Value, ctx: Context
) -> None:
    """Recompute who each document is about, and send what changed.

    Args:
        aturan: the rules.
        subjek: the person.
        orang: their registry record, None if there is none (yet).
        catatan: their notes, as they are now.
        ctx: where to read and write.
    """
    if not catatan["dokumen"] and not catatan["versi"] and not catatan["titipan"]:
        return
    ke = _jawaban(catatan, subjek)
    semua = [_cocokkan(d, subjek, orang, ke, aturan) for d in catatan["dokumen"]]
    asing = {d["ref"] for d in semua if _asing(d, subjek)}
    pergi = {ref for ref in asing if ke.get(ref, subjek) != subjek}
    titipan = _titipkan(catatan["titipan"], semua, asing, subjek, ctx)
    sendiri = _tanpa_ganda(_tinggal(semua, pergi, subjek), subjek)
    baru = kirim_perkara(
        aturan, subjek, orang, {**catatan, "titipan": titipan}, sendiri, ctx
    )
    if baru != catatan:
        ctx.put(CATATAN, subjek, baru)


def _jawaban(catatan: Value, subjek: str) -> dict[str, str]:
    """Whom each foreign document is about, told by the family now written on it."""
    ditanya = {
        (d["ref"], d["kk_id"]) for d in catatan["dokumen"] if d["asal"] == subjek
    }
    return {
        a["ref"]: a["ke"]
        for a in catatan["alihan"]
        if (a["ref"], a["kk_id"]) in ditanya
    }


def _cocokkan(
    dok: Value, subjek: str, orang: Value | None, ke: dict[str, str], aturan: Aturan
) -> Value:
    if dok["asal"] != subjek or dok["orang"] is None:
        return dok
    tingkat = BELUM
    if orang is not None and dok["orang"]["nik"] is not None:
        tingkat = tingkat_nik(dok["orang"], orang["orang"], aturan)
    if tingkat == BELUM and ke.get(dok["ref"]) == subjek:
        tingkat = BAYI
    return dok if tingkat == dok["tingkat"] else {**dok, "tingkat": tingkat}


def _asing(dok: Value, subjek: str) -> bool:
    return (
        dok["asal"] == subjek
        and dok["orang"] is not None
        and dok["tingkat"] in {BELUM, BAYI}
    )


def _tinggal(semua: list[Value], pergi: set[str], subjek: str) -> list[Value]:
    """What stays in this person's case; a cancellation leaves with the last notice."""
    tetap = [d for d in semua if d["asal"] != subjek or d["ref"] not in pergi]
    ada_orang = any(d["orang"] is not None for d in tetap if d["asal"] == subjek)
    if pergi and not ada_orang:
        tetap = [d for d in tetap if d["asal"] != subjek or d["jenis"] != BATAL]
    return tetap


def _tanpa_ganda(dokumen: Iterable[Value], subjek: str) -> list[Value]:
    """One document per kind and row: one typed for this person beats an adopted one."""
    hasil: dict[tuple[str, str], Value] = {}
    for dok in sorted(dokumen, key=lambda d: (d["asal"] != subjek, d["asal"])):
        hasil.setdefault((dok["jenis"], dok["ref"]), dok)
    return [hasil[kunci] for kunci in sorted(hasil)]


def _titipkan(
    lama: list[Value], semua: list[Value], asing: set[str], subjek: str, ctx: Context
) -> list[Value]:
    """Ask families about foreign documents; take back what is foreign no more."""
    sebelum = {t["ref"]: t for t in lama}
    baru: list[Value] = []
    for ref in sorted(asing):
        isi = [d for d in semua if d["asal"] == subjek and _seberkas(d, ref)]
        kk_id = next((d["kk_id"] for d in isi if d["kk_id"]), None)
        if kk_id is None:
            continue
        sidik = event_id(*(f"{d['jenis']}|{d['event_id']}" for d in isi))
        titip = {"ref": ref, "kk_id": kk_id, "sidik": sidik}
        baru.append(titip)
        lalu = sebelum.get(ref)
        if lalu is not None and lalu["kk_id"] == kk_id:
            del sebelum[ref]
        if lalu != titip:
            bersih = [{**d, "tingkat": BELUM} for d in isi]
            _cari(kk_id, subjek, ref, bersih, ctx)
    for lalu in sebelum.values():
        _cari(lalu["kk_id"], subjek, lalu["ref"], [], ctx)
    return baru


def _seberkas(dok: Value, ref: str) -> bool:
    return bool(dok["ref"] == ref or dok["jenis"] == BATAL)


def _cari(kk_id: str, asal: str, ref: str, dokumen: list[Value], ctx: Context) -> None:
    ctx.emit(
        rujukan.KE_KELUARGA,
        "DokumenDicari",
        kk_id,
        {"asal": asal, "ref": ref, "dokumen": dokumen},
        classification=rujukan.SPESIFIK,
    )


def _kunci(dok: Value) -> tuple[str, str, str]:
    return dok["jenis"], dok["ref"], dok["asal"]
