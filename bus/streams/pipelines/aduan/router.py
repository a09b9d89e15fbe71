"""The way in: reports and what is done about them by key, look-up tables everywhere."""

from bus.streams.pipelines.aduan import rujukan
from bus.streams.pipelines.aduan.laporan import TINDAK
from bus.streams.topology.pipeline import Route, Router

# What the bus decides stands in the same topic under names of its own, and stays there.
DARI_APLIKASI = frozenset({"LaporanDiterima", *TINDAK})

TABEL = {
    rujukan.LIBUR: "LiburDitetapkan",
    rujukan.OPD: "OpdDitetapkan",
    rujukan.RUTE: "RuteAduanDitetapkan",
}


def router() -> Router:
    """Routes of flow F5."""
    return Router(
        name="aduan.masuk",
        routes=(
            Route(rujukan.LAPORAN, DARI_APLIKASI, rujukan.KE_LAPORAN),
            *(
                Route(tabel, frozenset({jenis}), rujukan.KE_LAPORAN, broadcast=True)
                for tabel, jenis in TABEL.items()
            ),
        ),
    )
