"""The way in: copies of public events onto the log of the stage that decides on them.

Copies keep key and bytes; one log per stage gives one order that can be replayed.
"""

from bus.streams.pipelines.santunan import rujukan
from bus.streams.topology.pipeline import Route, Router

PERISTIWA = frozenset(
    {
        "KematianDilaporkan",
        "AktaKematianTerbit",
        "KematianDibatalkan",
        "PindahDiterbitkan",
        "DatangDicatat",
    }
)
# Decisions of the claim stage stand in the same topic and are not copied, except
# SantunanDibatalkan, which both may write: the identity stage drops its own.
PENGAJUAN = frozenset({"SantunanDiajukan", "SantunanDicairkan", "SantunanDibatalkan"})


def router() -> Router:
    """Routes of flow F1."""
    return Router(
        name="santunan.masuk",
        routes=(
            Route(
                rujukan.PENDUDUK,
                frozenset({"PendudukDimutakhirkan"}),
                rujukan.KE_IDENTITAS,
            ),
            Route(rujukan.PERISTIWA, PERISTIWA, rujukan.KE_IDENTITAS),
            Route(rujukan.SANTUNAN, PENGAJUAN, rujukan.KE_IDENTITAS),
            Route(
                rujukan.KELAYAKAN,
                frozenset({"KelayakanSosialDimutakhirkan"}),
                rujukan.KE_KELUARGA,
            ),
            Route(
                rujukan.ANGGARAN,
                frozenset({"AnggaranDitetapkan"}),
                rujukan.KE_ANGGARAN,
            ),
        ),
    )
