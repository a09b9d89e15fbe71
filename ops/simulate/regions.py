"""The tenant's kecamatan and villages, from the reference data."""

from dataclasses import dataclass

from bus.contracts.reference import Reference

VILLAGE_LEVELS = frozenset({"KELURAHAN", "DESA", "DESA_ADAT"})


@dataclass(frozen=True, slots=True)
class VillageRegion:
    """One desa or kelurahan.

    Attributes:
        kode: dotted, `33.25.01.2001`.
        name: its name.
        kecamatan: name of its kecamatan.
        in_kecamatan: position in the kecamatan, from 0.
        urban: a kelurahan; these have more inhabitants.
    """

    kode: str
    name: str
    kecamatan: str
    in_kecamatan: int
    urban: bool


def villages(tenant: str = "k3325") -> list[VillageRegion]:
    """All villages of a tenant in the order of their codes.

    Raises:
        ConfigError: the tenant has no reference data.
    """
    regions = Reference.load().regions(tenant)
    names = {region.kode: region.nama for region in regions}
    found: list[VillageRegion] = []
    for region in sorted(regions, key=lambda region: region.kode):
        if region.tingkat not in VILLAGE_LEVELS:
            continue
        parent = region.kode[:8]
        same = found and found[-1].kode[:8] == parent
        place = found[-1].in_kecamatan + 1 if same else 0
        urban = region.tingkat == "KELURAHAN"
        found.append(
            VillageRegion(region.kode, region.nama, names[parent], place, urban)
        )
    return found
