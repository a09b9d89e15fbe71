"""NIK and No KK that are structurally valid and cannot be a real person's.

Rules: `domain.md` §4.1. Serials start at 9001: registries count from 0001 per
day and region and never get there, so no synthetic number meets a real one.
"""

from collections import Counter
from datetime import date

LENGTH = 16
FIRST_SERIAL = 9001
LAST_SERIAL = 9999
PER_VILLAGE = 35
FOREIGN_PER_VILLAGE = 4

# Kecamatan of other regencies where people of Batang were first registered.
FOREIGN = ("337501", "337406", "332611", "332401", "317404", "330202")


class Numbers:
    """Issues numbers for one village.

    Villages of a kecamatan share six digits and a date, so each has its own
    block of serials; nothing needs to be remembered between villages.

    Args:
        kode_desa: dotted code of the village.
        in_kecamatan: position of the village in its kecamatan, from 0.
        in_tenant: position of the village in the tenant, from 0.
    """

    def __init__(self, kode_desa: str, in_kecamatan: int, in_tenant: int) -> None:
        self.region = kode_desa.replace(".", "")[:6]
        self._own = FIRST_SERIAL + in_kecamatan * PER_VILLAGE
        self._foreign = FIRST_SERIAL + in_tenant * FOREIGN_PER_VILLAGE
        self._used: Counter[str] = Counter()

    def nik(self, birth: date, sex: str, region: str | None = None) -> str:
        """A NIK; women have 40 added to the day of birth (`domain.md` §4.1)."""
        day = birth.day + (40 if sex == "P" else 0)
        digits = f"{day:02d}{birth.month:02d}{birth.year % 100:02d}"
        if region is not None and (serial := self._next(region + digits, foreign=True)):
            return f"{region}{digits}{serial:04d}"
        return f"{self.region}{digits}{self._next(self.region + digits):04d}"

    def no_kk(self, recorded: date) -> str:
        """A family card number: region, day of recording, serial; no 40 added."""
        prefix = f"{self.region}{recorded:%d%m%y}"
        return f"{prefix}{self._next('K' + prefix):04d}"

    def _next(self, prefix: str, *, foreign: bool = False) -> int:
        used = self._used[prefix]
        if foreign and used >= FOREIGN_PER_VILLAGE:
            return 0
        self._used[prefix] = used + 1
        serial = (self._foreign if foreign else self._own) + used
        if serial > LAST_SERIAL:
            msg = f"no serial left for a person born on one day in {self.region}"
            raise ValueError(msg)
        return serial


def is_synthetic(number: str) -> bool:
    """Whether a NIK or No KK is one of ours."""
    digits = len(number) == LENGTH and number.isdigit()
    return digits and number[12:] >= str(FIRST_SERIAL)
