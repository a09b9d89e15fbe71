"""One fiscal year of the synthetic tenant: activities with plan, budget and cash plan.

Everything that e-planning, the SIPD mirror and SIMDA hold is written from this.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from ops.simulate.chance import stream
from ops.simulate.faults import Faults, Planted
from ops.simulate.fiscal.offices import MERGED_AWAY, MERGED_INTO, Office, offices

RESIDENTS_PER_ACTIVITY = 2_500
LEAST, MOST = 3, 60
ROUNDING = 1_000
PAYROLL = "Penyediaan Gaji dan Tunjangan ASN"
PAYROLL_ACCOUNTS = ("5.1.01.01.01.0001", "5.1.01.02.01.0001")
ACCOUNTS = (
    "5.1.02.01.01.0024",
    "5.1.02.01.01.0026",
    "5.1.02.01.01.0052",
    "5.1.02.02.01.0003",
    "5.1.02.02.01.0036",
    "5.1.02.04.01.0001",
    "5.2.02.05.01.0005",
    "5.2.02.10.01.0002",
)
_WORK = (
    *("Penyediaan Jasa Penunjang Urusan", "Koordinasi dan Sinkronisasi Pelaksanaan"),
    *(
        "Pembinaan dan Pengawasan",
        "Pemeliharaan Sarana",
        "Penyusunan Data dan Informasi",
    ),
    *("Peningkatan Kapasitas Aparatur", "Pelayanan kepada Masyarakat"),
)
_CASH = (4, 6, 8, 8, 8, 9, 8, 8, 9, 9, 10, 13)


@dataclass(slots=True)
class Line:
    """One account of an activity; whole rupiah.

    Attributes:
        account: six levels.
        amount: budget as enacted.
        cash: planned payments of twelve months.
    """

    account: str
    amount: int
    cash: tuple[int, ...]


@dataclass(slots=True)
class Activity:
    """One sub-activity of one office in one year.

    Attributes:
        number: running number in the year, from 1.
        office: who plans it.
        budget_office: code under which it stands in the budget.
        code: sub-activity with a tail of four digits.
        name: for people.
        lines: budget; empty if it got none.
        plan: rupiah in the plan; None if it is in no plan.
        cancelled: the plan was cancelled later (status 9).
        changed: it is part of the change plan and change budget.
    """

    number: int
    office: Office
    budget_office: str
    code: str
    name: str
    lines: list[Line] = field(default_factory=list)
    plan: int | None = None
    cancelled: bool = False
    changed: bool = False

    @property
    def budget(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def is_payroll(self) -> bool:
        return self.name == PAYROLL


def activities(
    year: int, residents: int, seed: int, faults: Faults, planted: Planted
) -> Iterator[Activity]:
    """Every activity of a year, office by office."""
    count = max(LEAST, min(MOST, round(residents / RESIDENTS_PER_ACTIVITY)))
    number = 0
    for place, office in enumerate(offices()):
        rng = stream(seed, "fiskal", year, office.code)
        for index in range(count):
            number += 1
            made = _activity(number, office, index, rng)
            made.changed = place % 3 == 0 or office.code == MERGED_AWAY
            _plan(made, faults, planted, rng)
            yield made


def _activity(number: int, office: Office, index: int, rng: Random) -> Activity:
    if index == 0:
        code, name = f"{office.field}.01.2.02.0001", PAYROLL
        accounts: tuple[str, ...] = PAYROLL_ACCOUNTS
    else:
        code = f"{office.field}.{2 + index % 3:02d}.2.{1 + index // 3:02d}.{index:04d}"
        name = _WORK[index % len(_WORK)]
        accounts = tuple(sorted(rng.sample(ACCOUNTS, 3 + int(rng.random() * 3))))
    budget_office = MERGED_INTO if office.code == MERGED_AWAY else office.code
    made = Activity(number, office, budget_office, code, name)
    made.lines = [_line(account, rng) for account in accounts]
    return made


def _line(account: str, rng: Random) -> Line:
    amount = round(rng.lognormvariate(18.2, 1.0))
    return Line(account, amount, cash_plan(amount))


def cash_plan(amount: int) -> tuple[int, ...]:
    """Twelve months of planned payments; December takes the rest."""
    months = [amount * share // 100 for share in _CASH[:-1]]
    return (*months, amount - sum(months))


def _plan(made: Activity, faults: Faults, planted: Planted, rng: Random) -> None:
    """The plan is the budget rounded to thousands, but for what went wrong."""
    made.plan = round(made.budget / ROUNDING) * ROUNDING
    if made.is_payroll:
        return
    chance = rng.random()
    if chance < (edge := faults.anggaran_tanpa_rencana):
        planted.add("anggaran_tanpa_rencana")
        made.plan = None
    elif chance < (edge := edge + faults.rencana_tanpa_anggaran):
        planted.add("rencana_tanpa_anggaran")
        made.lines = []
    elif chance < (edge := edge + faults.anggaran_lebih_rencana):
        planted.add("anggaran_lebih_rencana")
        made.lines = [_grown(line) for line in made.lines]
    elif chance < edge + faults.rencana_batal:
        planted.add("rencana_batal")
        made.cancelled = True


def _grown(line: Line) -> Line:
    amount = line.amount * 5 // 4
    return replace(line, amount=amount, cash=cash_plan(amount))
