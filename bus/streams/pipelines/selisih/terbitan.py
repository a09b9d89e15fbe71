"""Publishing findings: once per content, closed by an event when they disappear."""

from dataclasses import dataclass

from bus.record import DIBATALKAN, DIBUAT, DIKOREKSI, Value, event_id
from bus.streams.pipelines.selisih import rujukan
from bus.streams.pipelines.selisih.aturan import NOL, Aturan
from bus.streams.pipelines.selisih.gabungan import Kegiatan
from bus.streams.pipelines.selisih.kalimat import DITUTUP, kalimat, penerima
from bus.streams.pipelines.selisih.penilaian import Temuan
from bus.streams.topology.context import Context

TEMUAN = "temuan"
TERBANYAK = 50
"""Input ids named by one finding; the newest, if there are more."""
DIRINGKAS = "DASAR_DIRINGKAS"


@dataclass(frozen=True, slots=True)
class Pokok:
    """What is judged.

    Attributes:
        kunci: `tahun|kode_skpd|kode_sub_giat`.
        kegiatan: the join of its rows.
        sebab: ids of the events that changed it since it was judged last.
    """

    kunci: str
    kegiatan: Kegiatan
    sebab: tuple[str, ...]


def terbitkan(aturan: Aturan, pokok: Pokok, temuan: list[Temuan], ctx: Context) -> None:
    """Publish what is new or different, close what is gone, keep the rest."""
    lama = (ctx.get(TEMUAN, pokok.kunci) or {"terbuka": []})["terbuka"]
    terbuka = {(t["kunci"], t["jenis"]): t for t in lama}
    baru: list[Value] = []
    prioritas = aturan.prioritas(pokok.kunci.split("|", 2)[2])
    for satu in temuan:
        catatan = _catatan(aturan, pokok, satu, prioritas=prioritas)
        sebelum = terbuka.pop((catatan["kunci"], satu.jenis), None)
        if sebelum is None or sebelum["sidik"] != catatan["sidik"]:
            operasi = DIBUAT if sebelum is None else DIKOREKSI
            _kirim(aturan, pokok, satu, catatan, operasi, ctx)
        baru.append(catatan)
    for catatan in terbuka.values():
        _tutup(aturan, pokok, catatan, ctx)
    if baru != lama:
        ctx.put(TEMUAN, pokok.kunci, {"terbuka": baru})


def kunci_temuan(kunci: str, t: Temuan) -> str:
    """What a finding is about: a sub-activity, or one account of it."""
    return kunci if t.akun is None else f"{kunci}|{t.akun}"


def _catatan(aturan: Aturan, pokok: Pokok, t: Temuan, *, prioritas: bool) -> Value:
    """What is remembered of a published finding."""
    k = pokok.kegiatan
    keparahan = aturan.keparahan(t.selisih, prioritas=prioritas)
    angka = (t.selisih, t.rencana, t.anggaran, t.realisasi, t.kas, t.persen)
    isi = (keparahan, k.tahap_rencana, k.tahap_anggaran, *angka, *t.kode, *k.mutu)
    return {
        "kunci": kunci_temuan(pokok.kunci, t),
        "jenis": t.jenis,
        "sidik": event_id(*map(str, isi)),
        "keparahan": keparahan,
        "prioritas": prioritas,
    }


def _kirim(
    aturan: Aturan, pokok: Pokok, t: Temuan, catatan: Value, operasi: str, ctx: Context
) -> None:
    dasar, mutu = _dasar(t)
    isi = {
        "status": "TERBUKA",
        "rencana": t.rencana,
        "anggaran": t.anggaran,
        "realisasi": t.realisasi,
        "kas": t.kas,
        "selisih": t.selisih,
        "persen": t.persen,
        "pesan": kalimat(t),
        "kode_asal": list(t.kode),
        "dasar": dasar,
        "mutu": [*pokok.kegiatan.mutu, *mutu],
    }
    _emit(aturan, pokok, catatan, isi, operasi, ctx)


def _tutup(aturan: Aturan, pokok: Pokok, catatan: Value, ctx: Context) -> None:
    k = pokok.kegiatan
    isi = {
        "status": "DITUTUP",
        "rencana": k.rencana,
        "anggaran": k.anggaran,
        "realisasi": k.belanja if k.rekening else None,
        "kas": None,
        "selisih": NOL,
        "persen": None,
        "pesan": DITUTUP,
        "kode_asal": [],
        "dasar": list(pokok.sebab) or [ctx.event.id],
        "mutu": [],
    }
    _emit(aturan, pokok, catatan, isi, DIBATALKAN, ctx)


def _emit(
    aturan: Aturan, pokok: Pokok, catatan: Value, isi: Value, operasi: str, ctx: Context
) -> None:
    tahun, skpd, giat = pokok.kunci.split("|", 2)
    kunci, jenis = catatan["kunci"], catatan["jenis"]
    akun = kunci.removeprefix(pokok.kunci).removeprefix("|")
    ctx.emit(
        rujukan.SELISIH_STATE,
        "SelisihAnggaranDitemukan",
        f"{kunci}|{jenis}",
        {
            "temuan_id": event_id("selisih", kunci, jenis),
            "kunci": kunci,
            "tahun": int(tahun),
            "kode_skpd": skpd,
            "kode_sub_giat": giat,
            "kode_akun": akun or None,
            "nama": pokok.kegiatan.nama,
            "jenis": jenis,
            "keparahan": catatan["keparahan"],
            "tahap_rencana": pokok.kegiatan.tahap_rencana,
            "tahap_anggaran": pokok.kegiatan.tahap_anggaran,
            "prioritas": catatan["prioritas"],
            "penerima": penerima(jenis, catatan["keparahan"]),
            "aturan_versi": aturan.versi,
            **isi,
        },
        operation=operasi,
        classification=rujukan.INTERNAL,
        time_ms=ctx.arrived_ms,
    )


def _dasar(t: Temuan) -> tuple[list[str], list[str]]:
    """Ids of the rows it rests on, oldest first; a flag if some are left out."""
    baris = sorted(t.baris, key=lambda b: (b["waktu"], b["asal_id"]))
    ids = list(dict.fromkeys(b["asal_id"] for b in baris))
    return ids[-TERBANYAK:], [DIRINGKAS] if len(ids) > TERBANYAK else []
