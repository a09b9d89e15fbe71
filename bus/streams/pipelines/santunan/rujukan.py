"""Names flow F1 uses: topics, pipelines, stores, classes of personal data."""

PENDUDUK = "adminduk.penduduk.state.v1"
KELUARGA = "adminduk.keluarga.state.v1"
PERISTIWA = "adminduk.peristiwa.fact.v1"
KELAYAKAN = "sosial.kelayakan.state.v1"
SANTUNAN = "sosial.santunan.fact.v1"
ANGGARAN = "keuangan.anggaran.state.v1"
RESERVASI = "keuangan.reservasi.fact.v1"
MUTU = "tata.mutu.fact.v1"

KE_IDENTITAS = "santunan.identitas.repartition.v1"
KE_KELUARGA = "santunan.keluarga.repartition.v1"
KE_KLAIM = "santunan.klaim.repartition.v1"
KE_ANGGARAN = "santunan.anggaran.repartition.v1"

INTERNAL = "INTERNAL"
UMUM = "PRIBADI_UMUM"
SPESIFIK = "PRIBADI_SPESIFIK"
