"""Publishing decisions: once per content, corrections marked as such."""

from dataclasses import dataclass

from bus.record import DIBATALKAN as OP_BATAL
from bus.record import DIBUAT, DIKOREKSI, Value, event_id
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.alasan import kalimat
from bus.streams.pipelines.santunan.aturan import tahun
from bus.streams.pipelines.santunan.klaim.reservasi import klaim_id
from bus.streams.pipelines.santunan.klaim.sidang import Sidang

DIAJUKAN, DIVERIFIKASI = "DIAJUKAN", "DIVERIFIKASI"
MENUNGGU_ANGGARAN, DISETUJUI, DICAIRKAN = "MENUNGGU_ANGGARAN", "DISETUJUI", "DICAIRKAN"
DITOLAK, DIBATALKAN, DIKEMBALIKAN = "DITOLAK", "DIBATALKAN", "DIKEMBALIKAN"

_PERISTIWA = {
    DIVERIFIKASI: "SantunanDiverifikasi",
    MENUNGGU_ANGGARAN: "SantunanMenungguAnggaran",
    DISETUJUI: "SantunanDisetujui",
    DITOLAK: "SantunanDitolak",
    DIBATALKAN: "SantunanDibatalkan",
    DIKEMBALIKAN: "SantunanDikembalikan",
}
_MUNDUR = {DITOLAK, DIBATALKAN, DIKEMBALIKAN}


@dataclass(frozen=True, slots=True)
class Terbitan:
    """What is to be published about one application.

    Attributes:
        status: one of the states above; names the event.
        kode: reason code.
        penerima: who is paid.
        hubungan: relation of the heir.
        kunci: budget key.
        tgl: day of the decision.
        tgl_meninggal: death date it rests on; part of its identity, not published.
        mutu: quality flags.
        dasar: ids of events it rests on.
    """

    status: str
    kode: str | None = None
    penerima: str | None = None
    hubungan: str | None = None
    kunci: str | None = None
    tgl: int | None = None
    tgl_meninggal: int | None = None
    mutu: tuple[str, ...] = ()
    dasar: tuple[str, ...] = ()


def catatan_pengajuan(klaim: Value, ref: str) -> Value:
    """What was decided on one application so far."""
    for satu in klaim["pengajuan"]:
        if satu["ref"] == ref:
            return dict(satu)
    return {
        "ref": ref,
        "status": DIAJUKAN,
        "kode": None,
        "verifikasi": None,
        "sidik": None,
        "terbit": [],
    }


def catat(klaim: Value, satu: Value) -> Value:
    """The claim with a new note on one application."""
    lain = [p for p in klaim["pengajuan"] if p["ref"] != satu["ref"]]
    return {**klaim, "pengajuan": sorted([*lain, satu], key=lambda p: str(p["ref"]))}


def terbitkan(s: Sidang, klaim: Value, dok: Value, isi: Terbitan) -> Value:
    """Publish a decision on one application unless the same stands already.

    Args:
        s: rules, deceased, where to write.
        klaim: the claim.
        dok: the application (or payment) it answers.
        isi: the decision.

    Returns:
        The claim with the decision noted.
    """
    satu = catatan_pengajuan(klaim, dok["ref"])
    sidik = event_id(
        *map(str, (isi.status, isi.kode, isi.penerima, isi.hubungan, isi.kunci)),
        str(isi.tgl_meninggal),
    )
    tempat = "verifikasi" if isi.status == DIVERIFIKASI else "sidik"
    baru = {**satu, "status": isi.status, "kode": isi.kode}
    if satu[tempat] != sidik:
        _kirim(s, dok, isi, _operasi(satu, isi.status))
        baru[tempat] = sidik
        if isi.status not in satu["terbit"]:
            baru["terbit"] = [*satu["terbit"], isi.status]
    if isi.status in _MUNDUR:
        baru["verifikasi"] = None
    return catat(klaim, baru)


def _operasi(satu: Value, status: str) -> str:
    if status == DIBATALKAN:
        return OP_BATAL
    pernah = set(satu["terbit"])
    return DIKOREKSI if status in pernah or pernah & _MUNDUR else DIBUAT


def _kirim(s: Sidang, dok: Value, isi: Terbitan, operasi: str) -> None:
    diajukan = dok["tgl_pengajuan"]
    s.ctx.emit(
        rujukan.SANTUNAN,
        _PERISTIWA[isi.status],
        s.subjek,
        {
            "klaim_id": klaim_id(s.subjek),
            "almarhum": s.subjek,
            "alasan_kode": isi.kode,
            "alasan": None if isi.kode is None else kalimat(isi.kode, s.aturan),
            "jumlah": s.aturan.jumlah,
            "kunci_anggaran": isi.kunci,
            "tahun_pengajuan": None if diajukan is None else tahun(diajukan),
            "tahun": None if isi.kunci is None else int(isi.kunci.partition("|")[0]),
            "penerima": isi.penerima,
            "hubungan": isi.hubungan,
            "no_reg": dok["no_reg"],
            "tingkat_cocok": dok["tingkat"],
            "tgl": isi.tgl,
            "kode_desa": dok["kode_desa"],
            "petugas_ref": None,
            "kuitansi": None,
            "rekening": None,
            "aturan_versi": s.aturan.versi,
            "dasar": list(isi.dasar),
            "dicatat_pada": None,
            "sumber_ref": None,
            "mutu": list(isi.mutu),
        },
        operation=operasi,
        classification=rujukan.SPESIFIK,
    )
