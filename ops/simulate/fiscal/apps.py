"""Plan, budget and spending of the simulated year, in the apps that hold them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.simulate.apps.bpkad import Line
from ops.simulate.chance import stream
from ops.simulate.faults import Planted
from ops.simulate.fiscal.eplanning import PlanWriter
from ops.simulate.fiscal.offices import SIMDA_OFFICES, offices
from ops.simulate.fiscal.payments import Payment, advances, payments
from ops.simulate.fiscal.simda import OldCodes, night_file, write_simda
from ops.simulate.fiscal.sipd import MirrorWriter
from ops.simulate.fiscal.year import activities
from ops.simulate.store import Store
from ops.simulate.world import Plan

Exported = Mapping[int, Sequence[Line]]


class FiscalWorld:
    """Writes one fiscal year into e-planning, the SIPD mirror and SIMDA.

    Args:
        plan: how many, which seed, which day, which faults.
        planted: counts faults.
    """

    def __init__(self, plan: Plan, planted: Planted) -> None:
        self._plan = plan
        self._year = plan.today.year
        self._planted = planted
        self._paid: list[tuple[int, Payment]] = []
        rng = stream(plan.seed, "peta", self._year)
        self._codes = OldCodes(plan.faults, planted, rng)
        self._plans = PlanWriter(self._year, plan.seed, plan.faults, planted)
        self._mirror = MirrorWriter(self._year, plan.today)

    def fill(self, exported: Exported) -> None:
        """Make everything; `exported` are BPKAD's own budget lines by year."""
        plan, year = self._plan, self._year
        for office in offices():
            for paid in advances(office, year, plan.today):
                self._pay(paid, office.code)
        made = activities(year, plan.residents, plan.seed, plan.faults, self._planted)
        for activity in made:
            self._plans.add(activity)
            self._mirror.add(activity)
            if activity.office.code in SIMDA_OFFICES and not activity.is_payroll:
                self._codes.add(activity)
            for paid in payments(
                activity, year, plan.today, plan.seed, plan.faults, self._planted
            ):
                self._pay(paid, activity.office.code)
        for earlier, lines in exported.items():
            self._plans.add_exported(earlier, lines)

    def _pay(self, paid: Payment, office: str) -> None:
        if office in SIMDA_OFFICES:
            self._paid.append((len(self._paid) + 1, paid))
        else:
            self._mirror.pay(paid)

    def write(
        self, eplanning: Store, sipd: Store, simda: Path
    ) -> dict[str, dict[str, int]]:
        """Fill the stores; rows by app and table or file."""
        night = night_file(simda, self._plan.today)
        return {
            "eplanning": self._plans.write(eplanning),
            "sipd": self._mirror.write(sipd, self._codes),
            "simda": {night.name: write_simda(night, self._paid)},
        }
