"""What the civil registry and the village tell: persons, deaths, moves."""

from collections.abc import Sequence

from bus.record import Value
from tests.unit.pipelines.dasar import (
    DESA,
    PENDUDUK,
    PERISTIWA,
    Masukan,
    hari,
    kk,
    peristiwa,
    saat,
)


def penduduk(
    siapa: Value,
    no_kk: str,
    shdk: int,
    *,
    ibu: str | None = None,
    desa: str = DESA,
    status: str = "HIDUP",
    sejak: str | None = None,
    dicatat: str = "2025-01-05",
) -> Masukan:
    key = siapa["subjek_id"]
    nilai = {
        "orang": siapa,
        "kk_id": kk(no_kk),
        "no_kk": no_kk,
        "shdk": shdk,
        "ibu": ibu,
        "alamat": {"kode_desa": desa, "rt": "001", "rw": None, "jalan": None},
        "status_dasar": status,
        "sejak": None if sejak is None else hari(sejak),
        "dicatat_pada": saat(dicatat),
        "sumber_ref": f"siak|{key}",
        "mutu": [],
    }
    ref = f"siak|{key}"
    return PENDUDUK, peristiwa("PendudukDimutakhirkan", key, nilai, ref, saat(dicatat))


def kematian(
    siapa: Value,
    tgl: str,
    *,
    no_kk: str | None = None,
    ref: str = "opensid|log|1",
    sumber: str = "DESA",
    surat: str | None = "474.3/001",
    desa: str = DESA,
    dicatat: str = "",
    operasi: str = "DIBUAT",
) -> Masukan:
    waktu = saat(dicatat or tgl)
    nilai = {
        "almarhum": siapa,
        "kk_id": None if no_kk is None else kk(no_kk),
        "tgl_meninggal": hari(tgl),
        "tempat": "RUMAH",
        "pelapor": None,
        "hub_pelapor": None,
        "sumber": sumber,
        "no_surat": surat,
        "kode_desa": desa,
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return PERISTIWA, peristiwa(
        "KematianDilaporkan", siapa["subjek_id"], nilai, ref, waktu, operasi
    )


def akta(siapa: Value, tgl: str, terbit: str) -> Masukan:
    ref = f"siak|akta|{siapa['subjek_id']}"
    nilai = {
        "almarhum": siapa,
        "kk_id": None,
        "no_akta": "3325-KM-0001",
        "tgl_akta": hari(terbit),
        "tgl_meninggal": hari(tgl),
        "dicatat_pada": saat(terbit),
        "sumber_ref": ref,
        "mutu": [],
    }
    key = siapa["subjek_id"]
    return PERISTIWA, peristiwa("AktaKematianTerbit", key, nilai, ref, saat(terbit))


def kematian_batal(siapa: Value, dicatat: str) -> Masukan:
    ref = f"siak|batal|{siapa['subjek_id']}"
    nilai = {
        "subjek_id": siapa["subjek_id"],
        "alasan": "SALAH_ORANG",
        "no_dasar": None,
        "dicatat_pada": saat(dicatat),
        "sumber_ref": ref,
        "mutu": [],
    }
    key = siapa["subjek_id"]
    return PERISTIWA, peristiwa("KematianDibatalkan", key, nilai, ref, saat(dicatat))


def pindah(
    anggota: Sequence[Value],
    tgl: str,
    *,
    datang: bool,
    asal: str | None,
    tujuan: str | None,
    kk_baru: str | None = None,
    klasifikasi: str = "KABKOTA",
    nomor: str = "SKP/1",
    operasi: str = "DIBUAT",
) -> Masukan:
    jenis = "DatangDicatat" if datang else "PindahDiterbitkan"
    kosong = {"rt": None, "rw": None, "jalan": None}
    ref = f"siak|{jenis}|{nomor}"
    nilai = {
        "no_pindah": nomor,
        "pemohon": anggota[0]["subjek_id"],
        "anggota": [a["subjek_id"] for a in anggota],
        "asal": None if asal is None else {"kode_desa": asal, **kosong},
        "tujuan": None if tujuan is None else {"kode_desa": tujuan, **kosong},
        "klasifikasi": klasifikasi,
        "kk_lama": None,
        "kk_baru": None if kk_baru is None else kk(kk_baru),
        "tgl": hari(tgl),
        "dicatat_pada": saat(tgl),
        "sumber_ref": ref,
        "mutu": [],
    }
    key = anggota[0]["subjek_id"]
    return PERISTIWA, peristiwa(jenis, key, nilai, ref, saat(tgl), operasi)
