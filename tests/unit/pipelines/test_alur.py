"""A death, entered once, through all stages."""

from tests.unit.pipelines.dunia import (
    Dunia,
    anggaran,
    cair,
    hari,
    kelayakan,
    kematian,
    orang,
    penduduk,
    pengajuan,
)

AYAH = orang("3325120501580001", "SUTRISNO", "1958-01-05")
IBU = orang("3325124107600002", "SITI AMINAH", "1960-07-01", "P")
ANAK = orang("3325120107800002", "ACHMAD BUDI", "1980-07-01")
KK = "3325121204060011"
WARGA = (penduduk(AYAH, KK, 1), penduduk(IBU, KK, 3), penduduk(ANAK, KK, 4))


def test_from_notice_to_payment() -> None:
    dunia = Dunia(*WARGA, kelayakan(KK), anggaran(10))
    dunia.masuk(kematian(AYAH, "2026-02-28"))
    [siap] = dunia.terbit()
    assert siap.type == "SantunanDisiapkan"
    assert siap.value is not None
    assert [
        (c["orang"]["nama"], c["hubungan"]) for c in siap.value["calon_ahli_waris"]
    ] == [("SITI AMINAH", "PASANGAN"), ("ACHMAD BUDI", "ANAK")]
    assert siap.value["almarhum"]["nama"] == "SUTRISNO"
    assert siap.value["no_kk"] == KK
    assert siap.value["kelayakan"] == {"periode": "2026-TW1", "desil": 2}
    dunia.masuk(pengajuan(AYAH, IBU, "2026-03-02", meninggal="2026-02-28"))
    assert dunia.gagal() == []
    assert dunia.jenis() == [
        "SantunanDisiapkan",
        "SantunanDiverifikasi",
        "SantunanDisetujui",
    ]
    assert dunia.status(AYAH) == ("DISETUJUI", None)
    dunia.masuk(cair(AYAH, "2026-03-05"))
    assert dunia.status(AYAH) == ("DICAIRKAN", None)
    assert dunia.reservasi() == ["AnggaranDireservasi", "ReservasiDipakai"]
    assert dunia.temuan() == []


def test_form_is_corrected_while_families_are_still_being_read() -> None:
    dunia = Dunia(penduduk(AYAH, KK, 1), kematian(AYAH, "2026-02-28"))
    [siap] = dunia.terbit()
    assert siap.value is not None
    assert siap.value["calon_ahli_waris"] == []
    dunia.masuk(*WARGA[1:], kelayakan(KK))
    semua = dunia.terbit("SantunanDisiapkan")
    assert [e.operation for e in semua] == ["DIBUAT"] + ["DIKOREKSI"] * 3
    assert semua[-1].value is not None
    assert len(semua[-1].value["calon_ahli_waris"]) == 2
    dunia.masuk(*WARGA, kematian(AYAH, "2026-02-28"))
    assert len(dunia.terbit()) == 4


def test_no_form_for_a_death_of_years_ago() -> None:
    dunia = Dunia(*WARGA)
    dunia.tick(hari("2026-03-15"))
    dunia.masuk(kematian(AYAH, "2025-12-01"))
    assert dunia.terbit() == []
    dunia.masuk(kematian(IBU, "2026-01-14", ref="opensid|log|2"))
    assert [e.key for e in dunia.terbit()] == [IBU["subjek_id"]]


def test_no_form_for_somebody_who_is_only_probably_dead() -> None:
    mirip = orang("3325120501580009", "SUTRISNO", "1958-01-05")
    dunia = Dunia(*WARGA, kematian(mirip, "2026-02-28", no_kk=KK))
    assert dunia.terbit() == []
    assert dunia.temuan() == [("IDENTITAS_MUNGKIN", "DESA:33.25.12.2003")]


def test_family_of_the_day_before_death() -> None:
    """The survivors get a new card number after the death of the head."""
    baru = "3325122003260001"
    dunia = Dunia(
        *WARGA,
        penduduk(IBU, baru, 1, dicatat="2026-03-15"),
        penduduk(ANAK, baru, 4, dicatat="2026-03-15"),
        kematian(AYAH, "2026-02-28"),
    )
    [siap] = dunia.terbit("SantunanDisiapkan")
    assert siap.value is not None
    assert [c["hubungan"] for c in siap.value["calon_ahli_waris"]] == [
        "PASANGAN",
        "ANAK",
    ]


def test_family_state_is_published_once_per_change() -> None:
    dunia = Dunia(*WARGA)
    keluarga = dunia.read("adminduk.keluarga.state.v1")
    assert len(keluarga) == 3
    akhir = keluarga[-1].value
    assert akhir is not None
    assert akhir["kepala"] == AYAH["subjek_id"]
    assert [a["shdk"] for a in akhir["anggota"]] == [1, 3, 4]
    dunia.masuk(*WARGA)
    assert len(dunia.read("adminduk.keluarga.state.v1")) == 3
    dunia.masuk(kematian(AYAH, "2026-02-28"))
    akhir = dunia.read("adminduk.keluarga.state.v1")[-1].value
    assert akhir is not None
    assert [a["hidup"] for a in akhir["anggota"]] == [False, True, True]
