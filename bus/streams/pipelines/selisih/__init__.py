"""Flow F4: e-planning, e-budgeting and spending compared, differences told.

Two stages, each with one log of its own (`ops/docs/architecture/selisih.md`): codes by
source row, judgement by sub-activity.
"""

from bus.config.tenant import Tenant
from bus.streams.pipelines.selisih import kegiatan, pemetaan
from bus.streams.pipelines.selisih.aturan import aturan_dari
from bus.streams.pipelines.selisih.router import router
from bus.streams.topology.pipeline import Topology

NAMA = "selisih"

__all__ = ["NAMA", "topology"]


def topology(tenant: Tenant) -> Topology:
    """Everything flow F4 runs for one tenant.

    Raises:
        ConfigError: the tenant has no rules for it.
    """
    aturan = aturan_dari(tenant)
    return Topology(
        name=NAMA,
        routers=(router(),),
        pipelines=(pemetaan.pipeline(aturan), kegiatan.pipeline(aturan)),
    )
