"""Rows of plan, budget and spending as their sources wrote them, in one shape."""

from bus.record import Event, Value
from bus.streams.pipelines.selisih.aturan import Aturan
from bus.streams.pipelines.selisih.rujukan import (
    ANGGARAN,
    REALISASI,
    RENCANA,
    TANPA_KEGIATAN,
)

_GAJI = "GAJI"


def _asal(sisi: str, event: Event, nilai: Value, **isi: object) -> Value:
    tercatat = nilai["dicatat_pada"]
    dasar: Value = {
        "sisi": sisi,
        "tahun": nilai["tahun"],
        "kode_skpd": nilai["kode_skpd"],
        "kode_sub_giat": nilai["kode_sub_giat"],
        "kode_akun": None,
        "tahap": None,
        "versi": 0,
        "pagu_murni": None,
        "kas": [],
        "gugur": False,
        "tgl": None,
        "nama": None,
        "waktu": event.time_ms if tercatat is None else tercatat,
        "asal_id": event.id,
        "gaji": False,
        "kunci": None,
    }
    return {**dasar, **isi}


def asal_rencana(aturan: Aturan, event: Event, nilai: Value) -> Value:
    """A plan; postponed and cancelled ones carry no budget."""
    return _asal(
        RENCANA,
        event,
        nilai,
        tahap=nilai["tahap"],
        versi=nilai["versi"],
        jumlah=nilai["pagu"],
        gugur=nilai["status"] in aturan.selisih.rencana_gugur,
        nama=nilai["nama"],
    )


def asal_anggaran(event: Event, nilai: Value) -> Value:
    """A budget line with its cash plan; a plan of other than 12 months is none."""
    kas = list(nilai["kas_bulanan"])
    return _asal(
        ANGGARAN,
        event,
        nilai,
        kode_akun=nilai["kode_akun"],
        tahap=nilai["tahap"],
        versi=nilai["versi"],
        jumlah=nilai["pagu"],
        pagu_murni=nilai["pagu_murni"],
        kas=kas if len(kas) == 12 else [],  # noqa: PLR2004 - months
        nama=nilai["nama"],
    )


def asal_realisasi(aturan: Aturan, event: Event, nilai: Value) -> Value:
    """A payment; an advance (UP, TU) is none, what accounts for it is.

    Payroll names no sub-activity; neither does its return.
    """
    tanpa = nilai["kode_sub_giat"] in {"", TANPA_KEGIATAN}
    gaji = nilai["jenis"] == _GAJI or aturan.gaji(nilai["kode_akun"])
    return _asal(
        REALISASI,
        event,
        nilai,
        kode_akun=nilai["kode_akun"],
        jumlah=nilai["jumlah"],
        gugur=nilai["jenis"] in aturan.selisih.bukan_belanja,
        tgl=nilai["tgl"],
        gaji=tanpa and gaji,
    )
