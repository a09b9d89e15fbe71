"""SIMDA: nightly CSV of SP2D under the old codes of Permendagri 13, decimal comma."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from ops.simulate.apps.bpkad import DELIMITER, rupiah
from ops.simulate.faults import Faults, Planted
from ops.simulate.files import csv_file, dmy
from ops.simulate.fiscal.payments import Payment
from ops.simulate.fiscal.year import ACCOUNTS, PAYROLL_ACCOUNTS, Activity
from ops.simulate.words import words

COLUMNS = words(
    "TAHUN KD_SKPD KD_KEGIATAN KD_REK NO_SP2D TGL_SP2D JN_SPM NILAI KETERANGAN"
)
_KIND = {"UP": "1", "GU": "2", "LS": "3", "TU": "4", "TU-NIHIL": "5", "RETUR": "9"}


class OldCodes:
    """Codes of Permendagri 13 and what they became; some entries are missing.

    Args:
        faults: how often an entry is missing.
        planted: counts faults.
        rng: chance.
    """

    def __init__(self, faults: Faults, planted: Planted, rng: Random) -> None:
        self._faults = faults
        self._planted = planted
        self._rng = rng
        self._activities: dict[str, str] = {}

    def add(self, made: Activity) -> None:
        """An activity of an office that still uses the old codes."""
        if self._rng.random() < self._faults.peta_kurang:
            self._planted.add("peta_kurang")
        else:
            self._activities[old_activity(made.office.code, made.code)] = made.code

    def activities(self) -> Iterator[tuple[Any, ...]]:
        """Rows of `ref_kegiatan_mapping`."""
        for number, (old, new) in enumerate(self._activities.items(), start=1):
            yield (number, old, new)

    def accounts(self) -> Iterator[tuple[Any, ...]]:
        """Rows of `ref_rek_mapping`."""
        for number, new in enumerate((*PAYROLL_ACCOUNTS, *ACCOUNTS), start=1):
            yield (number, old_account(new), new)


def old_activity(office: str, code: str) -> str:
    """`1.05.01.15.02`: field, unit, programme, activity."""
    parts = code.split(".")
    return f"{office[:4]}.01.{14 + int(parts[2])}.{int(parts[5]):02d}"


def old_account(code: str) -> str:
    """`5.2.2.01.24`: five levels instead of six."""
    parts = code.split(".")
    return f"5.2.{int(parts[2])}.{parts[3]}.{int(parts[5]):02d}"


def write_simda(path: Path, paid: list[tuple[int, Payment]]) -> int:
    """Writes one night's export; returns its rows."""
    with csv_file(path, COLUMNS, DELIMITER) as file:
        for number, one in paid:
            activity = old_activity(one.office, one.activity) if one.activity else ""
            name = f"{number:05d}/SP2D/{one.day.year}"
            account = old_account(one.account) if one.activity else one.account
            row = (one.day.year, one.office, activity, account, name, dmy(one.day))
            file.writerow(
                (*row, _KIND[one.kind], rupiah(Decimal(one.amount)), "Belanja")
            )
    return len(paid)


def night_file(folder: Path, day: date) -> Path:
    """Where a night's export goes."""
    return folder / "sp2d" / f"simda_sp2d_{day:%Y%m%d}.csv"
