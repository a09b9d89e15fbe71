"""What a finding says to the officers, and which of them it is for."""

from decimal import Decimal

from bus.streams.pipelines.selisih.aturan import BERAT
from bus.streams.pipelines.selisih.penilaian import (
    KURANG,
    LEBIH,
    MELEBIHI_KAS,
    REALISASI_LEBIH,
    SERAPAN_RENDAH,
    SKPD_BERUBAH,
    TAK_TERPETAKAN,
    TANPA_ANGGARAN,
    TANPA_RENCANA,
    Temuan,
)

BAPPEDA, BPKAD = "BAPPEDA", "BPKAD"
INSPEKTORAT, PUSAT_KENDALI = "INSPEKTORAT", "PUSAT_KENDALI"
_PENERIMA = {
    TANPA_RENCANA: (BAPPEDA, BPKAD, INSPEKTORAT),
    TANPA_ANGGARAN: (BAPPEDA, BPKAD),
    LEBIH: (BAPPEDA, BPKAD, INSPEKTORAT),
    KURANG: (BAPPEDA, BPKAD),
    REALISASI_LEBIH: (BPKAD, INSPEKTORAT),
    MELEBIHI_KAS: (BPKAD,),
    SERAPAN_RENDAH: (BAPPEDA, BPKAD),
    TAK_TERPETAKAN: (BAPPEDA, BPKAD),
    SKPD_BERUBAH: (BAPPEDA, BPKAD),
}
_KALIMAT = {
    TANPA_RENCANA: "Anggaran {anggaran} tidak mempunyai rencana yang berlaku.",
    TANPA_ANGGARAN: "Rencana {rencana} belum mempunyai anggaran.",
    LEBIH: "Anggaran {anggaran} melebihi rencana {rencana}, selisih {selisih}.",
    KURANG: "Anggaran {anggaran} kurang dari rencana {rencana}, selisih {selisih}.",
    REALISASI_LEBIH: "Belanja {realisasi} melebihi pagu {anggaran}.",
    MELEBIHI_KAS: "Belanja {realisasi} melebihi anggaran kas {kas} sampai bulan ini.",
    SERAPAN_RENDAH: (
        "Belanja {realisasi} baru {persen} persen dari anggaran kas {kas} sampai akhir "
        "bulan lalu."
    ),
    TAK_TERPETAKAN: "Kode {kode} tidak ada pada peta kode; lengkapi petanya.",
    SKPD_BERUBAH: "Rencana dan anggaran berada pada SKPD yang berbeda: {kode}.",
}
DITUTUP = "Selisih ini sudah tidak ada."


def penerima(jenis: str, keparahan: str) -> list[str]:
    """Offices a finding is for; heavy ones also reach auditors and command centre."""
    kantor = _PENERIMA[jenis]
    if keparahan == BERAT:
        kantor = (*kantor, INSPEKTORAT, PUSAT_KENDALI)
    return list(dict.fromkeys(kantor))


def kalimat(temuan: Temuan) -> str:
    """The finding as a sentence in Indonesian."""
    return _KALIMAT[temuan.jenis].format(
        rencana=rupiah(temuan.rencana),
        anggaran=rupiah(temuan.anggaran),
        realisasi=rupiah(temuan.realisasi),
        kas=rupiah(temuan.kas),
        selisih=rupiah(temuan.selisih),
        persen=str(temuan.persen or "0").replace(".", ","),
        kode=", ".join(temuan.kode),
    )


def rupiah(jumlah: Decimal | None) -> str:
    """`Rp1.234.567`, cents only where there are some; `Rp0` for none."""
    teks = f"{jumlah or Decimal(0):,.2f}".translate(str.maketrans(",.", ".,"))
    return "Rp" + teks.removesuffix(",00")
