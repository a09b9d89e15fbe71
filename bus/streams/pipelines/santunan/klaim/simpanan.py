"""The stores of the claim stage: claims, the day, and who waits for a new day.

A handler cannot scan its store, so those who wait are kept in lists, cut by a hash of
the person into pieces that stay short.
"""

from collections.abc import Iterator

from bus.record import Value, event_id
from bus.streams.topology.context import Context

KLAIM_STORE, HARI, TUNGGU_STORE = "klaim", "hari", "tunggu"
_DAFTAR = 64

_BARU: Value = {
    "status": "KOSONG",
    "kode": None,
    "perkara": None,
    "keluarga": None,
    "utama": None,
    "pengajuan": [],
    "siap": None,
    "reservasi": None,
    "nomor": 0,
    "kedaluwarsa": None,
    "wafat": [],
    "minat": [],
    "peminat": [],
    "kabar": None,
    "temuan": [],
    "menunggu": False,
    "menunggu_sejak": None,
    "habis_tunggu": False,
    "disetujui": False,
}


def buka(subjek: str, ctx: Context) -> Value:
    """A claim as it is now; an empty one if nothing is known."""
    return ctx.get(KLAIM_STORE, subjek) or _BARU


def simpan(subjek: str, klaim: Value, ctx: Context) -> None:
    """Keep a claim, and the list of those who wait in step with it."""
    lama = ctx.get(KLAIM_STORE, subjek)
    ctx.put(KLAIM_STORE, subjek, klaim)
    if klaim["menunggu"] == bool(lama and lama["menunggu"]):
        return
    daftar = f"{int(event_id(subjek)[:4], 16) % _DAFTAR:02d}"
    isi = ctx.get(TUNGGU_STORE, daftar) or {"subjek": []}
    lain = [s for s in isi["subjek"] if s != subjek]
    if klaim["menunggu"]:
        lain.append(subjek)
    ctx.put(TUNGGU_STORE, daftar, {"subjek": lain} if lain else None)


def semua_tunggu(ctx: Context) -> Iterator[str]:
    """Everyone of this partition who waits for a new day."""
    for nomor in range(_DAFTAR):
        isi = ctx.get(TUNGGU_STORE, f"{nomor:02d}")
        yield from list(isi["subjek"]) if isi else ()


def hari_ini(ctx: Context) -> int | None:
    """The last day this partition was told of."""
    isi = ctx.get(HARI, HARI)
    return int(isi["tanggal"]) if isi else None
