"""e-planning: the year's plan (RKPD) and its change, sub-activity by sub-activity."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ops.simulate.apps.bpkad import Line as ExportedLine
from ops.simulate.chance import stream
from ops.simulate.faults import Faults, Planted
from ops.simulate.fiscal.offices import offices
from ops.simulate.fiscal.tables import EPLANNING, RENJA, RKPD, SUB_KEGIATAN, UNIT
from ops.simulate.fiscal.year import Activity
from ops.simulate.store import Store, fill

PLAN, CHANGE = 1, 2
CANCELLED, ON_TIME = 9, 0
FINAL = 1
_TAIL = 4


class PlanWriter:
    """Collects plans and writes them into e-planning's tables.

    Args:
        year: the fiscal year whose plan the activities are.
        seed: chance, for codes written without their tail.
        faults: how wrong the app is.
        planted: counts faults.
    """

    def __init__(self, year: int, seed: int, faults: Faults, planted: Planted) -> None:
        self._year = year
        self._rng = stream(seed, "rencana", year)
        self._faults = faults
        self._planted = planted
        self._units = {o.code: (n, o.name) for n, o in enumerate(offices(), start=1)}
        self._codes: dict[str, tuple[int, str, str]] = {}
        self._programmes: dict[tuple[int, int, str], int] = {}
        self._plans: list[tuple[Any, ...]] = []

    def add(self, made: Activity) -> None:
        """One activity, and its change plan if it has one."""
        if made.plan is None:
            return
        # The change plan of a cancelled activity says so; the first plan stays.
        status = CANCELLED if made.cancelled else ON_TIME
        first = ON_TIME if made.changed else status
        place = (self._year, made.office.code, made.code, made.name)
        self._row(*place, PLAN, made.plan, first)
        if made.changed:
            self._row(*place, CHANGE, made.plan, status)

    def add_exported(self, year: int, lines: Sequence[ExportedLine]) -> None:
        """Plans behind the budget lines that BPKAD exports itself."""
        totals: dict[tuple[str, str], int] = {}
        for line in lines:
            place = (line.skpd, line.activity)
            totals[place] = totals.get(place, 0) + int(line.amount)
        for (skpd, activity), amount in totals.items():
            if skpd not in self._units:
                self._units[skpd] = (len(self._units) + 1, f"SKPD {skpd}")
            self._row(year, skpd, activity, "", PLAN, amount, ON_TIME)

    def _row(  # noqa: PLR0913, PLR0917 - a plan has that many sides
        self,
        year: int,
        office: str,
        code: str,
        name: str,
        kind: int,
        amount: int,
        status: int,
    ) -> None:
        number = len(self._plans) + 1
        programme = self._programme(year, office, code, kind)
        written = datetime(year - (kind == PLAN), 7 + kind, 15, 9)  # noqa: DTZ001
        self._plans.append(
            (
                *(number, programme, year, number, self._units[office][0]),
                *(self._code(code, name), amount, amount // 10),
                *("Jumlah dokumen atau layanan", str(1 + number % 12), "dokumen"),
                *(status, FINAL, written),
            )
        )

    def _programme(self, year: int, office: str, code: str, kind: int) -> int:
        place = (year, kind, f"{office}|{code[:7]}")
        return self._programmes.setdefault(place, len(self._programmes) + 1)

    def _code(self, code: str, name: str) -> int:
        if code not in self._codes:
            shown = code
            if self._rng.random() < self._faults.eplanning_tanpa_ekor:
                self._planted.add("eplanning_tanpa_ekor")
                shown = code[:-_TAIL] + code[-2:]
            self._codes[code] = (len(self._codes) + 1, shown, name)
        return self._codes[code][0]

    def write(self, store: Store) -> dict[str, int]:
        """Make the tables and fill them; rows by table."""
        store.rebuild(EPLANNING)
        with store.writing() as connection:
            units = [(n, code, name) for code, (n, name) in self._units.items()]
            counts = {
                "ref_unit": fill(connection, UNIT, units),
                "90_ref_sub_kegiatan": fill(
                    connection, SUB_KEGIATAN, self._codes.values()
                ),
                "trx_rkpd_final": fill(connection, RKPD, self._rkpd()),
                "trx_renja_rancangan": fill(connection, RENJA, self._plans),
            }
        return {**counts, "bus_masuk": 0}

    def _rkpd(self) -> Iterator[tuple[Any, ...]]:
        for (year, kind, place), number in self._programmes.items():
            programme = place.partition("|")[2]
            text = f"Program {programme}"
            yield (number, year, kind, 1, number, text, 0, 0, ON_TIME, FINAL)
