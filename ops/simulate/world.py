"""The synthetic tenant, one village after another: memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bus.clock import Clock, SystemClock
from ops.simulate.apps.claims import Officer
from ops.simulate.chance import stream
from ops.simulate.faults import Faults, Planted
from ops.simulate.regions import VillageRegion
from ops.simulate.residents.fate import Fates
from ops.simulate.residents.numbers import Numbers
from ops.simulate.residents.people import WIFE, Cluster, Village
from ops.simulate.residents.village import FamilyBuilder

ZONE = ZoneInfo("Asia/Jakarta")
RESIDENTS_PER_RT = 110
URBAN_WEIGHT = 2.6
_HAMLETS = ("KRAJAN", "KIDUL", "LOR", "WETAN", "KULON", "TENGAH")


def today(clock: Clock | None = None) -> date:
    """The clock's day in the tenant's zone."""
    now = (clock or SystemClock()).now_ms() // 1000
    return datetime.fromtimestamp(now, UTC).astimezone(ZONE).date()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make.

    Attributes:
        residents: exactly so many, over all villages.
        seed: the same seed, day and faults make the same world.
        today: the day it is looked at.
        faults: how wrong the apps are.
    """

    residents: int
    seed: int
    today: date
    faults: Faults


class World:
    """Makes villages in order of their codes."""

    def __init__(
        self, plan: Plan, regions: list[VillageRegion], planted: Planted
    ) -> None:
        self.plan = plan
        self._regions = regions
        self._planted = planted
        self._builder = FamilyBuilder(plan.today)
        self._fates = Fates(plan.today, plan.faults, planted)
        self._next_cluster = 1

    @property
    def next_person(self) -> int:
        """The first id that no person has yet."""
        return self._builder.next_person

    def villages(self) -> Iterator[tuple[Village, Random]]:
        """Each village with its own stream of chance."""
        sizes = shares(self._regions, self.plan.residents, self.plan.seed)
        for place, (region, size) in enumerate(zip(self._regions, sizes, strict=True)):
            rng = stream(self.plan.seed, "desa", region.kode)
            village = self._empty(place, region, size, rng)
            numbers = Numbers(region.kode, region.in_kecamatan, place)
            self._builder.fill(village, numbers, size, rng)
            self._fates.befall(village, rng)
            self._babies(village, rng)
            yield village, rng

    def _empty(
        self, place: int, region: VillageRegion, size: int, rng: Random
    ) -> Village:
        clusters = []
        for number in range(1 + size // RESIDENTS_PER_RT):
            rt, rw = f"{number % 8 + 1:03d}", f"{number // 8 + 1:03d}"
            if rng.random() < self.plan.faults.desa_rt_rw_kosong:
                self._planted.add("desa_rt_rw_kosong")
                rt, rw = rng.choice((("0", rw), (rt, "-"), ("-", "-")))
            hamlet = _HAMLETS[number // 4 % len(_HAMLETS)]
            clusters.append(Cluster(self._next_cluster, rt, rw, hamlet))
            self._next_cluster += 1
        return Village(place + 1, region.kode, region.name, region.kecamatan, clusters)

    def _babies(self, village: Village, rng: Random) -> None:
        """Newborns of poor families who died before they had a NIK (F1 case h)."""
        share = self.plan.faults.esakti_bayi
        deaths = sum(1 for person in village.people if self._fates.is_recent(person))
        for _ in range(deaths):
            if rng.random() >= share:
                continue
            homes = [
                (family, member)
                for family in village.families
                if Officer.is_poor(family)
                for member in family.members
                if member.shdk == WIFE and member.present
            ]
            if not homes:
                return
            family, mother = rng.choice(homes)
            died = self.plan.today - timedelta(days=2 + int(rng.random() * 45))
            born = died - timedelta(days=1 + int(rng.random() * 20))
            baby = self._builder.newborn(family, mother, born)
            baby.death = self._fates.recent(village.kode, died, rng)
            baby.death.certified, baby.death.certificate = None, ""
            self._planted.add("esakti_bayi")


def shares(regions: list[VillageRegion], residents: int, seed: int) -> list[int]:
    """Residents per village, in sum exactly as many as asked for."""
    rng = stream(seed, "ukuran")
    weights = [
        (URBAN_WEIGHT if region.urban else 1.0) * rng.lognormvariate(0, 0.35)
        for region in regions
    ]
    exact = [residents * weight / sum(weights) for weight in weights]
    sizes = [int(size) for size in exact]
    rest = sorted(
        range(len(sizes)), key=lambda place: (sizes[place] - exact[place], place)
    )
    for place in rest[: residents - sum(sizes)]:
        sizes[place] += 1
    return sizes
