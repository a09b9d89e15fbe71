"""What the treasury paid so far: SP2D of one fiscal year, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ops.simulate.chance import drawer, stream
from ops.simulate.faults import Faults, Planted
from ops.simulate.fiscal.offices import MERGED_AWAY, MERGED_INTO, Office
from ops.simulate.fiscal.year import Activity, Line

ADVANCE_ACCOUNT = "1.1.01.03.01.0001"
ADVANCE = 150_000_000
MERGER = (7, 1)
RETURNED = 0.003
_KIND = drawer([("LS", 0.66), ("GU", 0.26), ("TU-NIHIL", 0.08)])
_LOW, _USUAL, _MOST = 0.2, 0.72, 0.98


@dataclass(frozen=True, slots=True)
class Payment:
    """One row of one SP2D.

    Attributes:
        office: code of the paying office on that day.
        day: date of the document.
        kind: `LS`, `GU`, `UP`, `TU`, `TU-NIHIL` or `RETUR`.
        purpose: `Gaji`, `Barang dan Jasa` or empty.
        activity: sub-activity; None where the document names none.
        account: six levels.
        amount: rupiah; a return is negative.
    """

    office: str
    day: date
    kind: str
    purpose: str
    activity: str | None
    account: str
    amount: int


def advances(office: Office, year: int, today: date) -> Iterator[Payment]:
    """The petty cash of the year (UP): an advance, not spending."""
    day = date(year, 1, 20)
    if day < today:
        amount = ADVANCE
        yield Payment(office.code, day, "UP", "", None, ADVANCE_ACCOUNT, amount)


def payments(
    made: Activity, year: int, today: date, seed: int, faults: Faults, planted: Planted
) -> Iterator[Payment]:
    """What was paid of one activity before today, in order of its accounts."""
    rng = stream(seed, "sp2d", year, made.number)
    is_slow = not made.is_payroll and rng.random() < faults.serapan_rendah
    if is_slow and made.lines:
        planted.add("serapan_rendah")
    for line in made.lines:
        total = _spent(made, line, year, today, rng, slow=is_slow)
        if not made.is_payroll and rng.random() < faults.realisasi_lebih:
            planted.add("realisasi_lebih")
            total = line.amount + line.amount // 50
        yield from _documents(made, line, total, year, today, rng)


def months_over(year: int, today: date) -> int:
    """Whole months of the year before today."""
    return 12 if today.year > year else today.month - 1


def _spent(
    made: Activity, line: Line, year: int, today: date, rng: Random, *, slow: bool
) -> int:
    planned = sum(line.cash[: months_over(year, today)])
    if made.is_payroll:
        return planned
    share = _LOW if slow else _USUAL + (_MOST - _USUAL) * rng.random()
    return int(planned * share)


def _documents(
    made: Activity, line: Line, total: int, year: int, today: date, rng: Random
) -> Iterator[Payment]:
    if total <= 0:
        return
    count = 1 + int(rng.random() * 2)
    for number in range(count):
        amount = total // count if number else total - total // count * (count - 1)
        day = _day(year, today, rng)
        kind = "LS" if made.is_payroll else _KIND(rng)
        yield _payment(made, line, kind, day, amount)
        if kind == "LS" and rng.random() < RETURNED:
            # The bank could not pay it out: back, and paid again.
            yield _payment(made, line, "RETUR", day, -amount)
            yield _payment(made, line, "LS", day, amount)


def _payment(made: Activity, line: Line, kind: str, day: date, amount: int) -> Payment:
    office = made.office.code
    is_merged = office == MERGED_AWAY
    if is_merged and (day.month, day.day) >= MERGER:
        office = MERGED_INTO
    purpose = "Gaji" if made.is_payroll else "Barang dan Jasa"
    activity = None if made.is_payroll and not is_merged else made.code
    return Payment(office, day, kind, purpose, activity, line.account, amount)


def _day(year: int, today: date, rng: Random) -> date:
    first = date(year, 1, 15)
    last = min(today - timedelta(days=1), date(year, 12, 20))
    return first + timedelta(days=int(rng.random() * max(1, (last - first).days)))
