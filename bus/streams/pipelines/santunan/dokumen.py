"""Source events about a death as documents of one shape."""

from collections.abc import Callable

from bus.record import Event, Value

KEMATIAN, AKTA, BATAL = "KEMATIAN", "AKTA", "BATAL"
KLAIM, CAIR, TARIK = "KLAIM", "CAIR", "TARIK"

PASTI, MUNGKIN, LEMAH, BAYI = 1, 2, 3, 4
BELUM = 0

_KOSONG: Value = {
    "orang": None,
    "kk_id": None,
    "tingkat": BELUM,
    "tgl": None,
    "tgl_pengajuan": None,
    "sumber": None,
    "no_surat": None,
    "no_akta": None,
    "kode_desa": None,
    "ahli_waris": None,
    "hubungan": None,
    "sktm": False,
    "lampiran": 0,
    "jumlah": None,
    "penerima": None,
    "no_reg": None,
}


def _kematian(nilai: Value) -> Value:
    return {
        "jenis": KEMATIAN,
        "orang": nilai["almarhum"],
        "kk_id": nilai["kk_id"],
        "tgl": nilai["tgl_meninggal"],
        "sumber": nilai["sumber"],
        "no_surat": nilai["no_surat"],
        "kode_desa": nilai["kode_desa"],
    }


def _akta(nilai: Value) -> Value:
    return {
        "jenis": AKTA,
        "orang": nilai["almarhum"],
        "kk_id": nilai["kk_id"],
        "tgl": nilai["tgl_meninggal"],
        "no_akta": nilai["no_akta"],
    }


def _batal(nilai: Value) -> Value:
    return {"jenis": BATAL}


def _klaim(nilai: Value) -> Value:
    return {
        "jenis": KLAIM,
        "orang": nilai["almarhum"],
        "kk_id": nilai["kk_id"],
        "tgl": nilai["tgl_meninggal"],
        "tgl_pengajuan": nilai["tgl_pengajuan"],
        "no_surat": nilai["no_surat"],
        "no_akta": nilai["no_akta"],
        "kode_desa": nilai["kode_desa"],
        "ahli_waris": nilai["ahli_waris"],
        "hubungan": nilai["hubungan"],
        "sktm": nilai["sktm"],
        "lampiran": len(nilai["lampiran"]),
        "jumlah": nilai["jumlah"],
        "no_reg": nilai["no_reg"],
    }


def _cair(nilai: Value) -> Value:
    return {
        "jenis": CAIR,
        "tgl": nilai["tgl"],
        "jumlah": nilai["jumlah"],
        "penerima": nilai["penerima"],
        "no_reg": nilai["no_reg"],
        "kode_desa": nilai["kode_desa"],
    }


def _tarik(nilai: Value) -> Value:
    return {"jenis": TARIK, "no_reg": nilai["no_reg"], "kode_desa": nilai["kode_desa"]}


_BENTUK: dict[str, Callable[[Value], Value]] = {
    "KematianDilaporkan": _kematian,
    "AktaKematianTerbit": _akta,
    "KematianDibatalkan": _batal,
    "SantunanDiajukan": _klaim,
    "SantunanDicairkan": _cair,
    "SantunanDibatalkan": _tarik,
}
JENIS = tuple(_BENTUK)


def dokumen_dari(event: Event, nilai: Value) -> Value:
    """The document in a source event; every field present, its match level still 0."""
    return {
        **_KOSONG,
        **_BENTUK[event.type](nilai),
        "ref": nilai["sumber_ref"] or event.id,
        "event_id": event.id,
        "waktu": waktu_dari(event, nilai),
        "asal": event.key,
        "mutu": nilai["mutu"],
    }


def menarik(dok: Value, klaim: Value) -> bool:
    """Whether a document withdraws this claim: same row, else same number."""
    return bool(dok["jenis"] == TARIK) and tentang(dok, klaim)


def tentang(dok: Value, klaim: Value) -> bool:
    """Whether a payment or withdrawal names this claim."""
    if dok["ref"] == klaim["ref"]:
        return True
    return dok["no_reg"] is not None and dok["no_reg"] == klaim["no_reg"]


def waktu_dari(event: Event, nilai: Value) -> int:
    """When the source recorded it (ms); without that, the time of the event."""
    dicatat = nilai["dicatat_pada"]
    return int(event.time_ms if dicatat is None else dicatat)
