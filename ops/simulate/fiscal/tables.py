"""Tables of e-planning and of the SIPD mirror, as in `domain.md` §2.2 (e) and (f)."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
)

from connectors.sql.inbox import inbox_table

EPLANNING = MetaData()
SIPD = MetaData()


def _texts(length: int, *names: str) -> list[Column[str]]:
    return [Column(name, String(length)) for name in names]


def _doubles(*names: str) -> list[Column[float]]:
    return [Column(name, Double) for name in names]


def _id(name: str = "id") -> Column[int]:
    return Column(name, Integer, primary_key=True)


UNIT = Table(
    "ref_unit",
    EPLANNING,
    _id("id_unit"),
    *_texts(40, "kode_skpd"),
    *_texts(200, "nm_unit"),
)
SUB_KEGIATAN = Table(
    "90_ref_sub_kegiatan",
    EPLANNING,
    _id("id_sub_kegiatan"),
    *_texts(40, "kd_sub_kegiatan"),
    *_texts(300, "nm_sub_kegiatan"),
)
RKPD = Table(
    "trx_rkpd_final",
    EPLANNING,
    _id("id_rkpd_rancangan"),
    Column("tahun_rkpd", SmallInteger),
    Column("jns_dokumen", SmallInteger, comment="1 RKPD, 2 perubahan RKPD"),
    Column("no_perubahan", SmallInteger),
    Column("id_program_rpjmd", Integer),
    *_texts(300, "uraian_program_rpjmd"),
    Column("pagu_rpjmd", Numeric(20, 2)),
    Column("pagu_ranwal", Numeric(20, 2)),
    Column(
        "status_pelaksanaan",
        SmallInteger,
        comment="0 on time, 1 shifted, 2 new, 8 postponed, 9 cancelled",
    ),
    Column("status_data", SmallInteger, comment="0 draft"),
)
RENJA = Table(
    "trx_renja_rancangan",
    EPLANNING,
    _id("id_renja_rancangan"),
    Column("id_rkpd_rancangan", Integer, nullable=False),
    Column("tahun_renja", SmallInteger),
    Column("id_renja", Integer),
    Column("id_unit", Integer, nullable=False),
    Column("id_kegiatan_ref", Integer, nullable=False),
    Column("pagu_tahun_kegiatan", Numeric(20, 2)),
    Column("pagu_musrenbang", Numeric(20, 2)),
    *_texts(300, "uraian_indikator"),
    *_texts(40, "target_indikator", "satuan_indikator"),
    Column("status_pelaksanaan", SmallInteger),
    Column("status_data", SmallInteger),
    Column("updated_at", DateTime),
)
INBOX_EPLANNING = inbox_table("bus_masuk").to_metadata(EPLANNING)

SIPD_UNIT = Table(
    "data_unit",
    SIPD,
    _id("id_skpd"),
    *_texts(40, "kode_skpd", "nipkepala"),
    *_texts(200, "nama_skpd"),
    Column("tahun_anggaran", SmallInteger),
    Column("active", SmallInteger),
)
JADWAL = Table(
    "data_jadwal",
    SIPD,
    _id("id_jadwal"),
    Column("tahun_anggaran", SmallInteger),
    *_texts(100, "nama_tahap"),
    *_texts(20, "tahap"),
    Column("versi", SmallInteger),
    Column("waktu_mulai", DateTime),
)
SUB_KEG_BL = Table(
    "data_sub_keg_bl",
    SIPD,
    _id(),
    Column("id_jadwal", Integer),
    *_texts(60, "kode_sbl", "kode_skpd", "kode_sub_skpd", "kode_bidang_urusan"),
    *_texts(60, "kode_program", "kode_giat", "kode_sub_giat"),
    *_texts(300, "nama_sub_giat"),
    *_doubles("pagu", "pagumurni"),
    Column("active", SmallInteger),
    Column("update_at", DateTime),
    Column("tahun_anggaran", SmallInteger),
)
RKA = Table(
    "data_rka",
    SIPD,
    _id(),
    *_texts(60, "kode_sbl", "kode_akun"),
    *_texts(300, "nama_komponen", "koefisien"),
    *_doubles("harga_satuan", "rincian", "rincian_murni"),
    *_texts(20, "createddate", "createdtime"),
    Column("active", SmallInteger),
    Column("update_at", DateTime),
    Column("tahun_anggaran", SmallInteger),
)
MONTHS = tuple(f"bulan_{number}" for number in range(1, 13))
ANGGARAN_KAS = Table(
    "data_anggaran_kas",
    SIPD,
    _id(),
    *_texts(60, "kode_sbl", "kode_akun"),
    *_doubles(*MONTHS),
    Column("active", SmallInteger),
    Column("tahun_anggaran", SmallInteger),
)
SP2D = Table(
    "data_sp2d_sipd",
    SIPD,
    _id("idSp2d"),
    *_texts(100, "nomorSp2d"),
    Column("tanggalSp2d", Date),
    *_texts(30, "jenisSp2d", "jenisLs", "kode_skpd"),
    *_doubles("nilaiSp2d"),
    Column("isDraft", Boolean),
    Column("verifikasiSp2d", Boolean),
    Column("active", SmallInteger),
    Column("update_at", DateTime),
    Column("tahun_anggaran", SmallInteger),
)
SP2D_DETAIL = Table(
    "data_sp2d_sipd_detail",
    SIPD,
    _id(),
    Column("idSp2d", Integer, nullable=False),
    *_texts(60, "kode_sub_giat", "kode_rekening"),
    *_doubles("jumlah"),
    *_texts(100, "nama_pihak_ketiga", "no_rek_pihak_ketiga", "npwp"),
)
KEGIATAN_MAPPING = Table(
    "ref_kegiatan_mapping", SIPD, _id(), *_texts(60, "kode_13", "kode_90")
)
REK_MAPPING = Table("ref_rek_mapping", SIPD, _id(), *_texts(60, "rek_13", "rek_90"))
UNIT_MAPPING = Table(
    "ref_unit_mapping",
    SIPD,
    _id(),
    *_texts(60, "kode_skpd_lama", "kode_skpd_baru"),
    Column("berlaku_dari", Date),
)
# What the browser extension notes of its runs, so that readers know when to wait.
PENGAMBILAN = Table(
    "data_pengambilan",
    SIPD,
    _id(),
    Column("tahun_anggaran", SmallInteger),
    *_texts(60, "kode_skpd"),
    *_texts(20, "objek"),
    Column("mulai", DateTime),
    Column("selesai", DateTime),
    Column("jumlah_baris", Integer),
)
