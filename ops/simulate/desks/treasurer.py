"""BPKAD in the middle of the day: more money for the death grant (F1 case i)."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from ops.simulate.apps.bpkad import DEATH_GRANT, Line, grant_amount, write_budget
from ops.simulate.chance import stream
from ops.simulate.desks.today import Today
from ops.simulate.faults import Planted, no_faults

TIMES = 5


class Treasurer:
    """Exports a changed budget line as a file of its own."""

    def __init__(self, folder: Path, today: Today, residents: int) -> None:
        self._folder = folder / "anggaran"
        self._today = today
        self._original = grant_amount(residents)

    def change(self) -> str:
        """Raises the grant's line by the original amount times `TIMES`.

        Returns:
            The name of the file.
        """
        year = self._today.day.year
        earlier = len(list(self._folder.glob(f"anggaran_{year}_perubahan_*.csv")))
        version = earlier + 2
        amount = self._original * Decimal(1 + TIMES * (version - 1))
        line = Line(year, *DEATH_GRANT, amount=self._original)
        changed = replace(line, amount=amount, stage="PERUBAHAN", version=version)
        name = f"anggaran_{year}_perubahan_{version}.csv"
        write_budget(
            self._folder / name,
            iter([changed]),
            no_faults(),
            Planted(),
            stream(version, "perubahan"),
        )
        return name
