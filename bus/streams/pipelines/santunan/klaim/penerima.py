"""Who receives the money: the heir the officer chose, while they live (case k)."""

from dataclasses import dataclass

from bus.record import Value
from bus.streams.pipelines.santunan import alasan
from bus.streams.pipelines.santunan.aturan import Aturan


@dataclass(frozen=True, slots=True)
class Penerima:
    """The receiver of a claim.

    Attributes:
        subjek_id: who is paid; the guardian of a minor heir.
        hubungan: relation of the heir to the deceased.
        kode: why nobody can be paid, None if somebody can.
        mutu: quality flags.
    """

    subjek_id: str | None
    hubungan: str | None
    kode: str | None = None
    mutu: tuple[str, ...] = ()


def pilih_penerima(
    aturan: Aturan,
    perkara: Value,
    keluarga: Value,
    wafat: frozenset[str],
    dok: Value,
) -> Penerima:
    """The receiver: the heir on the form, or the next one if that one has died.

    Args:
        aturan: order of heirs, age of majority.
        perkara: the case.
        keluarga: family with candidates in order.
        wafat: heirs known to have died.
        dok: the claim.
    """
    diajukan = dok["ahli_waris"]
    mati = wafat | set(keluarga["wafat"])
    calon = [c for c in keluarga["calon"] if c["orang"]["subjek_id"] not in mati]
    if diajukan is not None and diajukan["subjek_id"] == perkara["subjek_id"]:
        return Penerima(None, None, alasan.AHLI_WARIS_TIDAK_SAH)
    if diajukan is None or diajukan["subjek_id"] in mati:
        if not calon:
            return Penerima(None, None, alasan.AHLI_WARIS_MENINGGAL)
        return _dari_calon(aturan, perkara, calon[0], ("AHLI_WARIS_BERIKUTNYA",))
    for satu in calon:
        if satu["orang"]["subjek_id"] == diajukan["subjek_id"]:
            mutu = () if satu is calon[0] else ("BUKAN_URUTAN_PERTAMA",)
            return _dari_calon(aturan, perkara, satu, mutu)
    return _di_luar_kk(aturan, perkara, dok)


def _dari_calon(
    aturan: Aturan, perkara: Value, satu: Value, mutu: tuple[str, ...]
) -> Penerima:
    wali, orang = satu["wali"], satu["orang"]
    if wali is not None:
        mutu = (*mutu, "MELALUI_WALI")
        return Penerima(wali["subjek_id"], satu["hubungan"], None, mutu)
    if not _dewasa(aturan, perkara, orang):
        return Penerima(None, satu["hubungan"], alasan.WALI_TIDAK_ADA)
    return Penerima(orang["subjek_id"], satu["hubungan"], None, mutu)


def _di_luar_kk(aturan: Aturan, perkara: Value, dok: Value) -> Penerima:
    """An heir who is not on the family card: allowed, with a letter of heirs."""
    orang = dok["ahli_waris"]
    if not _dewasa(aturan, perkara, orang):
        return Penerima(None, dok["hubungan"], alasan.WALI_TIDAK_ADA)
    mutu = ("PERLU_SURAT_AHLI_WARIS",)
    return Penerima(orang["subjek_id"], dok["hubungan"], None, mutu)


def _dewasa(aturan: Aturan, perkara: Value, orang: Value) -> bool:
    tgl = perkara["tgl_meninggal"]
    return tgl is None or aturan.dewasa(orang["tgl_lahir"], tgl)
