"""More than one application for one death (case c): which counts, what of the others.

The choice depends on the applications only, never on which of them arrived first.
"""

from dataclasses import replace

from bus.record import Value
from bus.streams.pipelines.santunan import alasan
from bus.streams.pipelines.santunan.dokumen import BAYI, CAIR, KLAIM, PASTI
from bus.streams.pipelines.santunan.klaim.penilaian import (
    BATAL,
    SAH,
    TAHAN,
    TOLAK,
    Putusan,
)
from bus.streams.pipelines.santunan.klaim.penutupan import KEMBALIKAN, tutup
from bus.streams.pipelines.santunan.klaim.perhatian import perhatikan_ganda
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.terbitan import (
    DIBATALKAN,
    DISETUJUI,
    DIVERIFIKASI,
    MENUNGGU_ANGGARAN,
    Terbitan,
    terbitkan,
)

_GUGUR = {TOLAK: 3, BATAL: 4}
_BERJALAN = {DIVERIFIKASI, MENUNGGU_ANGGARAN, DISETUJUI}


def pilih_utama(
    klaim: Value, pengajuan: list[Value], putusan: dict[str, Putusan]
) -> Value:
    """The application that counts: the earliest that is surely about this person.

    Rejected and cancelled ones count only if there is nothing else. One that is only
    probably about this person, or was given back, gives way to a good one.

    Args:
        klaim: the claim.
        pengajuan: all its applications, at least one.
        putusan: the verdict on each, by row.
    """
    habis = klaim["kedaluwarsa"]
    lewat = lewat_waktu(pengajuan, habis)

    def tingkat(dok: Value) -> int:
        satu = putusan[dok["ref"]]
        if satu.hasil in _GUGUR:
            return _GUGUR[satu.hasil]
        if dok["ref"] in lewat:
            return 1 if dok["event_id"] == habis else 2
        yakin = dok["tingkat"] in {PASTI, BAYI}
        return 0 if yakin and satu.kode not in KEMBALIKAN else 1

    return min(pengajuan, key=lambda dok: (tingkat(dok), *_giliran(dok)))


def lewat_waktu(pengajuan: list[Value], kedaluwarsa: str | None) -> frozenset[str]:
    """Rows given back because nobody took the money in time, and those before them.

    A new form, or the old one edited, is none of them: it asks again.
    """
    habis = next((d for d in pengajuan if d["event_id"] == kedaluwarsa), None)
    if habis is None:
        return frozenset()
    return frozenset(d["ref"] for d in pengajuan if _giliran(d) <= _giliran(habis))


def _giliran(dok: Value) -> tuple[int, str]:
    return dok["tgl_pengajuan"], dok["ref"]


def tutup_lain(
    s: Sidang,
    klaim: Value,
    dok: Value,
    putusan: Putusan,
    utama: Value,
    *,
    utama_sah: bool,
) -> Value:
    """An application beside the one that counts: a duplicate once that one is good.

    Until then it is kept open without a word; the first may still be rejected.
    """
    if putusan.hasil != SAH:
        return tutup(s, klaim, dok, putusan)
    dasar = (dok["event_id"], utama["event_id"])
    ganda = Putusan(TOLAK, alasan.DUPLIKAT, dasar=dasar)
    if not utama_sah:
        ganda = replace(ganda, hasil=TAHAN)
    klaim = perhatikan_ganda(s, klaim, dok, dasar)
    return tutup(s, klaim, dok, ganda)


def lupakan_yang_pergi(s: Sidang, klaim: Value) -> Value:
    """Applications that turned out to be about somebody else leave no trace here.

    If one was on its way to payment, its end is published first.
    """
    ada = {d["ref"]: d for d in klaim["perkara"]["dokumen"]}
    tetap = [
        p
        for p in klaim["pengajuan"]
        if p["ref"] in ada and ada[p["ref"]]["jenis"] in {KLAIM, CAIR, "TARIK"}
    ]
    if len(tetap) == len(klaim["pengajuan"]):
        return klaim
    for satu in klaim["pengajuan"]:
        if satu["ref"] not in ada and satu["status"] in _BERJALAN:
            dok = {
                "ref": satu["ref"],
                "no_reg": None,
                "tgl_pengajuan": None,
                "tingkat": 0,
                "kode_desa": None,
            }
            dasar = tuple(klaim["perkara"]["dasar"]) or (s.ctx.event.id,)
            isi = Terbitan(DIBATALKAN, alasan.PENGAJUAN_DIALIHKAN, dasar=dasar)
            terbitkan(s, klaim, dok, isi)
    return {**klaim, "pengajuan": tetap}
