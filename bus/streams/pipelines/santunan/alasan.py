"""Reason codes of flow F1 with the words a village officer reads. No personal data."""

from bus.streams.pipelines.santunan.aturan import Aturan

TANGGAL_TIDAK_SAH = "TANGGAL_TIDAK_SAH"
LEWAT_BATAS = "LEWAT_BATAS"
SURAT_TIDAK_ADA = "SURAT_TIDAK_ADA"
AKTA_TIDAK_ADA = "AKTA_TIDAK_ADA"
BUKAN_PENDUDUK = "BUKAN_PENDUDUK"
IDENTITAS_TIDAK_COCOK = "IDENTITAS_TIDAK_COCOK"
TIDAK_MISKIN = "TIDAK_MISKIN"
FOTO_RUMAH_TIDAK_ADA = "FOTO_RUMAH_TIDAK_ADA"
AHLI_WARIS_TIDAK_SAH = "AHLI_WARIS_TIDAK_SAH"
DUPLIKAT = "DUPLIKAT"

KEMATIAN_DIBATALKAN = "KEMATIAN_DIBATALKAN"
PENGAJUAN_DITARIK = "PENGAJUAN_DITARIK"
LAPORAN_DITARIK = "LAPORAN_DITARIK"
PENGAJUAN_DIALIHKAN = "PENGAJUAN_DIALIHKAN"

IDENTITAS_MUNGKIN = "IDENTITAS_MUNGKIN"
IDENTITAS_LEMAH = "IDENTITAS_LEMAH"
AHLI_WARIS_MENINGGAL = "AHLI_WARIS_MENINGGAL"
WALI_TIDAK_ADA = "WALI_TIDAK_ADA"
RESERVASI_KEDALUWARSA = "RESERVASI_KEDALUWARSA"

MENUNGGU_TANGGAL = "MENUNGGU_TANGGAL"
MENUNGGU_DATA_PENDUDUK = "MENUNGGU_DATA_PENDUDUK"
MENUNGGU_DATA_KEMISKINAN = "MENUNGGU_DATA_KEMISKINAN"

ANGGARAN_HABIS = "ANGGARAN_HABIS"
ANGGARAN_BELUM_ADA = "ANGGARAN_BELUM_ADA"
ANGGARAN_BELUM_DIATUR = "ANGGARAN_BELUM_DIATUR"

_KALIMAT = {
    TANGGAL_TIDAK_SAH: "Tanggal meninggal kosong, sesudah tanggal pengajuan, atau "
    "sebelum tanggal lahir. Periksa tanggal pada formulir.",
    LEWAT_BATAS: "Pengajuan lewat {batas} hari sejak tanggal meninggal.",
    SURAT_TIDAK_ADA: "Surat keterangan kematian belum ada pada pengajuan maupun "
    "laporan kematian.",
    AKTA_TIDAK_ADA: "Akta kematian wajib ada menurut aturan daerah dan belum terbit.",
    BUKAN_PENDUDUK: "Almarhum bukan penduduk daerah ini pada hari meninggal menurut "
    "data kependudukan.",
    IDENTITAS_TIDAK_COCOK: "NIK pada pengajuan milik orang lain: nama dan tanggal "
    "lahirnya berbeda. Periksa NIK.",
    TIDAK_MISKIN: "Keluarga almarhum tidak termasuk keluarga miskin pada tanggal "
    "meninggal, dan tidak ada surat keterangan tidak mampu.",
    FOTO_RUMAH_TIDAK_ADA: "Surat keterangan tidak mampu tidak disertai foto rumah. "
    "Lampirkan foto rumah pada pengajuan.",
    AHLI_WARIS_TIDAK_SAH: "Ahli waris yang diajukan adalah almarhum sendiri.",
    DUPLIKAT: "Sudah ada pengajuan lain untuk almarhum yang sama. Petugas memilih "
    "satu ahli waris dengan membatalkan pengajuan yang lain.",
    KEMATIAN_DIBATALKAN: "Laporan kematian dibatalkan: orangnya masih hidup atau "
    "salah orang.",
    PENGAJUAN_DITARIK: "Pengajuan dibatalkan pada aplikasi santunan.",
    LAPORAN_DITARIK: "Laporan kematian yang menjadi dasar formulir ditarik kembali.",
    PENGAJUAN_DIALIHKAN: "Pengajuan ternyata tentang almarhum lain.",
    IDENTITAS_MUNGKIN: "Identitas almarhum hampir cocok dengan data kependudukan. "
    "Dana ditahan sampai desa memastikan NIK, nama, dan tanggal lahir.",
    IDENTITAS_LEMAH: "Almarhum hanya dikenali dari nomor KK, nama, dan tanggal lahir. "
    "Petugas Dinas Sosial memeriksa; tidak dibayar tanpa NIK.",
    AHLI_WARIS_MENINGGAL: "Ahli waris meninggal sebelum dibayar dan tidak ada ahli "
    "waris berikutnya dalam KK. Ajukan dengan ahli waris lain.",
    WALI_TIDAK_ADA: "Ahli waris belum dewasa dan tidak ada wali dewasa dalam KK.",
    RESERVASI_KEDALUWARSA: "Dana yang disisihkan tidak diambil sampai batas waktu. "
    "Ajukan kembali bila masih diperlukan.",
    MENUNGGU_TANGGAL: "Menunggu tanggal meninggal dari laporan kematian.",
    MENUNGGU_DATA_PENDUDUK: "Menunggu data kependudukan almarhum.",
    MENUNGGU_DATA_KEMISKINAN: "Menunggu data kemiskinan keluarga almarhum.",
    ANGGARAN_HABIS: "Anggaran santunan habis; menunggu tambahan anggaran.",
    ANGGARAN_BELUM_ADA: "Anggaran santunan tahun ini belum ditetapkan.",
    ANGGARAN_BELUM_DIATUR: "Baris anggaran untuk tahun ini belum diatur.",
}


def kalimat(kode: str, aturan: Aturan) -> str:
    """The reason in plain words."""
    return _KALIMAT[kode].format(batas=aturan.santunan.batas_hari)
