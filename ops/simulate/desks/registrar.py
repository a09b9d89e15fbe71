"""The civil registry: certificates and their cancellations, a CSV every few seconds."""

from pathlib import Path
from random import Random

from ops.simulate.apps.siak import (
    CANCELLED,
    DEATH_COLUMNS,
    DELIMITER,
    ISSUED,
    region_columns,
)
from ops.simulate.desks.clerk import Clerk, Reported
from ops.simulate.desks.today import Today
from ops.simulate.files import csv_file, dmy

ROWS_PER_FILE = 25
WRONG_PERSON = "SALAH_ORANG"


class Registrar:
    """Issues certificates for reported deaths; files appear whole."""

    def __init__(
        self, folder: Path, clerk: Clerk, today: Today, rng: Random, first: int
    ) -> None:
        self._folder = folder / "kematian"
        self._clerk = clerk
        self._today = today
        self._rng = rng
        self._serial = first
        self._rows: list[tuple[str, ...]] = []
        self._issued: list[tuple[Reported, str]] = []

    def certificate(self) -> bool:
        """A family fetches the certificate of a death reported today."""
        if not self._clerk.uncertified:
            return False
        death = self._clerk.uncertified.popleft()
        number = f"3325-KM-{self._today.day:%d%m%Y}-{self._serial:04d}"
        self._write(death, number, ISSUED, "")
        self._issued.append((death, number))
        return True

    def cancellation(self) -> bool:
        """A certificate turns out to be about somebody else."""
        if not self._issued:
            return False
        place = int(self._rng.random() * len(self._issued))
        death, number = self._issued.pop(place)
        self._write(death, number, CANCELLED, WRONG_PERSON)
        return True

    def flush(self) -> None:
        """Puts waiting rows into a file of their own."""
        if not self._rows:
            return
        name = f"CAPIL_MATI_{self._rows[0][0]}.csv"
        with csv_file(self._folder / name, DEATH_COLUMNS, DELIMITER) as file:
            file.writerows(self._rows)
        self._rows.clear()

    def _write(self, death: Reported, number: str, status: str, why: str) -> None:
        today = dmy(self._today.day)
        kode = death.kode
        dotted = f"{kode[:2]}.{kode[2:4]}.{kode[4:6]}.{kode[6:]}"
        self._rows.append(
            (
                *(str(self._serial), death.nik, death.no_kk, death.name),
                *(dmy(death.birth), "1" if death.sex == "L" else "2"),
                *(dmy(death.died), today, number, today, status, why),
                *region_columns(dotted),
            )
        )
        self._serial += 1
        if len(self._rows) >= ROWS_PER_FILE:
            self.flush()
