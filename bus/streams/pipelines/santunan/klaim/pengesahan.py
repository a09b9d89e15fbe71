"""A claim that meets every rule: verified, money reserved, approved."""

from bus.record import Value
from bus.streams.pipelines.santunan import alasan, temuan
from bus.streams.pipelines.santunan.klaim.kemiskinan import yang_berlaku
from bus.streams.pipelines.santunan.klaim.penilaian import Kasus, Putusan, tgl_meninggal
from bus.streams.pipelines.santunan.klaim.perhatian import sekali
from bus.streams.pipelines.santunan.klaim.reservasi import ANTRE, DIMINTA, minta
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.simpanan import hari_ini
from bus.streams.pipelines.santunan.klaim.terbitan import (
    DIKEMBALIKAN,
    DISETUJUI,
    DIVERIFIKASI,
    MENUNGGU_ANGGARAN,
    Terbitan,
    terbitkan,
)


def sahkan(
    s: Sidang, klaim: Value, kasus: Kasus, dok: Value, putusan: Putusan
) -> Value:
    """Take a valid claim as far as the budget allows."""
    tgl = _tgl_verifikasi(s, kasus, dok, putusan)
    dasar = putusan.dasar
    penerima = putusan.penerima
    isi = Terbitan(
        DIVERIFIKASI,
        penerima=penerima.subjek_id if penerima else None,
        hubungan=penerima.hubungan if penerima else None,
        tgl=tgl,
        tgl_meninggal=tgl_meninggal(kasus, dok),
        mutu=putusan.mutu,
        dasar=dasar,
    )
    if klaim["kedaluwarsa"] == dok["event_id"]:
        isi = _sebagai(isi, DIKEMBALIKAN, alasan.RESERVASI_KEDALUWARSA)
        return terbitkan(s, klaim, dok, isi)
    if all(d["event_id"] != klaim["kedaluwarsa"] for d in kasus.perkara["dokumen"]):
        klaim = {**klaim, "kedaluwarsa": None}
    if klaim["reservasi"] is None:
        klaim = minta(s, klaim, dok, tgl)
    reservasi = klaim["reservasi"]
    if reservasi is not None:
        isi = _sebagai(isi, DIVERIFIKASI, None, reservasi)
    klaim = terbitkan(s, klaim, dok, isi)
    return _lanjut(s, klaim, dok, isi)


def _lanjut(s: Sidang, klaim: Value, dok: Value, isi: Terbitan) -> Value:
    """From verified to queueing or approved, as the budget stage answered."""
    reservasi = klaim["reservasi"]
    if reservasi is None:
        pokok = (s.subjek, dok["ref"])
        jenis = temuan.ANGGARAN_BELUM_DIATUR
        klaim = sekali(s, klaim, jenis, temuan.BPKAD, pokok, (dok["event_id"],))
        isi = _sebagai(isi, MENUNGGU_ANGGARAN, alasan.ANGGARAN_BELUM_DIATUR)
        return terbitkan(s, klaim, dok, isi)
    if reservasi["status"] == DIMINTA:
        return klaim
    if reservasi["status"] == ANTRE:
        isi = _sebagai(isi, MENUNGGU_ANGGARAN, reservasi["kode"], reservasi)
        return terbitkan(s, klaim, dok, isi)
    isi = _sebagai(isi, DISETUJUI, None, reservasi)
    klaim = terbitkan(s, klaim, dok, isi)
    return {**klaim, "disetujui": True}


def _sebagai(
    isi: Terbitan, status: str, kode: str | None, reservasi: Value | None = None
) -> Terbitan:
    dasar, kunci = isi.dasar, isi.kunci
    if reservasi is not None:
        kunci = reservasi["kunci"]
        if reservasi["event_id"] is not None and status != DIVERIFIKASI:
            dasar = (*dasar, reservasi["event_id"])
    return Terbitan(
        status,
        kode,
        isi.penerima,
        isi.hubungan,
        kunci,
        isi.tgl,
        isi.tgl_meninggal,
        isi.mutu,
        dasar,
    )


def _tgl_verifikasi(s: Sidang, kasus: Kasus, dok: Value, putusan: Putusan) -> int:
    """The day of verification: the latest day known to the facts it rests on.

    That is the application, its recording, the eligibility used, and the last day
    this partition was told of; never the moment of processing.
    """
    layak = yang_berlaku(kasus.keluarga, tgl_meninggal(kasus, dok))
    waktu = [k["waktu"] for k in layak if k["event_id"] in putusan.dasar]
    hari = [s.aturan.hari(saat) for saat in (dok["waktu"], *waktu)]
    return max(int(dok["tgl_pengajuan"]), hari_ini(s.ctx) or 0, *hari)
