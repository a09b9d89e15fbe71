"""Dinsos: the quarterly poverty register as Excel, and the office's own inbox."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from ops.simulate.faults import Faults, Planted
from ops.simulate.residents.fate import HISTORY_DAYS
from ops.simulate.residents.people import Family, Village
from ops.simulate.words import words
from ops.simulate.xlsx import Cell, Workbook

COLUMNS = words(
    "IDSEMESTA NO_KK NIK NAMA KD_DESA DESIL PKH BPNT PBI PERIODE "
    "BERLAKU_DARI BERLAKU_SD"
)


def quarter_of(day: date) -> str:
    """`2026-TW2`."""
    return f"{day.year}-TW{(day.month + 2) // 3}"


def quarter_bounds(name: str) -> tuple[date, date]:
    """First and last day of `2026-TW2`."""
    year, number = int(name[:4]), int(name[-1])
    first = date(year, 3 * number - 2, 1)
    following = date(year + number // 4, 3 * number % 12 + 1, 1)
    return first, following - timedelta(days=1)


def quarters(today: date) -> list[str]:
    """The quarters a death of the simulated past can fall into, oldest first."""
    found: list[str] = []
    day = today
    while True:
        name = quarter_of(day)
        found.insert(0, name)
        first, _ = quarter_bounds(name)
        if first <= today - timedelta(days=HISTORY_DAYS):
            return found
        day = first - timedelta(days=1)


class DtsenWriter:
    """Writes one workbook per quarter while villages are made."""

    def __init__(
        self, folder: Path, today: date, faults: Faults, planted: Planted
    ) -> None:
        self._faults = faults
        self._planted = planted
        self._stack = ExitStack()
        self._books = {
            name: self._stack.enter_context(
                Workbook(folder / "dtsen" / f"DTSEN_{name}.xlsx", COLUMNS)
            )
            for name in quarters(today)
        }
        self.counts = dict.fromkeys(self._books, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Puts the workbooks in place, or leaves none if something failed."""
        self._stack.__exit__(kind, error, trace)

    def village(self, village: Village, rng: Random) -> None:
        """Writes the families of one village that the register has."""
        kode = village.kode.replace(".", "")
        listed = [f for f in village.families if f.listed and f.members[0].nik]
        for name, book in self._books.items():
            rows = list(self._rows(listed, kode, name, rng))
            book.rows(rows)
            self.counts[name] += len(rows)

    def _rows(
        self, families: list[Family], kode: str, quarter: str, rng: Random
    ) -> Iterator[tuple[Cell, ...]]:
        first, last = quarter_bounds(quarter)
        for family in families:
            head, decile = family.members[0], family.decile
            no_kk: Cell = family.no_kk
            if rng.random() < self._faults.dinsos_kk_bulat:
                # Excel keeps 15 digits: the card's last digit becomes 0 (quirk Q3).
                self._planted.add("dinsos_kk_bulat")
                no_kk = float(family.no_kk[:15] + "0")
            yield (
                f"{kode}{family.local_id:08d}",
                *(no_kk, head.nik, head.name, kode, decile),
                *("Y" if decile <= limit else "T" for limit in (2, 3, 5)),
                *(quarter, f"{first:%d/%m/%Y}", f"{last:%d/%m/%Y}"),
            )
