"""Flow F1: a death, entered once, becomes a checked and funded death grant claim.

Four stages, each with one log of its own (`ops/docs/architecture/santunan.md`):
identity by person, family by family card, claim by deceased, budget by budget line.
"""

from bus.config.tenant import Tenant
from bus.streams.pipelines.santunan.anggaran import tahap as anggaran
from bus.streams.pipelines.santunan.aturan import Aturan
from bus.streams.pipelines.santunan.identitas import tahap as identitas
from bus.streams.pipelines.santunan.keluarga import tahap as keluarga
from bus.streams.pipelines.santunan.klaim import tahap as klaim
from bus.streams.pipelines.santunan.router import router
from bus.streams.topology.pipeline import Topology

NAMA = "santunan"

__all__ = ["NAMA", "topology"]


def topology(tenant: Tenant) -> Topology:
    """Everything flow F1 runs for one tenant."""
    aturan = Aturan(tenant)
    return Topology(
        name=NAMA,
        routers=(router(),),
        pipelines=(
            identitas.pipeline(aturan),
            keluarga.pipeline(aturan),
            klaim.pipeline(aturan),
            anggaran.pipeline(aturan),
        ),
    )
