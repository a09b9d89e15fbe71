"""Where somebody lived, and in which family, on a given day."""

from collections.abc import Sequence

from bus.record import Value
from bus.streams.pipelines.santunan.aturan import Aturan

YA, TIDAK, BELUM_TAHU = "YA", "TIDAK", "BELUM"
_BUKAN_WARGA = {"TIDAK_VALID"}


def penduduk_pada(
    tgl: int | None, penduduk: Value | None, pindah: Sequence[Value], aturan: Aturan
) -> str:
    """Was this person a resident of the Pemda on this day (case g)?

    Moves tell; without any before the day, the origin of the first one after it;
    without moves, the registry. A move counts from its own day on.
    """
    if penduduk is None:
        return BELUM_TAHU
    if penduduk["status"] in _BUKAN_WARGA:
        return TIDAK
    if tgl is not None and pindah:
        return YA if aturan.di_sini(_tempat(tgl, pindah)) else TIDAK
    if penduduk["status"] == "PINDAH":
        sejak = penduduk["sejak"]
        if tgl is None or sejak is None or sejak <= tgl:
            return TIDAK
    return YA if aturan.di_sini(penduduk["kode_desa"]) else TIDAK


def _tempat(tgl: int, pindah: Sequence[Value]) -> str | None:
    urut = sorted(pindah, key=lambda p: (p["tgl"], p["jenis"], p["no_pindah"]))
    sebelum = [p for p in urut if p["tgl"] <= tgl]
    tempat = sebelum[-1]["tujuan"] if sebelum else urut[0]["asal"]
    return None if tempat is None else str(tempat)


def keluarga_pada(hari: int | None, penduduk: Value) -> str:
    """The family (kk_id) of a person on a day; None means now."""
    if hari is not None:
        for lalu in penduduk["riwayat"]:
            if hari < lalu["sampai"] and (lalu["dari"] is None or lalu["dari"] <= hari):
                return str(lalu["kk_id"])
    return str(penduduk["kk_id"])


def tanggal_datang(kk_id: str, pindah: Sequence[Value]) -> int | None:
    """The day of the arrival that led into this family, if one is known."""
    hari = [p["tgl"] for p in pindah if p["kk_baru"] == kk_id]
    return max(hari, default=None)
