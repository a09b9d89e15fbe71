"""The events of one report: payloads made from its facts, sent with their reasons.

No event made here carries the reporter; the text of the report goes only to the office
that has to act on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.record import DIBATALKAN
from bus.streams.pipelines.aduan import rujukan
from bus.streams.pipelines.aduan.jam import ANCAM, JAWABAN

if TYPE_CHECKING:
    from bus.record import Value
    from bus.streams.pipelines.aduan.aturan import Aturan
    from bus.streams.pipelines.aduan.kalender import Kalender
    from bus.streams.pipelines.aduan.keadaan import Keadaan
    from bus.streams.topology.context import Context

_PENERIMA = {1: "KEPALA_OPD", 2: "SEKDA", 3: "KEPALA_DAERAH"}
_TEMPAT = ("lat_e6", "lng_e6", "alamat", "kode_desa", "foto_hash", "rahasia", "darurat")


class Pesan:
    """Makes and sends what is decided about one report.

    Args:
        aturan: for the rule version.
        laporan_id: the report's key.
        laporan: `LaporanTersimpan`.
        ada: its state.
        kalender: for the limits named in dispositions.
        ctx: where events go.
    """

    def __init__(
        self,
        aturan: Aturan,
        laporan_id: str,
        laporan: Value,
        ada: Keadaan,
        kalender: Kalender,
        ctx: Context,
    ) -> None:
        self._aturan = aturan
        self._id = laporan_id
        self._laporan = laporan
        self._ada = ada
        self._kalender = kalender
        self._ctx = ctx
        self._cara = {
            "DISPOSISI": self._disposisi,
            "RUJUK": self._rujuk,
            "GABUNG": self._gabung,
            "SELESAI": self._selesai,
            "BELUM": self._belum,
            "SLA": self._sla,
        }

    def kirim(self, terbit: Value, operasi: str) -> None:
        """Send one decision as `TerbitanAduan` names it, or take it back."""
        jenis = terbit["kunci"].split("|", 1)[0]
        if jenis == "KABAR":
            self._kabar(terbit, operasi)
            return
        topik, nama, nilai, umum = self._cara[jenis](terbit)
        waktu = terbit["waktu"]
        self._ctx.emit(
            topik,
            nama,
            self._id,
            {"laporan_id": self._id, **nilai, **self._alasan(terbit)},
            operation=operasi,
            classification=rujukan.UMUM if umum else rujukan.INTERNAL,
            time_ms=waktu,
        )

    def status(self) -> Value:
        """The state as others may see it: no text, no reporter."""
        laporan, ada = self._laporan, self._ada
        jam = {j.jenis: j for j in ada.jam}
        verifikasi, jawaban = jam["VERIFIKASI"], jam.get(JAWABAN)
        if jawaban is None or jawaban.percobaan != ada.percobaan:
            keadaan, batas = "TIDAK_ADA", None
        else:
            keadaan = jawaban.keadaan(ada.lanjut)
            batas = jawaban.tempo(self._kalender)["1"] if ada.lanjut is None else None
        tingkat, terancam = self._tingkat()
        return {
            "laporan_id": self._id,
            "status": ada.status,
            "kategori": laporan["kategori"],
            "kode_desa": laporan["kode_desa"],
            "kode_skpd": ada.pemegang,
            "percobaan": ada.percobaan,
            "diterima": laporan["diterima"],
            "jam_verifikasi": verifikasi.keadaan(None),
            "batas_verifikasi": verifikasi.tempo(self._kalender)["1"],
            "jam_jawaban": keadaan,
            "batas_jawaban": batas,
            "tingkat": tingkat,
            "terancam": terancam and ada.ditutup is None,
            "dikembalikan": ada.dikembalikan,
            "insiden_id": laporan["insiden_id"],
            "duplikat_dari": laporan["duplikat_dari"],
            "rahasia": laporan["rahasia"],
            "darurat": laporan["darurat"],
            "aturan_versi": self._aturan.versi,
            "dasar": [laporan["event_id"]],
            "mutu": [],
        }

    def umumkan(self, nilai: Value) -> None:
        """Publish the state."""
        self._ctx.emit(
            rujukan.STATUS,
            "LaporanStatusDimutakhirkan",
            self._id,
            nilai,
            classification=rujukan.INTERNAL,
        )

    def _tingkat(self) -> tuple[int, bool]:
        """Highest level that was said and stands, and whether a warning does."""
        tingkat, terancam = 0, False
        for satu in self._laporan["terbit"]:
            jenis, _, sisa = satu["kunci"].partition("|")
            if jenis == "SLA":
                tahap = sisa.rpartition("|")[2]
                terancam = terancam or tahap == ANCAM
                tingkat = tingkat if tahap == ANCAM else max(tingkat, int(tahap))
        return tingkat, terancam

    def _alasan(self, terbit: Value) -> Value:
        dasar = [self._laporan["event_id"], terbit["sidik"], self._ctx.event.id]
        kenal = {f["event_id"] for f in self._laporan["fakta"]}
        kenal |= {self._laporan["event_id"], self._ctx.event.id}
        return {
            "aturan_versi": self._aturan.versi,
            "dasar": list(dict.fromkeys(d for d in dasar if d in kenal)),
            "mutu": [],
        }

    def _fakta(self, terbit: Value) -> Value:
        """The fact behind a decision; an empty one if it was taken back."""
        cari = (f for f in self._laporan["fakta"] if f["event_id"] == terbit["sidik"])
        return next(cari, {"teks": None, "bukti_hash": []})

    def _disposisi(self, terbit: Value) -> tuple[str, str, Value, bool]:
        laporan, percobaan = self._laporan, int(terbit["kunci"].split("|")[1])
        nama = f"{JAWABAN}|{percobaan}"
        jam = next((j for j in self._ada.jam if j.nama == nama), None)
        nilai = {
            "kode_skpd": terbit["kode_skpd"],
            "percobaan": percobaan,
            "batas": None if jam is None else jam.tempo(self._kalender)["1"],
            "kategori": laporan["kategori"],
            "judul": laporan["judul"],
            "teks": laporan["teks"],
            **{nama: laporan[nama] for nama in _TEMPAT},
            "insiden_id": laporan["insiden_id"],
            "aturan_id": terbit["rujukan"] or "VERIFIKASI",
            "waktu": terbit["waktu"],
        }
        return rujukan.LAPORAN, "LaporanDidisposisi", nilai, True

    def _rujuk(self, terbit: Value) -> tuple[str, str, Value, bool]:
        nilai = {
            "tujuan": terbit["kode_skpd"],
            "aturan_id": terbit["rujukan"] or "",
            "kode_desa": self._laporan["kode_desa"],
            "kategori": self._laporan["kategori"],
            "waktu": terbit["waktu"],
        }
        return rujukan.LAPORAN, "LaporanDirujuk", nilai, False

    def _gabung(self, terbit: Value) -> tuple[str, str, Value, bool]:
        nilai = {"duplikat_dari": terbit["rujukan"], "waktu": terbit["waktu"]}
        return rujukan.LAPORAN, "LaporanDigabungkan", nilai, False

    def _selesai(self, terbit: Value) -> tuple[str, str, Value, bool]:
        fakta = self._fakta(terbit)
        nilai = {
            "kode_skpd": terbit["kode_skpd"],
            "percobaan": int(terbit["kunci"].split("|")[1]),
            "jawaban": fakta["teks"] or "",
            "bukti_hash": fakta["bukti_hash"],
            "insiden_id": self._laporan["insiden_id"],
            "dijawab_bersama": terbit["rujukan"],
            "waktu": terbit["waktu"],
        }
        return rujukan.LAPORAN, "LaporanSelesai", nilai, False

    def _belum(self, terbit: Value) -> tuple[str, str, Value, bool]:
        nilai = {
            "kode_skpd": terbit["kode_skpd"],
            "percobaan": int(terbit["kunci"].split("|")[1]),
            "alasan_kode": terbit["rujukan"],
            "waktu": terbit["waktu"],
        }
        return rujukan.LAPORAN, "JawabanBelumSah", nilai, False

    def _sla(self, terbit: Value) -> tuple[str, str, Value, bool]:
        _, jenis, percobaan, tahap = terbit["kunci"].split("|")
        nilai = {
            "jam": jenis,
            "percobaan": int(percobaan),
            "kode_skpd": terbit["kode_skpd"],
            "aturan_id": f"{jenis}|{percobaan}",
            "batas": terbit["waktu"],
            "kategori": self._laporan["kategori"],
            "kode_desa": self._laporan["kode_desa"],
        }
        if tahap == ANCAM:
            return rujukan.SLA, "SlaTerancam", nilai, False
        level = int(tahap)
        nilai |= {"level": level, "penerima": _PENERIMA[level]}
        return rujukan.SLA, "SlaTerlampaui", nilai, False

    def _kabar(self, terbit: Value, operasi: str) -> None:
        """Tell the group stage; taking back an answer opens the report again."""
        apa = terbit["kunci"].rpartition("|")[2]
        dibuka = apa == "BUKA"
        if operasi == DIBATALKAN:
            if dibuka:
                return
            dibuka = True
        nilai: Value = {"laporan_id": self._id, "waktu": terbit["waktu"]}
        if not dibuka:
            fakta = self._fakta(terbit)
            sendiri = apa == "SELESAI" and terbit["rujukan"] is None
            nilai |= {
                "kode_skpd": terbit["kode_skpd"],
                "jawaban": fakta["teks"] if sendiri else None,
                "bukti_hash": fakta["bukti_hash"] if sendiri else [],
                "event_id": terbit["sidik"],
            }
        self._ctx.emit(
            rujukan.KE_KELOMPOK,
            "AnggotaDibuka" if dibuka else "AnggotaSelesai",
            self._laporan["golongan"],
            nilai,
            classification=rujukan.INTERNAL,
            time_ms=terbit["waktu"],
        )
