"""Candidate heirs from the family card, in the legal order (`domain.md` §5 F1).

The card says how each member relates to its head (SHDK); from two such relations
and the mother's id follows how a member relates to the deceased. What stays
doubtful (in-laws, other relatives) is no candidate: it needs a letter of heirs.
"""

from collections.abc import Sequence

from bus.record import Value
from bus.streams.pipelines.santunan.aturan import Aturan

PASANGAN, ANAK, ORANG_TUA = "PASANGAN", "ANAK", "ORANG_TUA"
SAUDARA, CUCU, CICIT = "SAUDARA", "CUCU", "CICIT"

KEPALA, SUAMI, ISTRI, ANAK_KK, MENANTU, CUCU_KK = 1, 2, 3, 4, 5, 6
ORANGTUA_KK, MERTUA = 7, 8

_MILIK_KEPALA = {
    SUAMI: PASANGAN,
    ISTRI: PASANGAN,
    ANAK_KK: ANAK,
    CUCU_KK: CUCU,
    ORANGTUA_KK: ORANG_TUA,
}
_MILIK_PASANGAN = {KEPALA: PASANGAN, ANAK_KK: ANAK, CUCU_KK: CUCU, MERTUA: ORANG_TUA}
_MILIK_ORANG_TUA = {KEPALA: ANAK, ORANGTUA_KK: PASANGAN, ANAK_KK: CUCU, CUCU_KK: CICIT}
_MILIK_MERTUA = {
    SUAMI: ANAK,
    ISTRI: ANAK,
    MERTUA: PASANGAN,
    ANAK_KK: CUCU,
    CUCU_KK: CICIT,
}
_HUBUNGAN: dict[int, dict[int, str]] = {
    KEPALA: _MILIK_KEPALA,
    SUAMI: _MILIK_PASANGAN,
    ISTRI: _MILIK_PASANGAN,
    ANAK_KK: {
        KEPALA: ORANG_TUA,
        SUAMI: ORANG_TUA,
        ISTRI: ORANG_TUA,
        ANAK_KK: SAUDARA,
    },
    MENANTU: {CUCU_KK: ANAK},
    CUCU_KK: {CUCU_KK: SAUDARA, MENANTU: ORANG_TUA},
    ORANGTUA_KK: _MILIK_ORANG_TUA,
    MERTUA: _MILIK_MERTUA,
}
_WALI_DULU = {KEPALA: 0, SUAMI: 1, ISTRI: 1}


def calon_ahli_waris(
    almarhum: Value, anggota: Sequence[Value], tgl: int, aturan: Aturan
) -> list[Value]:
    """Candidates in legal order, older first within a class; minors with guardian.

    Args:
        almarhum: `subjek_id`, `shdk`, `ibu` and `jk` of the deceased.
        anggota: living members of their family the day before death.
        tgl: day of death.
        aturan: order of classes and age of majority.
    """
    calon: list[tuple[tuple[int, int, str], Value, str]] = []
    for satu in anggota:
        hubungan = _hubungan(almarhum, satu, anggota)
        if hubungan is not None and hubungan in aturan.urutan:
            orang = satu["orang"]
            lahir = orang["tgl_lahir"]
            urut = (aturan.urutan[hubungan], lahir or 0, orang["subjek_id"])
            calon.append((urut, satu, hubungan))
    calon.sort(key=lambda c: c[0])
    return [
        {
            "orang": satu["orang"],
            "hubungan": hubungan,
            "urutan": nomor,
            "wali": _wali(satu, anggota, tgl, aturan),
        }
        for nomor, (_, satu, hubungan) in enumerate(calon, 1)
    ]


def _hubungan(almarhum: Value, satu: Value, anggota: Sequence[Value]) -> str | None:
    diri, ibu = satu["orang"]["subjek_id"], satu["ibu"]
    if ibu is not None and ibu == almarhum["subjek_id"]:
        return ANAK
    if almarhum["ibu"] is not None:
        if almarhum["ibu"] == diri:
            return ORANG_TUA
        if almarhum["ibu"] == ibu:
            return SAUDARA
    if _menantu_pasangan(almarhum, satu, anggota):
        return PASANGAN
    hubungan = _HUBUNGAN.get(almarhum["shdk"] or 0, {}).get(satu["shdk"])
    return None if _tiri(hubungan, almarhum, satu) else hubungan


def _tiri(hubungan: str | None, almarhum: Value, satu: Value) -> bool:
    """Whether the mother's id says that this is a step-child or a step-mother."""
    if hubungan == ANAK:
        return almarhum["jk"] == "P" and satu["ibu"] is not None
    if hubungan == ORANG_TUA:
        return satu["orang"]["jk"] == "P" and almarhum["ibu"] is not None
    return False


def _menantu_pasangan(almarhum: Value, satu: Value, anggota: Sequence[Value]) -> bool:
    """A child-in-law is the spouse of the deceased child if no other fits."""
    if {almarhum["shdk"], satu["shdk"]} != {ANAK_KK, MENANTU}:
        return False
    jk, lawan = almarhum["jk"], satu["orang"]["jk"]
    if jk is None or lawan is None or jk == lawan:
        return False
    saingan = [
        a
        for a in anggota
        if (a["shdk"] == almarhum["shdk"] and a["orang"]["jk"] == jk)
        or (a["shdk"] == satu["shdk"] and a["orang"]["jk"] == lawan and a is not satu)
    ]
    return not saingan


def _wali(
    satu: Value, anggota: Sequence[Value], tgl: int, aturan: Aturan
) -> Value | None:
    if aturan.dewasa(satu["orang"]["tgl_lahir"], tgl):
        return None
    dewasa = [
        a
        for a in anggota
        if a is not satu
        and a["orang"]["tgl_lahir"] is not None
        and aturan.dewasa(a["orang"]["tgl_lahir"], tgl)
    ]
    wali = min(
        dewasa,
        key=lambda a: (
            _WALI_DULU.get(a["shdk"], 2),
            a["orang"]["tgl_lahir"],
            a["orang"]["subjek_id"],
        ),
        default=None,
    )
    return None if wali is None else dict(wali["orang"])
