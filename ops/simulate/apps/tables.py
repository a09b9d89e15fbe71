"""The legacy apps' own tables, in the shape of `domain.md` §2.2 (a), (c) and §2.4."""

from sqlalchemy import (
    CHAR,
    Column,
    Date,
    DateTime,
    Enum,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from connectors.sql.inbox import inbox_table

DESA = MetaData()
ESAKTI = MetaData()
DINSOS = MetaData()
YES_NO = ("Y", "T")


def _numbers(*names: str) -> list[Column[int]]:
    return [Column(name, SmallInteger) for name in names]


def _texts(length: int, *names: str) -> list[Column[str]]:
    return [Column(name, String(length)) for name in names]


def _stamps() -> list[Column[object]]:
    return [
        Column("created_at", DateTime),
        Column("created_by", Integer),
        Column("updated_at", DateTime),
        Column("updated_by", Integer),
    ]


CONFIG = Table(
    "config",
    DESA,
    Column("id", Integer, primary_key=True),
    *_texts(100, "nama_desa", "kode_desa", "nama_kecamatan", "kode_kecamatan"),
    *_texts(100, "nama_kabupaten", "kode_kabupaten", "nama_propinsi", "kode_propinsi"),
)

CLUSTER = Table(
    "tweb_wil_clusterdesa",
    DESA,
    Column("id", Integer, primary_key=True),
    Column("config_id", Integer, nullable=False),
    *_texts(10, "rt", "rw"),
    *_texts(50, "dusun"),
    Column("id_kepala", Integer),
)

KELUARGA = Table(
    "tweb_keluarga",
    DESA,
    Column("id", Integer, primary_key=True),
    Column("config_id", Integer, nullable=False),
    *_texts(160, "no_kk"),
    Column("nik_kepala", String(200), comment="holds tweb_penduduk.id, not a NIK"),
    Column("alamat", String(200)),
    Column("id_cluster", Integer),
    Column("tgl_cetak_kk", DateTime),
    Index("keluarga_kepala", "nik_kepala"),
)

PENDUDUK = Table(
    "tweb_penduduk",
    DESA,
    Column("id", Integer, primary_key=True),
    Column("config_id", Integer, nullable=False),
    Column("nama", String(100), nullable=False),
    Column("nik", String(16), nullable=False),
    Column("id_kk", Integer),
    *_numbers("kk_level", "sex"),
    Column("tempatlahir", String(100)),
    Column("tanggallahir", Date),
    *_numbers("agama_id", "pendidikan_kk_id", "pekerjaan_id", "status_kawin"),
    *_texts(16, "ayah_nik", "ibu_nik"),
    *_texts(100, "nama_ayah", "nama_ibu"),
    *_numbers("golongan_darah_id"),
    Column("id_cluster", Integer),
    *_numbers("status"),
    *_texts(200, "alamat_sebelumnya", "alamat_sekarang"),
    Column("status_dasar", SmallInteger, nullable=False),
    *_numbers("cacat_id", "sakit_menahun_id"),
    *_texts(40, "akta_lahir"),
    *_texts(20, "telepon"),
    *_numbers("ktp_el", "status_rekam", "hamil"),
    *_stamps(),
    UniqueConstraint("config_id", "nik", name="penduduk_nik_config"),
)

LOG_PENDUDUK = Table(
    "log_penduduk",
    DESA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("config_id", Integer, nullable=False),
    Column("id_pend", Integer, nullable=False),
    Column("kode_peristiwa", SmallInteger, nullable=False),
    *_texts(50, "meninggal_di", "jam_mati", "sebab", "penolong_mati", "akta_mati"),
    Column("alamat_tujuan", String(200)),
    Column("tgl_lapor", DateTime),
    Column("tgl_peristiwa", Date),
    *_texts(16, "no_kk"),
    *_texts(100, "nama_kk"),
    Column("ref_pindah", SmallInteger),
    Column("catatan", Text),
    *_stamps(),
    Index("log_orang", "id_pend"),
)

LOG_SURAT = Table(
    "log_surat",
    DESA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("config_id", Integer, nullable=False),
    Column("id_format_surat", Integer),
    Column("id_pend", Integer),
    *_texts(60, "no_surat"),
    Column("tanggal", DateTime),
    *_texts(4, "bulan", "tahun"),
    Index("surat_orang", "id_pend", "id_format_surat"),
)
DEATH_LETTER = 24  # tweb_surat_format.id of the village's death letter

SANTUNAN = Table(
    "tb_santunan",
    ESAKTI,
    Column("id_santunan", Integer, primary_key=True, autoincrement=True),
    Column("no_reg", String(30)),
    Column("kd_desa", CHAR(10)),
    *_texts(20, "nik_alm"),
    *_texts(25, "no_kk_alm"),
    *_texts(100, "nama_alm"),
    *_texts(20, "tgl_lahir_alm"),
    # As in the Banjarmasin app this one is modelled on; a baby has no NIK to tell it.
    Column("jk_alm", CHAR(1)),
    *_texts(20, "tgl_meninggal"),
    *_texts(60, "no_surat_kematian", "no_akta_kematian"),
    *_texts(30, "id_bdt"),
    Column("sktm", Enum(*YES_NO, name="sktm_yt")),
    *_texts(100, "foto_rumah"),
    *_texts(20, "nik_waris"),
    *_texts(100, "nama_waris"),
    *_texts(20, "hub_waris", "no_hp", "nominal"),
    Column("status", CHAR(1)),
    *_texts(200, "alasan"),
    Column("tgl_cair", String(10), comment="0000-00-00 until paid"),
    *_texts(30, "user_input"),
    Column("tgl_input", DateTime),
    Column("hapus", Enum(*YES_NO, name="hapus_yt")),
    mysql_charset="latin1",
    mariadb_charset="latin1",
)


# The table of `domain.md` §2.4, made by the app's vendor before the bus comes.
INBOX_ESAKTI = inbox_table("bus_masuk").to_metadata(ESAKTI)
INBOX_DINSOS = inbox_table("bus_masuk").to_metadata(DINSOS)
