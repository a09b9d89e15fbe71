"""The SIPD mirror: budget, cash plan and SP2D as a browser extension scraped them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ops.simulate.fiscal.offices import MERGED_AWAY, MERGED_INTO, offices
from ops.simulate.fiscal.payments import MERGER, Payment
from ops.simulate.fiscal.simda import OldCodes
from ops.simulate.fiscal.tables import (
    ANGGARAN_KAS,
    JADWAL,
    KEGIATAN_MAPPING,
    REK_MAPPING,
    RKA,
    SIPD,
    SIPD_UNIT,
    SP2D,
    SP2D_DETAIL,
    SUB_KEG_BL,
    UNIT_MAPPING,
)
from ops.simulate.fiscal.year import Activity
from ops.simulate.store import Store, fill

ORIGINAL, CHANGED, SHIFTED = 1, 2, 3


class MirrorWriter:
    """Collects one fiscal year and writes it into the mirror's tables.

    Args:
        year: the fiscal year.
        today: the day it was last scraped.
    """

    def __init__(self, year: int, today: date) -> None:
        self._year = year
        self._scraped = datetime(today.year, today.month, today.day, 4)  # noqa: DTZ001
        self._activities: list[tuple[Any, ...]] = []
        self._lines: list[tuple[Any, ...]] = []
        self._cash: list[tuple[Any, ...]] = []
        self._paid: list[tuple[Any, ...]] = []
        self._details: list[tuple[Any, ...]] = []

    def add(self, made: Activity) -> None:
        """The budget of one activity; nothing if it got none."""
        if not made.lines:
            return
        sbl = f"{made.budget_office}.{made.number}"
        office, code = made.budget_office, made.code
        self._activities.append(
            (
                *(
                    len(self._activities) + 1,
                    CHANGED if made.changed else ORIGINAL,
                    sbl,
                ),
                *(office, office, code[:4], code[:7], code[:12], code, made.name),
                *(made.budget, made.budget, 1, self._scraped, self._year),
            )
        )
        stamp = self._scraped.strftime("%d-%m-%Y"), self._scraped.strftime("%H:%M")
        for line in made.lines:
            self._lines.append(
                (
                    *(len(self._lines) + 1, sbl, line.account, "Belanja", "1 paket"),
                    *(line.amount, line.amount, line.amount, *stamp),
                    *(1, self._scraped, self._year),
                )
            )
            cash = (len(self._cash) + 1, sbl, line.account, *line.cash, 1, self._year)
            self._cash.append(cash)

    def pay(self, payment: Payment) -> None:
        """One SP2D with one row."""
        number = len(self._paid) + 1
        self._paid.append(sp2d_row(number, payment, self._scraped))
        self._details.append(detail_row(number, payment))

    def write(self, store: Store, codes: OldCodes) -> dict[str, int]:
        """Make the tables and fill them; rows by table."""
        store.rebuild(SIPD)
        filled = {
            SIPD_UNIT: self._units(),
            JADWAL: self._schedules(),
            SUB_KEG_BL: iter(self._activities),
            RKA: iter(self._lines),
            ANGGARAN_KAS: iter(self._cash),
            SP2D: iter(self._paid),
            SP2D_DETAIL: iter(self._details),
            KEGIATAN_MAPPING: iter(codes.activities()),
            REK_MAPPING: iter(codes.accounts()),
            UNIT_MAPPING: iter([(1, MERGED_AWAY, MERGED_INTO, self._merger)]),
        }
        with store.writing() as connection:
            counts = {t.name: fill(connection, t, rows) for t, rows in filled.items()}
        return {**counts, "data_pengambilan": 0}

    @property
    def _merger(self) -> date:
        return date(self._year, *MERGER)

    def _units(self) -> Iterator[tuple[Any, ...]]:
        for number, office in enumerate(offices(), start=1):
            yield (number, office.code, "", office.name, self._year, 1)

    def _schedules(self) -> Iterator[tuple[Any, ...]]:
        year = self._year
        for number, name, stage, month in (
            (ORIGINAL, "Penetapan APBD", "MURNI", 1),
            (CHANGED, "Penetapan APBD Perubahan", "PERUBAHAN", 9),
            (SHIFTED, "Pergeseran setelah perubahan", "PERGESERAN", 10),
        ):
            begin = datetime(year, month, 2, 8)  # noqa: DTZ001 - local, as in the app
            yield (number, year, name, stage, 1, begin)


def sp2d_row(number: int, paid: Payment, scraped: datetime) -> tuple[Any, ...]:
    """A row of `data_sp2d_sipd`."""
    year = paid.day.year
    name = (
        f"33.25/04.0/{number:06d}/{paid.kind}/{paid.office}/M/{paid.day.month}/{year}"
    )
    return (
        *(number, name, paid.day, paid.kind, paid.purpose, paid.office),
        *(abs(paid.amount), False, True, 1, scraped, year),
    )


def detail_row(number: int, paid: Payment) -> tuple[Any, ...]:
    """The row of `data_sp2d_sipd_detail` of an SP2D; a return is written positive."""
    amount = abs(paid.amount)
    return (number, number, paid.activity, paid.account, amount, "", "", "")
