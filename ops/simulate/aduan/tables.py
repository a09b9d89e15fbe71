"""Tables of the complaints app and of the offices' inbox (`domain.md` §2.2 j)."""

from sqlalchemy import (
    CHAR,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from connectors.sql.inbox import inbox_table

ADUAN = MetaData()
OPD = MetaData()
KOMANDO = MetaData()


def _texts(length: int, *names: str) -> list[Column[str]]:
    return [Column(name, String(length)) for name in names]


PENGADUAN = Table(
    "pengaduan",
    ADUAN,
    Column("id_pengaduan", Integer, primary_key=True),
    Column("tgl_pengaduan", Date),
    Column("waktu_input", DateTime),
    *_texts(20, "nik", "telepon"),
    *_texts(100, "nama"),
    *_texts(20, "kanal"),
    *_texts(40, "kategori"),
    *_texts(150, "judul"),
    Column("isi_laporan", Text),
    *_texts(10, "kd_desa"),
    *_texts(20, "lat", "lng"),
    *_texts(150, "alamat"),
    *_texts(100, "foto"),
    Column("anonim", CHAR(1)),
    Column("rahasia", CHAR(1)),
    Column("status", String(10), comment="'0', 'proses', 'selesai'"),
    Column("hapus", CHAR(1)),
)

# One journal for what officers and citizens do; the real app has only the answers.
TANGGAPAN = Table(
    "tanggapan",
    ADUAN,
    Column("id_tanggapan", Integer, primary_key=True),
    Column("id_pengaduan", Integer),
    Column("tgl_tanggapan", DateTime),
    Column(
        "jenis",
        String(20),
        comment="disposisi, proses, selesai, tanya, lengkap, kembali, buka",
    ),
    *_texts(40, "kd_skpd"),
    Column("tanggapan", Text),
    *_texts(100, "foto_bukti"),
    Column("id_petugas", Integer),
    Index("tanggapan_waktu", "tgl_tanggapan"),
)

INBOX_ADUAN = inbox_table("bus_masuk").to_metadata(ADUAN)
INBOX_OPD = inbox_table("bus_masuk").to_metadata(OPD)
INBOX_KOMANDO = inbox_table("bus_masuk").to_metadata(KOMANDO)
