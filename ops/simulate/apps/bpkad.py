"""BPKAD: budget lines as the treasury exports them, `;` and decimal comma."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from ops.simulate.faults import Faults, Planted
from ops.simulate.files import csv_file
from ops.simulate.words import words

COLUMNS = words(
    "TAHUN KODE_SKPD KODE_SUB_GIAT KODE_AKUN NAMA_AKUN SUMBER_DANA PAGU TAHAP VERSI"
)
DELIMITER = ";"
DEATH_GRANT = (
    "5.02.0.00.0.00.01.0000",
    "5.02.02.2.04.0009",
    "5.3.01.01.01.0001",
    "Belanja Tidak Terduga",
)
# Rupiah for the grant per resident and year: 2 billion for 855,878 (`domain.md` §0.2).
GRANT_PER_RESIDENT = 2337
_SKPD = ("1.06.0.00.0.00.01.0000", "2.12.0.00.0.00.01.0000", "5.02.0.00.0.00.01.0000")
_ACCOUNTS = (
    ("5.1.02.02.01.0036", "Belanja Jasa Kompensasi Sosial"),
    ("5.1.06.01.01.0001", "Belanja Bansos Uang kepada Individu"),
    ("5.1.06.02.01.0001", "Belanja Bansos Uang kepada Keluarga"),
    ("5.1.02.01.01.0024", "Belanja Alat Tulis Kantor"),
)
_ACTIVITIES = ("1.06.05.2.02.0002", "1.06.05.2.02.0003", "2.12.02.2.01.0001")
LINES_PER_YEAR = 36


@dataclass(frozen=True, slots=True)
class Line:
    """One budget line."""

    year: int
    skpd: str
    activity: str
    account: str
    name: str
    amount: Decimal
    stage: str = "MURNI"
    version: int = 1


def grant_amount(residents: int) -> Decimal:
    """Whole millions, at least five, in proportion to the inhabitants."""
    millions = max(5, round(residents * GRANT_PER_RESIDENT / 1_000_000))
    return Decimal(millions * 1_000_000)


def budget_lines(year: int, residents: int, rng: Random) -> Iterator[Line]:
    """The death grant's line, then others that have nothing to do with it."""
    yield Line(year, *DEATH_GRANT, amount=grant_amount(residents))
    made = 1
    for skpd in _SKPD:
        for activity in _ACTIVITIES:
            for account, name in _ACCOUNTS:
                if made == LINES_PER_YEAR:
                    return
                made += 1
                amount = Decimal(rng.randrange(5_000, 900_000) * 1_000)
                yield Line(year, skpd, activity, account, name, amount)


def write_budget(
    path: Path, lines: Iterator[Line], faults: Faults, planted: Planted, rng: Random
) -> int:
    """Writes one export; returns its rows."""
    count = 0
    with csv_file(path, COLUMNS, DELIMITER) as file:
        for line in lines:
            activity, amount = line.activity, line.amount
            if rng.random() < faults.bpkad_tanpa_ekor:
                planted.add("bpkad_tanpa_ekor")
                activity = activity[:-4] + activity[-2:]
            if count and rng.random() < faults.bpkad_lebih_rencana:
                planted.add("bpkad_lebih_rencana")
                amount *= 2
            file.writerow(
                (
                    *(line.year, line.skpd, activity, line.account, line.name, "PAD"),
                    *(rupiah(amount), line.stage, line.version),
                )
            )
            count += 1
    return count


def rupiah(amount: Decimal) -> str:
    """`46.740.000,00`."""
    swap = str.maketrans(",.", ".,")
    return f"{amount:,.2f}".translate(swap)


def years(today: date) -> tuple[int, int]:
    """The fiscal years of the simulated past and present."""
    return today.year - 1, today.year
