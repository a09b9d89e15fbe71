"""One family, poor and complete, and a budget: most cases start from it."""

from tests.unit.pipelines.dunia import anggaran, kelayakan, orang, penduduk

AYAH = orang("3325120501580001", "SUTRISNO", "1958-01-05")
IBU = orang("3325124107600002", "SITI AMINAH", "1960-07-01", "P")
ANAK = orang("3325120107800002", "ACHMAD BUDI", "1980-07-01")
KK = "3325121204060011"
WARGA = (penduduk(AYAH, KK, 1), penduduk(IBU, KK, 3), penduduk(ANAK, KK, 4))
TRIWULAN_2 = kelayakan(KK, 2, periode="2026-TW2", dari="2026-04-01", sd="2026-06-30")
DASAR = (*WARGA, kelayakan(KK), TRIWULAN_2, anggaran(10))
LAIN = "33.74.01.1001"
