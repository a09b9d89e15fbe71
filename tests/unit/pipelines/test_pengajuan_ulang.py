"""A second form, or one that was taken back: what it may and may not do."""

from tests.unit.pipelines.dunia import (
    Dunia,
    pengajuan,
    tarik,
)
from tests.unit.pipelines.rumah import ANAK, AYAH, DASAR, IBU


def _penerima(dunia: Dunia) -> str:
    """Who is paid for AYAH as it stands."""
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    setuju = dunia.terbit("SantunanDisetujui")
    [*_, akhir] = [e.value for e in setuju if e.key == AYAH["subjek_id"]]
    assert akhir is not None
    return str(akhir["penerima"])


def test_a_withdrawn_claim_leaves_the_person_alive() -> None:
    """Filed for the widow by mistake and taken back: she still inherits (case k)."""
    keliru = "esakti|t|9"
    dunia = Dunia(
        *DASAR,
        pengajuan(IBU, AYAH, "2026-02-01", meninggal="2026-01-30", ref=keliru),
        tarik(IBU, "2026-02-02", ref=keliru),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
    )
    assert _penerima(dunia) == IBU["subjek_id"]
    keluarga = dunia.read("adminduk.keluarga.state.v1")[-1].value
    assert keluarga is not None
    hidup = {a["subjek_id"]: a["hidup"] for a in keluarga["anggota"]}
    assert hidup[IBU["subjek_id"]]
    assert not hidup[AYAH["subjek_id"]]


def test_a_claim_withdrawn_later_gives_the_heir_back() -> None:
    keliru = "esakti|t|9"
    dunia = Dunia(
        *DASAR,
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28"),
        pengajuan(IBU, ANAK, "2026-03-06", meninggal="2026-03-01", ref=keliru),
    )
    assert _penerima(dunia) == ANAK["subjek_id"]
    dunia.masuk(tarik(IBU, "2026-03-07", ref=keliru))
    assert _penerima(dunia) == IBU["subjek_id"]
