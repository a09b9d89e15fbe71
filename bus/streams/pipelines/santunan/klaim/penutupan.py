"""Applications that do not go on: rejected, cancelled, returned, or waiting."""

from bus.record import Value
from bus.streams.pipelines.santunan import alasan
from bus.streams.pipelines.santunan.klaim.penilaian import BATAL, TAHAN, TOLAK, Putusan
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.simpanan import hari_ini
from bus.streams.pipelines.santunan.klaim.terbitan import (
    DIAJUKAN,
    DIBATALKAN,
    DIKEMBALIKAN,
    DITOLAK,
    Terbitan,
    catat,
    catatan_pengajuan,
    terbitkan,
)

KEMBALIKAN = {alasan.AHLI_WARIS_MENINGGAL, alasan.WALI_TIDAK_ADA}


def tutup(s: Sidang, klaim: Value, dok: Value, satu: Putusan) -> Value:
    """Publish why an application stops, if anybody has to be told."""
    status = _status(satu)
    if status is None:
        return _diam(s, klaim, dok, satu)
    if status == DIBATALKAN and satu.kode == alasan.PENGAJUAN_DITARIK:
        return _tanpa_kabar(klaim, dok, DIBATALKAN, satu.kode)
    isi = Terbitan(
        status,
        satu.kode,
        tgl=max(dok["tgl_pengajuan"] or 0, hari_ini(s.ctx) or 0),
        mutu=satu.mutu,
        dasar=satu.dasar,
    )
    return terbitkan(s, klaim, dok, isi)


def _status(satu: Putusan) -> str | None:
    if satu.hasil == TOLAK:
        return DITOLAK
    if satu.hasil == BATAL:
        return DIBATALKAN
    if satu.hasil == TAHAN and satu.kode in KEMBALIKAN:
        return DIKEMBALIKAN
    return None


def _diam(s: Sidang, klaim: Value, dok: Value, satu: Putusan) -> Value:
    """Held or waiting: nothing is published, unless an earlier decision falls by it."""
    if catatan_pengajuan(klaim, dok["ref"])["terbit"]:
        isi = Terbitan(DIKEMBALIKAN, satu.kode, mutu=satu.mutu, dasar=satu.dasar)
        klaim = terbitkan(s, klaim, dok, isi)
    return _tanpa_kabar(klaim, dok, DIAJUKAN, satu.kode)


def _tanpa_kabar(klaim: Value, dok: Value, status: str, kode: str | None) -> Value:
    catatan = catatan_pengajuan(klaim, dok["ref"])
    baru = {**catatan, "status": status, "kode": kode, "verifikasi": None}
    return catat(klaim, baru)
