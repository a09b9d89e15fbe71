"""What a claim asks people to look at; each finding is published once per claim."""

from bus.record import Value
from bus.streams.pipelines.santunan import temuan
from bus.streams.pipelines.santunan.dokumen import LEMAH, MUNGKIN
from bus.streams.pipelines.santunan.klaim.sidang import Sidang

_TERBANYAK = 50


def sekali(
    s: Sidang,
    klaim: Value,
    aturan_id: str,
    penerima: str,
    pokok: tuple[str, str],
    dasar: tuple[str, ...],
) -> Value:
    """Publish a finding unless this claim did before; arguments as `temuan`."""
    if temuan.temuan_dari(aturan_id, *pokok) in klaim["temuan"]:
        return klaim
    baru = temuan.temuan(s.aturan, s.ctx, aturan_id, penerima, pokok, dasar)
    return {**klaim, "temuan": [*klaim["temuan"], baru][-_TERBANYAK:]}


def perhatikan_identitas(s: Sidang, klaim: Value) -> Value:
    """Documents that are probably or possibly about this person (case d)."""
    for dok in klaim["perkara"]["dokumen"]:
        if dok["orang"] is None:
            continue
        if dok["tingkat"] == MUNGKIN:
            jenis, kantor = temuan.IDENTITAS_MUNGKIN, temuan.desa(dok["kode_desa"])
        elif dok["tingkat"] == LEMAH:
            jenis, kantor = temuan.IDENTITAS_LEMAH, temuan.DINSOS
        else:
            continue
        pokok, dasar = (s.subjek, dok["ref"]), (dok["event_id"],)
        klaim = sekali(s, klaim, jenis, kantor, pokok, dasar)
    return klaim


def perhatikan_ganda(
    s: Sidang, klaim: Value, dok: Value, dasar: tuple[str, ...]
) -> Value:
    """A second good application for the same death: the officer picks (case c)."""
    pokok = (s.subjek, dok["ref"])
    jenis = temuan.PENGAJUAN_GANDA
    return sekali(s, klaim, jenis, temuan.DINSOS, pokok, dasar)


def perhatikan_tanggal(s: Sidang, klaim: Value, dok: Value, kode_desa: str) -> Value:
    """A notice of a death on a day that is still to come (case l)."""
    pokok = (s.subjek, dok["ref"])
    jenis, kantor = temuan.TANGGAL_DI_DEPAN, temuan.desa(kode_desa)
    return sekali(s, klaim, jenis, kantor, pokok, (dok["event_id"],))
