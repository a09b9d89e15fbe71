"""Names flow F5 uses: topics, classes of personal data, words of its contracts."""

LAPORAN = "aduan.laporan.fact.v1"
STATUS = "aduan.status.state.v1"
SLA = "aduan.sla.fact.v1"
INSIDEN = "trantib.insiden.fact.v1"
LIBUR = "ref.libur.state.v1"
OPD = "ref.opd.state.v1"
RUTE = "ref.rute.state.v1"

KE_LAPORAN = "aduan.laporan.repartition.v1"
KE_KELOMPOK = "aduan.kelompok.repartition.v1"

INTERNAL = "INTERNAL"
UMUM = "PRIBADI_UMUM"
