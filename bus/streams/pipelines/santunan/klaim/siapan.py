"""The pre-filled claim: the village does not type again what is known (first notice).

Published once per death, on the first notice about a sure identity; corrected (as
DIKOREKSI) when heirs, date, family or eligibility become better known before anybody
applied; withdrawn when the notice is. Not made for a death so long ago that nobody
could apply in time: a village's history is no pile of forms. Nor for one on a day
that is still to come: the village is asked to mend the date.
"""

from bus.record import DIBUAT, DIKOREKSI, Value, event_id
from bus.streams.pipelines.santunan import alasan, rujukan
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.dokumen import BAYI, PASTI
from bus.streams.pipelines.santunan.domisili import YA
from bus.streams.pipelines.santunan.klaim.kemiskinan import yang_berlaku
from bus.streams.pipelines.santunan.klaim.penilaian import Kasus
from bus.streams.pipelines.santunan.klaim.perhatian import perhatikan_tanggal
from bus.streams.pipelines.santunan.klaim.reservasi import klaim_id
from bus.streams.pipelines.santunan.klaim.sidang import Sidang
from bus.streams.pipelines.santunan.klaim.simpanan import hari_ini
from bus.streams.pipelines.santunan.klaim.terbitan import (
    DIBATALKAN,
    Terbitan,
    terbitkan,
)

DISIAPKAN = "DISIAPKAN"
_FORMULIR = "formulir"


def siapkan(s: Sidang, klaim: Value, kasus: Kasus) -> Value:
    """Publish, correct or withdraw the pre-filled claim of a death nobody claimed."""
    perkara = kasus.perkara
    laporan = [d for d in kasus.laporan if d["tingkat"] in {PASTI, BAYI}]
    if not laporan or perkara["batal_id"] is not None:
        return _tarik(s, klaim, kasus)
    kode_desa = perkara["kode_desa"] or kasus.keluarga["kode_desa"]
    bayi = laporan[0]["tingkat"] == BAYI
    if kode_desa is None or not (bayi or perkara["penduduk"] == YA):
        return {**klaim, "status": "KOSONG", "kode": None}
    if _di_depan(s, perkara["tgl_meninggal"]):
        klaim = perhatikan_tanggal(s, klaim, laporan[0], kode_desa)
        return {**klaim, "status": "KOSONG", "kode": alasan.TANGGAL_TIDAK_SAH}
    if klaim["siap"] is None and _terlambat(s, perkara["tgl_meninggal"]):
        return {**klaim, "status": "KOSONG", "kode": alasan.LEWAT_BATAS}
    isi = _isi(s.aturan, s.subjek, kasus, laporan, kode_desa)
    sidik = _sidik(isi)
    if sidik != klaim["siap"]:
        s.ctx.emit(
            rujukan.SANTUNAN,
            "SantunanDisiapkan",
            s.subjek,
            isi,
            operation=DIBUAT if klaim["siap"] is None else DIKOREKSI,
            classification=rujukan.SPESIFIK,
        )
    return {**klaim, "siap": sidik, "status": DISIAPKAN, "kode": None}


def _terlambat(s: Sidang, tgl: int) -> bool:
    """Whether nobody could apply in time any more, by the last day we were told of."""
    hari = hari_ini(s.ctx)
    return hari is not None and hari - tgl > s.aturan.santunan.batas_hari


def _di_depan(s: Sidang, tgl: int) -> bool:
    """Whether a day is still to come; a tick may be late by some seconds."""
    hari = hari_ini(s.ctx)
    return hari is not None and tgl > hari + 1


def _tarik(s: Sidang, klaim: Value, kasus: Kasus) -> Value:
    batal = kasus.perkara["batal_id"]
    kode = alasan.LAPORAN_DITARIK if batal is None else alasan.KEMATIAN_DIBATALKAN
    if klaim["siap"] is None:
        status = ("KOSONG", None) if batal is None else (DIBATALKAN, kode)
        return {**klaim, "status": status[0], "kode": status[1]}
    dasar = tuple(kasus.perkara["dasar"]) if batal is None else (batal,)
    dok = {
        "ref": _FORMULIR,
        "no_reg": None,
        "tgl_pengajuan": None,
        "tingkat": PASTI,
        "kode_desa": kasus.perkara["kode_desa"],
    }
    isi = Terbitan(DIBATALKAN, kode, dasar=dasar)
    klaim = terbitkan(s, klaim, dok, isi)
    lain = [p for p in klaim["pengajuan"] if p["ref"] != _FORMULIR]
    tutup = {"status": DIBATALKAN, "kode": kode, "siap": None, "pengajuan": lain}
    return {**klaim, **tutup}


def _isi(
    aturan: Aturan, subjek: str, kasus: Kasus, laporan: list[Value], kode_desa: str
) -> Value:
    perkara, keluarga = kasus.perkara, kasus.keluarga
    tgl = perkara["tgl_meninggal"]
    layak = yang_berlaku(keluarga, tgl)
    mati = kasus.wafat
    calon = [c for c in keluarga["calon"] if c["orang"]["subjek_id"] not in mati]
    return {
        "klaim_id": klaim_id(subjek),
        "almarhum": perkara["orang"],
        "no_kk": perkara["no_kk"],
        "kk_id": perkara["kk_id"],
        "tgl_meninggal": tgl,
        "kode_desa": kode_desa,
        "no_surat": next((d["no_surat"] for d in laporan if d["no_surat"]), None),
        "calon_ahli_waris": calon,
        "kelayakan": {"periode": layak[0]["periode"], "desil": layak[0]["desil"]}
        if layak
        else None,
        "aturan_versi": aturan.versi,
        "dasar": [
            *(d["event_id"] for d in laporan),
            *perkara["dasar"],
            *keluarga["dasar"],
            *(k["event_id"] for k in layak[:1]),
        ],
        "mutu": [],
    }


def _sidik(isi: Value) -> str:
    calon = [
        f"{c['orang']['subjek_id']}|{c['hubungan']}|"
        f"{c['wali']['subjek_id'] if c['wali'] else ''}"
        for c in isi["calon_ahli_waris"]
    ]
    tetap = ("kk_id", "tgl_meninggal", "kode_desa", "no_surat", "kelayakan")
    return event_id(*(str(isi[nama]) for nama in tetap), *calon)
