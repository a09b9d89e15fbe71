"""The states of a claim: from the verdicts on its applications to what is published.

Run after every change of a claim's facts. It computes where each application should
stand and publishes the difference, so replays and repeats publish nothing.
"""

from dataclasses import replace

from bus.record import Value
from bus.streams.pipelines.santunan.dokumen import CAIR, KLAIM
from bus.streams.pipelines.santunan.klaim.ganda import (
    lewat_waktu,
    lupakan_yang_pergi,
    pilih_utama,
    tutup_lain,
)
from bus.streams.pipelines.santunan.klaim.minat import minati
from bus.streams.pipelines.santunan.klaim.pencairan import setelah_cair
from bus.streams.pipelines.santunan.klaim.pengesahan import sahkan
from bus.streams.pipelines.santunan.klaim.penilaian import (
    BATAL,
    SAH,
    TOLAK,
    TUNGGU,
    Kasus,
    Putusan,
    nilai,
)
from bus.streams.pipelines.santunan.klaim.penutupan import tutup
from bus.streams.pipelines.santunan.klaim.perhatian import (
    perhatikan_identitas,
)
from bus.streams.pipelines.santunan.klaim.reservasi import TERPAKAI, cabut
from bus.streams.pipelines.santunan.klaim.siapan import siapkan
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.simpanan import hari_ini
from bus.streams.pipelines.santunan.klaim.terbitan import (
    DISETUJUI,
    MENUNGGU_ANGGARAN,
    catatan_pengajuan,
)

_LEPAS = {TOLAK: "DITOLAK", BATAL: "DIBATALKAN"}


def jalankan(s: Sidang, klaim: Value) -> Value:
    """Bring a claim to where its facts say it should be.

    Args:
        s: rules, deceased, where to write.
        klaim: the claim with all facts known now.

    Returns:
        The claim as it stands afterwards; the caller stores it.
    """
    if klaim["perkara"] is None:
        return klaim
    kasus = _kasus(klaim)
    dokumen = klaim["perkara"]["dokumen"]
    pengajuan = [d for d in dokumen if d["jenis"] == KLAIM]
    klaim, kasus = _menunggu(s, klaim, kasus, pengajuan)
    putusan = {d["ref"]: nilai(s.aturan, kasus, d) for d in pengajuan}
    klaim = perhatikan_identitas(s, lupakan_yang_pergi(s, klaim))
    cair = [d for d in dokumen if d["jenis"] == CAIR]
    if cair:
        terakhir = max(cair, key=lambda d: (d["waktu"], d["ref"]))
        klaim = setelah_cair(s, klaim, terakhir, putusan)
    elif pengajuan:
        klaim = _tanpa_pembayaran(s, klaim)
        klaim = _proses(s, klaim, pengajuan, putusan, kasus)
        klaim = minati(s, klaim, pengajuan)
    else:
        klaim = cabut(klaim, "LAINNYA", s.ctx)
        klaim = siapkan(s, {**klaim, "utama": None}, kasus)
    tunggu = any(p.hasil == TUNGGU for p in putusan.values())
    antre = klaim["status"] in {MENUNGGU_ANGGARAN, DISETUJUI}
    return {**klaim, "menunggu": (tunggu and not cair) or antre}


def _tanpa_pembayaran(s: Sidang, klaim: Value) -> Value:
    """A payment that was withdrawn, or was another claim's, is not ours any more."""
    reservasi = klaim["reservasi"]
    if reservasi is not None and reservasi["status"] == TERPAKAI:
        return cabut(klaim, "DIBATALKAN", s.ctx)
    return klaim


def _kasus(klaim: Value) -> Kasus:
    wafat = frozenset(w["subjek_id"] for w in klaim["wafat"])
    perkara, keluarga = klaim["perkara"], klaim["keluarga"]
    return Kasus(perkara, keluarga, wafat, klaim["habis_tunggu"])


def _menunggu(
    s: Sidang, klaim: Value, kasus: Kasus, pengajuan: list[Value]
) -> tuple[Value, Kasus]:
    """Start or end the waiting time: it runs while data of others are missing."""
    sabar = replace(kasus, habis_tunggu=False)
    if any(nilai(s.aturan, sabar, d).hasil == TUNGGU for d in pengajuan):
        if klaim["menunggu_sejak"] is None:
            klaim = {**klaim, "menunggu_sejak": hari_ini(s.ctx)}
        return klaim, kasus
    return {**klaim, "menunggu_sejak": None, "habis_tunggu": False}, sabar


def _proses(
    s: Sidang,
    klaim: Value,
    pengajuan: list[Value],
    putusan: dict[str, Putusan],
    kasus: Kasus,
) -> Value:
    lewat = lewat_waktu(pengajuan, klaim["kedaluwarsa"])
    utama = pilih_utama(klaim, pengajuan, putusan)
    satu = putusan[utama["ref"]]
    klaim = {**klaim, "utama": utama["ref"]}
    for dok in pengajuan:
        lain = putusan[dok["ref"]]
        if lain.hasil == SAH and dok["ref"] in lewat:
            continue  # told already that it was given back
        if dok is not utama:
            klaim = tutup_lain(s, klaim, dok, lain, utama, utama_sah=satu.hasil == SAH)
    if satu.hasil == SAH:
        klaim = sahkan(s, klaim, kasus, utama, satu)
    else:
        klaim = cabut(klaim, _LEPAS.get(satu.hasil, "LAINNYA"), s.ctx)
        klaim = tutup(s, klaim, utama, satu)
    catatan = catatan_pengajuan(klaim, utama["ref"])
    return {**klaim, "status": catatan["status"], "kode": catatan["kode"]}
