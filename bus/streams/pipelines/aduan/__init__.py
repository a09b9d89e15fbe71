"""Flow F5: a citizen's report, its two clocks, and who hears when they run out.

Two stages, each with one log of its own (`ops/docs/architecture/aduan.md`): the report
by its id, incidents and repetitions by category.
"""

from bus.config.tenant import Tenant
from bus.streams.pipelines.aduan import kelompok, laporan
from bus.streams.pipelines.aduan.aturan import Aturan
from bus.streams.pipelines.aduan.router import router
from bus.streams.topology.pipeline import Topology

NAMA = "aduan"

__all__ = ["NAMA", "topology"]


def topology(tenant: Tenant) -> Topology:
    """Everything flow F5 runs for one tenant.

    Raises:
        ConfigError: the tenant has no rules for it.
    """
    aturan = Aturan(tenant)
    return Topology(
        name=NAMA,
        routers=(router(),),
        pipelines=(laporan.pipeline(aturan), kelompok.pipeline(aturan)),
    )
