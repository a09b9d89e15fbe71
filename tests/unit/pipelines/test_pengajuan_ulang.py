"""A second form, or one that was taken back: what it may and may not do."""

from tests.unit.pipelines.dunia import (
    Dunia,
    anggaran,
    hari,
    kelayakan,
    kematian,
    penduduk,
    pengajuan,
    tarik,
)
from tests.unit.pipelines.rumah import ANAK, AYAH, DASAR, IBU, KK


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


SATU, DUA = "esakti|t|1", "esakti|t|2"
MASUK = hari("2026-03-05")


def _tak_diambil() -> Dunia:
    """A claim whose money nobody took for 30 days."""
    dunia = Dunia(*DASAR)
    dunia.tick(MASUK)
    dunia.masuk(
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", ref=SATU),
    )
    dunia.tick(MASUK + 31)
    assert dunia.status(AYAH) == ("DIKEMBALIKAN", "RESERVASI_KEDALUWARSA")
    return dunia


def _ajukan_lagi(dunia: Dunia) -> None:
    dunia.masuk(
        pengajuan(AYAH, ANAK, "2026-04-06", meninggal="2026-02-28", ref=DUA),
    )


def test_a_new_form_after_the_money_went_unused_is_no_duplicate() -> None:
    """The claim was given back with the words to apply again."""
    dunia = _tak_diambil()
    _ajukan_lagi(dunia)
    assert _penerima(dunia) == ANAK["subjek_id"]
    assert dunia.klaim(AYAH)["utama"] == DUA
    assert dunia.terbit("SantunanDitolak") == []
    assert dunia.temuan() == []


def test_a_second_form_unused_as_well_does_not_wake_the_first() -> None:
    dunia = _tak_diambil()
    _ajukan_lagi(dunia)
    for geser in (32, 70, 110):
        dunia.tick(MASUK + geser)
    assert dunia.status(AYAH) == ("DIKEMBALIKAN", "RESERVASI_KEDALUWARSA")
    assert dunia.klaim(AYAH)["utama"] == DUA
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDilepas"] * 2


def test_the_old_form_edited_asks_again_and_may_go_unused_again() -> None:
    dunia = _tak_diambil()
    for surat in ("474.3/002", "474.3/001"):
        ubah = pengajuan(
            AYAH, IBU, "2026-03-05", meninggal="2026-02-28", ref=SATU, surat=surat
        )
        dunia.masuk(ubah)
        assert _penerima(dunia) == IBU["subjek_id"]


def test_another_heir_may_apply_when_no_heir_is_left_on_the_card() -> None:
    """The returned claim says: apply with another heir (case k)."""
    dunia = Dunia(
        penduduk(AYAH, KK, 1),
        penduduk(IBU, KK, 3),
        kelayakan(KK),
        anggaran(1),
        pengajuan(AYAH, IBU, "2026-03-05", meninggal="2026-02-28", ref=SATU),
        kematian(IBU, "2026-03-08", ref="opensid|log|2"),
    )
    assert dunia.status(AYAH) == ("DIKEMBALIKAN", "AHLI_WARIS_MENINGGAL")
    _ajukan_lagi(dunia)
    assert _penerima(dunia) == ANAK["subjek_id"]
    assert ("PENGAJUAN_GANDA", "DINSOS") not in dunia.temuan()
