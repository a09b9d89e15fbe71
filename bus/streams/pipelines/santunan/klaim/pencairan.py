"""After the money is out: nothing is taken back automatically (cases e and f)."""

from dataclasses import replace

from bus.record import Value
from bus.streams.pipelines.santunan import alasan, temuan
from bus.streams.pipelines.santunan.dokumen import BAYI, KLAIM, PASTI, tentang
from bus.streams.pipelines.santunan.klaim.ganda import (
    pilih_utama,
    tutup_lain,
)
from bus.streams.pipelines.santunan.klaim.penilaian import (
    SAH,
    TAHAN,
    TOLAK,
    TUNGGU,
    Putusan,
)
from bus.streams.pipelines.santunan.klaim.perhatian import sekali
from bus.streams.pipelines.santunan.klaim.reservasi import pakai
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.terbitan import (
    DIBATALKAN,
    DICAIRKAN,
    Terbitan,
    catat,
    catatan_pengajuan,
    terbitkan,
)

_TAK_PASTI = {alasan.IDENTITAS_MUNGKIN, alasan.IDENTITAS_LEMAH}


def setelah_cair(
    s: Sidang, klaim: Value, cair: Value, putusan: dict[str, Putusan]
) -> Value:
    """A claim that e-Sakti paid: use the reservation, close the others, look back.

    Args:
        s: rules, deceased, where to write.
        klaim: the claim.
        cair: the payment.
        putusan: today's verdict on each application.
    """
    utama = _dibayar(klaim, cair, putusan)
    klaim = {**klaim, "utama": utama["ref"]}
    tgl = cair["tgl"] if cair["tgl"] is not None else s.aturan.hari(cair["waktu"])
    klaim = pakai(s, klaim, cair["jumlah"] or s.aturan.jumlah, tgl)
    klaim = _tutup_lainnya(s, klaim, utama, putusan)
    batal_id = klaim["perkara"]["batal_id"]
    if batal_id is not None:
        return _batalkan(s, klaim, utama, batal_id)
    satu = putusan.get(utama["ref"])
    if satu is not None and (satu.hasil == TOLAK or satu.kode in _TAK_PASTI):
        klaim = _periksa(s, klaim, utama, satu)
    catatan = catatan_pengajuan(klaim, utama["ref"])
    klaim = catat(klaim, {**catatan, "status": DICAIRKAN, "kode": None})
    return {**klaim, "status": DICAIRKAN, "kode": None}


def _dibayar(klaim: Value, cair: Value, putusan: dict[str, Putusan]) -> Value:
    """The application that was paid; without a trace of it, the payment itself."""
    pengajuan: list[Value] = [
        d for d in klaim["perkara"]["dokumen"] if d["jenis"] == KLAIM
    ]
    for dok in pengajuan:
        if tentang(cair, dok):
            return dok
    return pilih_utama(klaim, pengajuan, putusan) if pengajuan else cair


def _tutup_lainnya(
    s: Sidang, klaim: Value, utama: Value, putusan: dict[str, Putusan]
) -> Value:
    """Every other application surely about this person is a duplicate now."""
    for dok in klaim["perkara"]["dokumen"]:
        if dok["jenis"] != KLAIM or dok["ref"] == utama["ref"]:
            continue
        satu = putusan[dok["ref"]]
        if satu.hasil in {TAHAN, TUNGGU} and dok["tingkat"] in {PASTI, BAYI}:
            satu = replace(satu, hasil=SAH)
        klaim = tutup_lain(s, klaim, dok, satu, utama, utama_sah=True)
    return klaim


def _batalkan(s: Sidang, klaim: Value, utama: Value, batal_id: str) -> Value:
    """The paid-for death was cancelled: the money is expected back (case f)."""
    dasar = (batal_id, utama["event_id"])
    kode = alasan.KEMATIAN_DIBATALKAN
    isi = Terbitan(DIBATALKAN, kode, mutu=("SUDAH_CAIR",), dasar=dasar)
    klaim = terbitkan(s, klaim, utama, isi)
    jenis, pokok = temuan.PENGEMBALIAN_DIHARAPKAN, (s.subjek, utama["ref"])
    for kantor in (temuan.BPKAD, temuan.INSPEKTORAT):
        rujuk = (pokok[0], f"{pokok[1]}|{kantor}")
        klaim = sekali(s, klaim, jenis, kantor, rujuk, dasar)
    return {**klaim, "status": DIBATALKAN, "kode": kode}


def _periksa(s: Sidang, klaim: Value, utama: Value, satu: Putusan) -> Value:
    """By today's facts it should not have been paid: a case for people (case e)."""
    if not klaim["disetujui"]:
        jenis = temuan.PENCAIRAN_TANPA_PERSETUJUAN
    elif satu.kode == alasan.LEWAT_BATAS:
        jenis = temuan.LEWAT_SETELAH_KOREKSI
    else:
        jenis = temuan.TIDAK_SAH_SETELAH_CAIR
    pokok = (s.subjek, utama["ref"])
    return sekali(s, klaim, jenis, temuan.INSPEKTORAT, pokok, satu.dasar)
