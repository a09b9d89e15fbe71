"""Findings for the offices that must act; each is published once."""

from bus.record import Value, event_id
from bus.streams.pipelines.santunan import rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.topology.context import Context

DINSOS, INSPEKTORAT, BPKAD = "DINSOS", "INSPEKTORAT", "BPKAD"
INFO, PERINGATAN, BERAT = "INFO", "PERINGATAN", "BERAT"

IDENTITAS_MUNGKIN = "IDENTITAS_MUNGKIN"
IDENTITAS_LEMAH = "IDENTITAS_LEMAH"
PENGAJUAN_GANDA = "PENGAJUAN_GANDA"
PENGEMBALIAN_DIHARAPKAN = "PENGEMBALIAN_DIHARAPKAN"
LEWAT_SETELAH_KOREKSI = "LEWAT_SETELAH_KOREKSI"
TIDAK_SAH_SETELAH_CAIR = "TIDAK_SAH_SETELAH_CAIR"
PENCAIRAN_TANPA_PERSETUJUAN = "PENCAIRAN_TANPA_PERSETUJUAN"
ANGGARAN_BELUM_DIATUR = "ANGGARAN_BELUM_DIATUR"
PAGU_TERLAMPAUI = "PAGU_TERLAMPAUI"
TANGGAL_DI_DEPAN = "TANGGAL_DI_DEPAN"

_PESAN = {
    IDENTITAS_MUNGKIN: (
        PERINGATAN,
        (
            "NIK, nama, atau tanggal lahir almarhum pada formulir sedikit berbeda dari "
            "data kependudukan. Pastikan orangnya dan perbaiki formulir; dana ditahan."
        ),
    ),
    IDENTITAS_LEMAH: (
        PERINGATAN,
        (
            "Almarhum hanya cocok menurut nomor KK, nama, dan tanggal lahir. "
            "Periksa dan lengkapi NIK; pengajuan tidak dibayar sebelum itu."
        ),
    ),
    PENGAJUAN_GANDA: (
        PERINGATAN,
        (
            "Ada lebih dari satu pengajuan untuk kematian yang sama. Pilih ahli waris, "
            "lalu batalkan pengajuan yang lain."
        ),
    ),
    PENGEMBALIAN_DIHARAPKAN: (
        BERAT,
        (
            "Santunan sudah cair, tetapi kematiannya dibatalkan. Realisasi "
            "pengembalian ke kas daerah diharapkan."
        ),
    ),
    LEWAT_SETELAH_KOREKSI: (
        BERAT,
        (
            "Santunan sudah cair; sesudah tanggal meninggal dikoreksi, pengajuannya "
            "lewat batas hari. Tidak ditarik otomatis; mohon diperiksa."
        ),
    ),
    TIDAK_SAH_SETELAH_CAIR: (
        BERAT,
        (
            "Santunan sudah cair; menurut data terbaru pengajuannya tidak memenuhi "
            "syarat. Tidak ditarik otomatis; mohon diperiksa."
        ),
    ),
    PENCAIRAN_TANPA_PERSETUJUAN: (
        BERAT,
        (
            "Santunan cair tanpa persetujuan pada bus, dan pengajuannya tidak memenuhi "
            "syarat menurut data. Mohon diperiksa."
        ),
    ),
    ANGGARAN_BELUM_DIATUR: (
        PERINGATAN,
        (
            "Pengajuan sah tidak dapat dibebankan: "
            "baris anggaran tahun ini belum diatur."
        ),
    ),
    TANGGAL_DI_DEPAN: (
        PERINGATAN,
        (
            "Tanggal meninggal pada laporan kematian masih di depan hari ini. "
            "Perbaiki tanggalnya; formulir santunan disiapkan sesudah itu."
        ),
    ),
    PAGU_TERLAMPAUI: (
        BERAT,
        ("Pagu baru lebih kecil daripada dana yang sudah disisihkan dan dibayar."),
    ),
}


def desa(kode_desa: str | None) -> str:
    """The receiver of a finding for a village; Dinsos if the village is not known."""
    return DINSOS if kode_desa is None else f"DESA:{kode_desa}"


def temuan(
    aturan: Aturan,
    ctx: Context,
    aturan_id: str,
    penerima: str,
    pokok: tuple[str | None, str],
    dasar: tuple[str, ...],
) -> str:
    """Publish a finding.

    Args:
        aturan: for the rule version.
        ctx: where it is sent.
        aturan_id: what was found.
        penerima: office that must act.
        pokok: person it is about (subjek_id) and the row or key it is about.
        dasar: ids of the events it rests on.

    Returns:
        Its id, the same for the same finding.
    """
    tentang, rujuk = pokok
    temuan_id = temuan_dari(aturan_id, tentang, rujuk)
    keparahan, pesan = _PESAN[aturan_id]
    nilai: Value = {
        "temuan_id": temuan_id,
        "aturan_id": aturan_id,
        "tentang": tentang,
        "penerima": penerima,
        "keparahan": keparahan,
        "pesan": pesan,
        "sampel_hash": None,
        "aturan_versi": aturan.versi,
        "dasar": list(dasar),
        "mutu": [],
    }
    ctx.emit(
        rujukan.MUTU,
        "MutuDataDitemukan",
        temuan_id,
        nilai,
        classification=rujukan.INTERNAL,
    )
    return temuan_id


def temuan_dari(aturan_id: str, tentang: str | None, rujuk: str) -> str:
    """The id of a finding."""
    return event_id("temuan", aturan_id, tentang or "", rujuk)
