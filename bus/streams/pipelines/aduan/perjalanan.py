"""From facts to the state of a report: one pass in the order in which they happened.

The citizen's answer clock begins with the first forwarding of an attempt and does not
begin again when an office gives the report back; only waiting for the citizen stops
it; a reopened report is a new attempt with a clock of its own (`domain.md` §5 F5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.streams.pipelines.aduan import fakta as f
from bus.streams.pipelines.aduan import keadaan as k
from bus.streams.pipelines.aduan.jam import DARURAT, JAWABAN, VERIFIKASI, Jam
from bus.streams.pipelines.aduan.kalender import SEHARI_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.pipelines.aduan.keadaan import Keadaan


class Perjalanan:
    """One pass over the facts of a report.

    Args:
        aturan: the tenant's rules.
        laporan: `LaporanTersimpan` with `diterima`.
        sehari: length of a working day as counted, ms.
    """

    def __init__(self, aturan: Aturan, laporan: Value, sehari: int) -> None:
        self._aturan = aturan
        self._laporan = laporan
        self._sehari = sehari
        self._mulai: int = laporan["diterima"]
        self._diteruskan: int | None = None
        self._ditanggapi: int | None = None
        self._ruas: list[tuple[int, int | None]] = []
        self._pemegang: list[tuple[int, str]] = []
        self._sisa_jeda = aturan.jeda_terlama
        self._jeda: int | None = None
        self._opd: str | None = None
        self._ada = k.Keadaan(k.MENUNGGU_VERIFIKASI, aturan.aduan.pengelola)
        self._cara: dict[str, Callable[[Value, int], None]] = {
            f.RUTE: self._rute,
            f.RUJUK: self._rujuk,
            f.VERIFIKASI: self._teruskan,
            f.TUNGGU: self._tunggu,
            f.LENGKAP: self._lengkap,
            f.JAWAB: self._jawab,
            f.BERSAMA: self._bersama,
            f.KEMBALI: self._kembali,
            f.BUKA: self._buka,
            f.BATAL: self._batal,
        }

    def tempuh(self, sekarang: int) -> Keadaan:
        """The state at a moment, ms UTC."""
        ada = self._ada
        asal = self._laporan["duplikat_dari"]
        if asal is not None and not self._laporan["darurat"]:
            self._tutup(k.DIGABUNGKAN, self._mulai)
            ada.langkah.append(k.Langkah("GABUNG", self._mulai, 1, rujukan=asal))
        for satu in self._laporan["fakta"]:
            saat = max(satu["waktu"], self._mulai)
            self._lewati_jeda(saat)
            self._cara[satu["jenis"]](satu, saat)
        self._lewati_jeda(sekarang)
        if self._jeda is not None:
            ada.lanjut = self._jeda + self._sisa_jeda
            self._ruas.append((ada.lanjut, None))
        self._catat_jawaban()
        self._catat_awal()
        return ada

    # What facts do

    def _rute(self, satu: Value, saat: int) -> None:
        """The routing table's choice: only where nobody has chosen before."""
        if self._opd is None and self._ada.status == k.MENUNGGU_VERIFIKASI:
            self._teruskan(satu, saat)

    def _rujuk(self, satu: Value, saat: int) -> None:
        if self._opd is None and self._ada.status == k.MENUNGGU_VERIFIKASI:
            self._diteruskan = saat
            self._tutup(k.DIRUJUK, saat)
            self._langkah("RUJUK", saat, satu)

    def _teruskan(self, satu: Value, saat: int) -> None:
        ada, kode = self._ada, satu["kode_skpd"]
        if ada.status in {k.SELESAI, k.DIBATALKAN, k.DIGABUNGKAN}:
            return
        if ada.status in k.DI_OPD and kode == self._opd:
            return
        self._lanjutkan(saat)
        self._serahkan(kode, saat)
        self._langkah("DISPOSISI", saat, satu)

    def _tunggu(self, _satu: Value, saat: int) -> None:
        if self._ada.status in {k.DIDISPOSISI, k.DIPROSES} and self._sisa_jeda:
            self._jeda = saat
            self._henti(saat)
            self._ada.status = k.MENUNGGU_PELAPOR

    def _lengkap(self, _satu: Value, saat: int) -> None:
        if self._ada.status == k.MENUNGGU_PELAPOR:
            self._lanjutkan(saat)
            self._ada.status = k.DIPROSES

    def _jawab(self, satu: Value, saat: int) -> None:
        ada = self._ada
        self._ditanggapi = self._ditanggapi or saat
        if ada.status in k.AKHIR:
            return
        self._lanjutkan(saat)
        if self._opd is None:
            # Answered before anybody forwarded it: who answers has it.
            self._serahkan(satu["kode_skpd"] or self._aturan.aduan.pengelola, saat)
        ada.status = k.DIPROSES
        if not satu["akhir"]:
            return
        kurang = self._belum_sah(satu)
        if kurang:
            self._langkah("BELUM", saat, satu, kurang)
        else:
            self._selesai(satu, saat, satu["kode_skpd"] or self._opd)

    def _bersama(self, satu: Value, saat: int) -> None:
        """An answer given to another report of the incident, or to the first one."""
        self._ditanggapi = self._ditanggapi or saat
        if self._ada.status not in k.AKHIR or self._ada.status == k.DIGABUNGKAN:
            self._lanjutkan(saat)
            self._opd = self._opd or satu["kode_skpd"]
            self._diteruskan = self._diteruskan or saat
            self._selesai(satu, saat, satu["kode_skpd"])

    def _kembali(self, _satu: Value, saat: int) -> None:
        ada = self._ada
        if ada.status in k.DI_OPD:
            self._lanjutkan(saat)
            ada.dikembalikan += 1
            ada.status = k.DIKEMBALIKAN
            self._pegang(self._aturan.aduan.pengelola, saat)

    def _buka(self, satu: Value, saat: int) -> None:
        ada = self._ada
        if ada.status == k.SELESAI and self._opd is not None:
            self._catat_jawaban()
            ada.percobaan += 1
            ada.ditutup = None
            self._ruas, self._pemegang = [], []
            self._sisa_jeda = self._aturan.jeda_terlama
            self._serahkan(self._opd, saat)
            self._langkah("DISPOSISI", saat, satu, "BUKA_KEMBALI")

    def _batal(self, _satu: Value, saat: int) -> None:
        if self._ada.status not in {k.SELESAI, k.DIBATALKAN}:
            self._tutup(k.DIBATALKAN, saat)

    # Steps they share

    def _belum_sah(self, satu: Value) -> str | None:
        """Why an answer does not count; None if it does (`domain.md` F5, [P8])."""
        aduan = self._aturan.aduan
        if len((satu["teks"] or "").strip()) < aduan.teks_minimal:
            return "TANPA_TEKS"
        if not satu["bukti_hash"]:
            return "TANPA_BUKTI"
        if set(satu["bukti_hash"]) <= aduan.bukti_bukan:
            return "BUKTI_TIDAK_SAH"
        return None

    def _selesai(self, satu: Value, saat: int, kode: str | None) -> None:
        self._opd = kode or self._aturan.aduan.pengelola
        self._langkah("SELESAI", saat, satu, satu["rujukan"], self._opd)
        self._tutup(k.SELESAI, saat)

    def _serahkan(self, kode: str, saat: int) -> None:
        self._opd = kode
        self._diteruskan = self._diteruskan or saat
        self._pegang(kode, saat)
        self._ada.status = k.DIDISPOSISI
        if not self._ruas:
            self._ruas.append((saat, None))

    def _pegang(self, kode: str, saat: int) -> None:
        self._ada.pemegang = kode
        self._pemegang.append((saat, kode))

    def _langkah(
        self,
        jenis: str,
        saat: int,
        satu: Value,
        rujukan: str | None = None,
        kode: str | None = None,
    ) -> None:
        ada = self._ada
        ada.langkah.append(
            k.Langkah(
                jenis,
                saat,
                ada.percobaan,
                kode or satu["kode_skpd"] or self._opd,
                satu,
                rujukan or satu["rujukan"],
            )
        )

    def _henti(self, saat: int) -> None:
        if self._ruas and self._ruas[-1][1] is None:
            self._ruas[-1] = (self._ruas[-1][0], saat)

    def _lanjutkan(self, saat: int) -> None:
        """End a pause, if one is on."""
        if self._jeda is not None:
            self._sisa_jeda -= saat - self._jeda
            self._jeda = None
            self._ruas.append((saat, None))

    def _lewati_jeda(self, saat: int) -> None:
        """A pause ends by itself when the days for it are used up."""
        if self._jeda is not None and saat >= self._jeda + self._sisa_jeda:
            self._lanjutkan(self._jeda + self._sisa_jeda)
            self._ada.status = k.DIPROSES

    def _tutup(self, status: str, saat: int) -> None:
        self._lanjutkan(saat)
        self._henti(saat)
        self._ada.status = status
        self._ada.ditutup = saat

    # Clocks

    def _catat_jawaban(self) -> None:
        if self._ruas:
            aturan, sehari = self._aturan, self._sehari
            tahap = aturan.tahap_hari(aturan.aduan.jawaban_hari, sehari)
            self._tambah_jam(JAWABAN, tuple(self._ruas), tahap, aturan.peringatan)

    def _catat_awal(self) -> None:
        """The clocks that began when the report came in."""
        aturan, mulai = self._aturan, self._mulai
        ditutup = self._ada.ditutup if self._ada.status in k.AKHIR else None
        diteruskan = self._diteruskan or ditutup
        tahap = aturan.tahap_hari(aturan.aduan.verifikasi_hari, self._sehari)
        ruas = ((mulai, diteruskan),)
        self._pemegang = [(mulai, aturan.aduan.pengelola)]
        self._tambah_jam(VERIFIKASI, ruas, tahap, aturan.peringatan)
        if self._laporan["darurat"]:
            self._pemegang = [(mulai, aturan.aduan.pusat_darurat)]
            ruas = ((mulai, self._ditanggapi or ditutup),)
            self._tambah_jam(DARURAT, ruas, aturan.tahap_darurat, 0)

    def _tambah_jam(
        self,
        jenis: str,
        ruas: tuple[tuple[int, int | None], ...],
        tahap: tuple[int, int, int],
        peringatan: int,
    ) -> None:
        percobaan = self._ada.percobaan if jenis == JAWABAN else 1
        pemegang = tuple(self._pemegang)
        jam = Jam(jenis, percobaan, ruas, pemegang, tahap, peringatan)
        self._ada.jam.append(jam)


def jalani(aturan: Aturan, laporan: Value, sehari: int, sekarang: int) -> Keadaan:
    """The state of a report at a moment.

    Args:
        aturan: the tenant's rules.
        laporan: `LaporanTersimpan` with `diterima`.
        sehari: length of a working day as counted, ms.
        sekarang: ms UTC; ends pauses whose days are over.
    """
    return Perjalanan(aturan, laporan, sehari or SEHARI_MS).tempuh(sekarang)
