"""A death, entered once, through all stages."""

from tests.unit.pipelines.dunia import (
    Dunia,
    anggaran,
    cair,
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
