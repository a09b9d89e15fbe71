"""The way in: copies of public events onto the logs of the two stages.

The map of codes and the marks of a re-scrape concern every partition and are copied
to all of them.
"""

from bus.streams.pipelines.selisih import rujukan
from bus.streams.topology.pipeline import Route, Router


def router() -> Router:
    """Routes of flow F4."""
    masuk = (
        (rujukan.RENCANA_STATE, "RencanaDitetapkan"),
        (rujukan.ANGGARAN_STATE, "AnggaranDitetapkan"),
        (rujukan.REALISASI_FACT, "RealisasiDicatat"),
    )
    return Router(
        name="selisih.masuk",
        routes=(
            *(
                Route(ref, frozenset({jenis}), rujukan.KE_PEMETAAN)
                for ref, jenis in masuk
            ),
            Route(
                rujukan.PETAKODE_STATE,
                frozenset({"PemetaanKodeDitetapkan"}),
                rujukan.KE_PEMETAAN,
                broadcast=True,
            ),
            Route(
                rujukan.PENGAMBILAN_FACT,
                frozenset({"PengambilanDimulai", "PengambilanSelesai"}),
                rujukan.KE_KEGIATAN,
                broadcast=True,
            ),
        ),
    )
