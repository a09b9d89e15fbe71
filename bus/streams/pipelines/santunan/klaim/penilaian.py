"""Judge one claim on all facts known: a pure function, the same in any arrival order.

What is missing because another office may not have been read yet makes a claim wait
(TUNGGU), it does not reject it. When the waiting time is over it is decided without;
data that come later still change the verdict, until the claim is paid.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bus.record import Value
from bus.streams.pipelines.santunan import alasan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.dokumen import (
    BAYI,
    BELUM,
    LEMAH,
    MUNGKIN,
    menarik,
)
from bus.streams.pipelines.santunan.domisili import BELUM_TAHU, TIDAK
from bus.streams.pipelines.santunan.kematian import laporan_berlaku
from bus.streams.pipelines.santunan.klaim.kemiskinan import Kemiskinan, kemiskinan
from bus.streams.pipelines.santunan.klaim.penerima import Penerima, pilih_penerima

SAH, TAHAN, TUNGGU, TOLAK, BATAL = "SAH", "TAHAN", "TUNGGU", "TOLAK", "BATAL"


@dataclass(frozen=True, slots=True)
class Kasus:
    """The facts of one death a claim is judged on.

    Attributes:
        perkara: case of the identity stage.
        keluarga: family of the day before death.
        wafat: heirs known to have died.
        habis_tunggu: the time to wait for other offices' data is over.
    """

    perkara: Value
    keluarga: Value
    wafat: frozenset[str]
    habis_tunggu: bool

    @property
    def laporan(self) -> list[Value]:
        """Death notices and certificates that hold, best first."""
        return laporan_berlaku(self.perkara["dokumen"], dikenal=self.perkara["dikenal"])


@dataclass(frozen=True, slots=True)
class Putusan:
    """The verdict on one claim.

    Attributes:
        hasil: SAH, TAHAN (people must look), TUNGGU (data are on their way), TOLAK
            or BATAL.
        kode: reason code; None for SAH.
        penerima: who would be paid.
        mutu: quality flags.
        dasar: ids of the events it rests on.
    """

    hasil: str
    kode: str | None = None
    penerima: Penerima | None = None
    mutu: tuple[str, ...] = ()
    dasar: tuple[str, ...] = field(default=())


_Periksa = Callable[[Aturan, Kasus, Value], Putusan | None]


def nilai(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan:
    """The verdict on one claim document; the first rule that stops it decides."""
    dasar = _dasar(kasus, dok)
    for periksa in _ATURAN:
        putusan = periksa(aturan, kasus, dok)
        if putusan is not None:
            return Putusan(putusan.hasil, putusan.kode, None, (), dasar)
    penerima = pilih_penerima(aturan, kasus.perkara, kasus.keluarga, kasus.wafat, dok)
    if penerima.kode is not None:
        hasil = TOLAK if penerima.kode == alasan.AHLI_WARIS_TIDAK_SAH else TAHAN
        return Putusan(hasil, penerima.kode, penerima, (), dasar)
    miskin = _miskin(aturan, kasus, dok)
    mutu = (*_mutu(aturan, kasus, dok), *miskin.mutu, *penerima.mutu)
    if miskin.dasar is not None:
        dasar = (*dasar, miskin.dasar["event_id"])
    return Putusan(SAH, None, penerima, mutu, dasar)


def _batal(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    if kasus.perkara["batal_id"] is not None:
        return Putusan(BATAL, alasan.KEMATIAN_DIBATALKAN)
    if any(menarik(d, dok) for d in kasus.perkara["dokumen"]):
        return Putusan(BATAL, alasan.PENGAJUAN_DITARIK)
    return None


def _tanggal(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    tgl, diajukan = kasus.perkara["tgl_meninggal"], dok["tgl_pengajuan"]
    tertulis = dok["tgl"]
    if tgl is None and tertulis is None:
        return _tunggu(kasus, alasan.MENUNGGU_TANGGAL, alasan.TANGGAL_TIDAK_SAH)
    lahir = kasus.perkara["orang"]["tgl_lahir"] if kasus.perkara["orang"] else None
    sah = all(
        hari is None or (hari <= diajukan and (lahir is None or lahir <= hari))
        for hari in (tgl, tertulis)
    )
    return None if sah else Putusan(TOLAK, alasan.TANGGAL_TIDAK_SAH)


def _batas(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    if dok["tgl_pengajuan"] - tgl_meninggal(kasus, dok) > aturan.santunan.batas_hari:
        return Putusan(TOLAK, alasan.LEWAT_BATAS)
    return None


def tgl_meninggal(kasus: Kasus, dok: Value) -> int:
    """The death date that holds for a claim: the case's, else its own."""
    tgl = kasus.perkara["tgl_meninggal"]
    return int(dok["tgl"] if tgl is None else tgl)


def _surat(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    if dok["no_surat"] or any(d["no_surat"] for d in kasus.laporan):
        return None
    return Putusan(TOLAK, alasan.SURAT_TIDAK_ADA)


def _berakta(kasus: Kasus, dok: Value) -> bool:
    return bool(dok["no_akta"]) or any(d["no_akta"] for d in kasus.laporan)


def _akta(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    if aturan.santunan.syarat_akta == "WAJIB" and not _berakta(kasus, dok):
        return Putusan(TOLAK, alasan.AKTA_TIDAK_ADA)
    return None


def _identitas(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    tingkat = dok["tingkat"]
    if tingkat == BELUM:
        akhir = alasan.BUKAN_PENDUDUK
        if kasus.perkara["dikenal"]:
            akhir = alasan.IDENTITAS_TIDAK_COCOK
        return _tunggu(kasus, alasan.MENUNGGU_DATA_PENDUDUK, akhir)
    if tingkat == MUNGKIN:
        return Putusan(TAHAN, alasan.IDENTITAS_MUNGKIN)
    if tingkat == LEMAH:
        return Putusan(TAHAN, alasan.IDENTITAS_LEMAH)
    return None


def _penduduk(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    status = kasus.perkara["penduduk"]
    if dok["tingkat"] == BAYI:
        di_sini = aturan.di_sini(kasus.keluarga["kode_desa"])
        return None if di_sini else Putusan(TOLAK, alasan.BUKAN_PENDUDUK)
    if status == TIDAK:
        return Putusan(TOLAK, alasan.BUKAN_PENDUDUK)
    if status == BELUM_TAHU:
        kode = alasan.MENUNGGU_DATA_PENDUDUK
        return _tunggu(kasus, kode, alasan.BUKAN_PENDUDUK)
    return None


def _miskin(aturan: Aturan, kasus: Kasus, dok: Value) -> Kemiskinan:
    sktm = dok["sktm"] and (dok["lampiran"] > 0 or not aturan.santunan.sktm_berfoto)
    return kemiskinan(aturan, kasus.keluarga, sktm, tgl_meninggal(kasus, dok))


def _kemiskinan(aturan: Aturan, kasus: Kasus, dok: Value) -> Putusan | None:
    miskin = _miskin(aturan, kasus, dok).miskin
    if miskin:
        return None
    akhir = alasan.FOTO_RUMAH_TIDAK_ADA if dok["sktm"] else alasan.TIDAK_MISKIN
    if miskin is None:
        return _tunggu(kasus, alasan.MENUNGGU_DATA_KEMISKINAN, akhir)
    return Putusan(TOLAK, akhir)


def _tunggu(kasus: Kasus, kode: str, akhir: str) -> Putusan:
    return Putusan(TOLAK, akhir) if kasus.habis_tunggu else Putusan(TUNGGU, kode)


_ATURAN: tuple[_Periksa, ...] = (
    _batal,
    _tanggal,
    _batas,
    _surat,
    _akta,
    _identitas,
    _penduduk,
    _kemiskinan,
)


def _mutu(aturan: Aturan, kasus: Kasus, dok: Value) -> tuple[str, ...]:
    mutu = []
    tgl = kasus.perkara["tgl_meninggal"]
    if tgl is not None and dok["tgl"] not in {None, tgl}:
        mutu.append("TGL_MENINGGAL_BERBEDA")
    if dok["kk_id"] not in {None, kasus.perkara["kk_id"]}:
        mutu.append("KK_BERBEDA")
    if dok["jumlah"] is not None and dok["jumlah"] != aturan.jumlah:
        mutu.append("JUMLAH_BERBEDA")
    if aturan.santunan.syarat_akta == "MENYUSUL" and not _berakta(kasus, dok):
        mutu.append("AKTA_MENYUSUL")
    return tuple(mutu)


def _dasar(kasus: Kasus, dok: Value) -> tuple[str, ...]:
    semua = [
        dok["event_id"],
        *(d["event_id"] for d in kasus.laporan),
        *kasus.perkara["dasar"],
    ]
    if kasus.perkara["batal_id"] is not None:
        semua.append(kasus.perkara["batal_id"])
    semua += [d["event_id"] for d in kasus.perkara["dokumen"] if menarik(d, dok)]
    return tuple(dict.fromkeys(semua))
