"""Names flow F4 uses: topics, sides of the join, marks on rows."""

RENCANA_STATE = "keuangan.rencana.state.v1"
ANGGARAN_STATE = "keuangan.anggaran.state.v1"
REALISASI_FACT = "keuangan.realisasi.fact.v1"
PENGAMBILAN_FACT = "keuangan.pengambilan.fact.v1"
PETAKODE_STATE = "ref.petakode.state.v1"
SELISIH_STATE = "keuangan.selisih.state.v1"

KE_PEMETAAN = "selisih.pemetaan.repartition.v1"
KE_KEGIATAN = "selisih.kegiatan.repartition.v1"

RENCANA, ANGGARAN, REALISASI = "RENCANA", "ANGGARAN", "REALISASI"
KEGIATAN, REKENING, SKPD = "KEGIATAN", "REKENING", "SKPD"
TANPA_KEGIATAN = "-"
SEMUA = "SEMUA"
INTERNAL = "INTERNAL"
