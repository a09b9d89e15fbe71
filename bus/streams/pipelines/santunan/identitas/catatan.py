"""The two stores of the identity stage: persons, and notes on the few that have any.

Most people never have a document or a move; so notes stand apart, and a person's
record says whether there are some.
"""

from bus.record import Value
from bus.streams.topology.context import Context

PENDUDUK, CATATAN = "penduduk", "catatan"

_BARU: Value = {
    "dokumen": [],
    "pindah": [],
    "alihan": [],
    "titipan": [],
    "versi": 0,
    "tujuan": None,
    "sidik": None,
}


def buka(subjek: str, ctx: Context) -> Value:
    """The notes on a person; empty ones if there are none yet."""
    return ctx.get(CATATAN, subjek) or _BARU


def simpan(
    subjek: str, orang: Value | None, catatan: Value, ctx: Context
) -> Value | None:
    """Keep the notes and let the person's record know of them; gives that record."""
    ctx.put(CATATAN, subjek, catatan)
    if orang is None:
        return None
    if not orang["bercatatan"]:
        orang = {**orang, "bercatatan": True}
    if ctx.get(PENDUDUK, subjek) != orang:
        ctx.put(PENDUDUK, subjek, orang)
    return orang
