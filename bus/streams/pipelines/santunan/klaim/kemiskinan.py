"""Was the family poor on the day of death? By the register, or by a letter (SKTM)."""

from typing import NamedTuple

from bus.record import Value
from bus.streams.pipelines.santunan.aturan import Aturan


class Kemiskinan(NamedTuple):
    """The answer.

    Attributes:
        miskin: True, False, or None while no data for that day is known.
        dasar: the eligibility record it rests on, if one.
        mutu: quality flags.
    """

    miskin: bool | None
    dasar: Value | None
    mutu: tuple[str, ...] = ()


def kemiskinan(aturan: Aturan, keluarga: Value, sktm: bool, tgl: int) -> Kemiskinan:  # noqa: FBT001
    """Poverty of a family on a day (`domain.md` §5 F1 J 3).

    A letter of the village holds until the register says otherwise in the next
    quarter, so it outweighs a register that says not poor, and is flagged.
    """
    berlaku = yang_berlaku(keluarga, tgl)
    for satu in berlaku:
        if _miskin(aturan, satu):
            return Kemiskinan(True, satu)  # noqa: FBT003
    lawan = berlaku[0] if berlaku else None
    if sktm:
        mutu = ("SKTM",) if lawan is None else ("SKTM", "SKTM_BERBEDA_DTSEN")
        return Kemiskinan(True, lawan, mutu)  # noqa: FBT003
    return Kemiskinan(None if lawan is None else False, lawan)


def yang_berlaku(keluarga: Value, tgl: int) -> list[Value]:
    """Eligibility records valid on a day, newest first."""
    return [k for k in reversed(keluarga["kelayakan"]) if k["dari"] <= tgl <= k["sd"]]


def _miskin(aturan: Aturan, satu: Value) -> bool:
    if satu["sumber"] == "SKTM":
        return True
    if satu["desil"] is None:
        return bool(satu["program"] > 0)
    return bool(satu["desil"] <= aturan.santunan.desil_maksimum)
