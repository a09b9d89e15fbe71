"""What Dinsos, BPKAD and e-Sakti tell: eligibility, budget, claims, payments."""

from collections.abc import Sequence

from bus.record import Value
from tests.unit.pipelines.dasar import (
    ANGGARAN,
    DESA,
    JUTA,
    KELAYAKAN,
    SANTUNAN,
    Masukan,
    garis,
    hari,
    kk,
    kunci,
    peristiwa,
    saat,
)


def kelayakan(
    no_kk: str,
    desil: int | None = 2,
    *,
    periode: str = "2026-TW1",
    dari: str = "2026-01-01",
    sd: str = "2026-03-31",
    program: Sequence[str] = (),
    sumber: str = "DTSEN",
    dicatat: str = "2026-01-02",
) -> Masukan:
    ref = f"dtsen|{periode}|{kk(no_kk)}"
    nilai = {
        "kk_id": kk(no_kk),
        "periode": periode,
        "desil": desil,
        "program": list(program),
        "sumber": sumber,
        "berlaku_dari": hari(dari),
        "berlaku_sd": hari(sd),
        "dicatat_pada": saat(dicatat),
        "sumber_ref": ref,
        "mutu": [],
    }
    return KELAYAKAN, peristiwa(
        "KelayakanSosialDimutakhirkan", kk(no_kk), nilai, ref, saat(dicatat)
    )


def anggaran(
    pagu: int, *, tahun: int = 2026, tahap: str = "MURNI", versi: int = 1
) -> Masukan:
    g = garis(tahun)
    ref = f"bpkad|{kunci(tahun)}|{tahap}|{versi}"
    waktu = saat(f"{tahun}-01-02")
    nilai = {
        "tahun": tahun,
        "kode_skpd": g.kode_skpd,
        "kode_sub_giat": g.kode_sub_giat,
        "kode_akun": g.kode_akun,
        "nama": None,
        "sumber_dana": None,
        "pagu": JUTA * pagu,
        "tahap": tahap,
        "versi": versi,
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return ANGGARAN, peristiwa("AnggaranDitetapkan", kunci(tahun), nilai, ref, waktu)


def pengajuan(
    siapa: Value,
    waris: Value,
    tgl: str,
    *,
    meninggal: str | None,
    no_kk: str | None = None,
    ref: str = "esakti|tb_santunan|1",
    hubungan: str = "PASANGAN",
    surat: str | None = "474.3/001",
    akta: str | None = None,
    sktm: bool = False,
    foto: bool = True,
    desa: str = DESA,
    dicatat: str = "",
    operasi: str = "DIBUAT",
) -> Masukan:
    key = siapa["subjek_id"]
    waktu = saat(dicatat or tgl)
    nilai = {
        "klaim_id": f"{key}-K",
        "almarhum": siapa,
        "kk_id": None if no_kk is None else kk(no_kk),
        "tgl_meninggal": None if meninggal is None else hari(meninggal),
        "tgl_pengajuan": hari(tgl),
        "ahli_waris": waris,
        "hubungan": hubungan,
        "no_surat": surat,
        "no_akta": akta,
        "sktm": sktm,
        "kode_desa": desa,
        "lampiran": ["rumah.jpg"] if foto else [],
        "jumlah": JUTA,
        "no_reg": "ES/" + ref.rpartition("|")[2],
        "dicatat_pada": waktu,
        "sumber_ref": ref,
        "mutu": [],
    }
    return SANTUNAN, peristiwa("SantunanDiajukan", key, nilai, ref, waktu, operasi)


def _lanjutan(
    jenis: str, siapa: Value, tgl: str, ref: str, operasi: str = "DIBUAT"
) -> Masukan:
    key = siapa["subjek_id"]
    nilai = {
        "klaim_id": f"{key}-K",
        "almarhum": key,
        "alasan_kode": None,
        "alasan": None,
        "jumlah": JUTA,
        "kunci_anggaran": None,
        "tahun_pengajuan": None,
        "tahun": None,
        "penerima": None,
        "hubungan": None,
        "no_reg": "ES/" + ref.rpartition("|")[2],
        "tingkat_cocok": None,
        "tgl": hari(tgl),
        "kode_desa": DESA,
        "petugas_ref": None,
        "kuitansi": None,
        "rekening": None,
        "aturan_versi": None,
        "dasar": [],
        "dicatat_pada": saat(tgl),
        "sumber_ref": ref,
        "mutu": [],
    }
    return SANTUNAN, peristiwa(jenis, key, nilai, ref, saat(tgl), operasi)


def cair(siapa: Value, tgl: str, ref: str = "esakti|tb_santunan|1") -> Masukan:
    return _lanjutan("SantunanDicairkan", siapa, tgl, ref)


def tarik(siapa: Value, tgl: str, ref: str = "esakti|tb_santunan|1") -> Masukan:
    return _lanjutan("SantunanDibatalkan", siapa, tgl, ref, "DIBATALKAN")
