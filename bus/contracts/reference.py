"""Reference data: regions, accounts, sub-activities, SHDK, pilot governments.

Sources: `domain.md` §4.2 and §4.3; the files are `schemas/reference/*.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bus.contracts.code_list import CodeList, Entry, ListReader
from bus.errors import ConfigError

if TYPE_CHECKING:
    from datetime import date
    from importlib.resources.abc import Traversable

LEVELS = frozenset({"KABUPATEN", "KOTA", "KECAMATAN", "DESA", "KELURAHAN", "DESA_ADAT"})


@dataclass(frozen=True, slots=True)
class Region(Entry):
    """A region; `tingkat` is one of `LEVELS`, `kode` is dotted: `33.25.12.2003`."""

    tingkat: str = ""


@dataclass(frozen=True, slots=True)
class LocalGovernment(Entry):
    """A pilot Pemda: `tenant` is `k3325`, `zona_waktu` an IANA zone."""

    tenant: str = ""
    zona_waktu: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """All code lists of an installation."""

    governments: CodeList[LocalGovernment]
    all_regions: CodeList[Region]
    accounts: CodeList[Entry]
    sub_activities: CodeList[Entry]
    relations: CodeList[Entry]

    @classmethod
    def load(cls, root: Traversable | None = None) -> Reference:
        """Read the code lists; the package data once in a process.

        Args:
            root: the folder with the CSV files; by default the package data.

        Raises:
            ConfigError: every line that cannot be read, with file and line.
        """
        return _packaged() if root is None else cls._read(root)

    @classmethod
    def _read(cls, root: Traversable) -> Reference:
        reader = ListReader(root)
        made = cls(
            governments=reader.read("pemda.csv", LocalGovernment),
            all_regions=reader.read("wilayah.csv", Region),
            accounts=reader.read("akun.csv", Entry),
            sub_activities=reader.read("subkegiatan.csv", Entry),
            relations=reader.read("shdk.csv", Entry),
        )
        reader.problems.extend(
            f"wilayah.csv: {row.kode}: tingkat {row.tingkat!r} is not valid; "
            f"valid: {', '.join(sorted(LEVELS))}"
            for row in made.all_regions
            if row.tingkat not in LEVELS
        )
        if reader.problems:
            raise ConfigError(*reader.problems)
        return made

    def valid_on(self, day: date) -> Reference:
        """Only what holds on this day."""
        return Reference(
            governments=self.governments.valid_on(day),
            all_regions=self.all_regions.valid_on(day),
            accounts=self.accounts.valid_on(day),
            sub_activities=self.sub_activities.valid_on(day),
            relations=self.relations.valid_on(day),
        )

    def government(self, tenant_code: str) -> LocalGovernment:
        """A Pemda by tenant id (`k3325`) or Kemendagri code (`33.25`).

        Raises:
            ConfigError: it is not in the list.
        """
        for row in self.governments:
            if tenant_code in (row.tenant, row.kode):
                return row
        known = ", ".join(f"{row.tenant} {row.nama}" for row in self.governments)
        raise ConfigError(
            f"tenant {tenant_code!r} has no reference data; known: {known}"
        )

    def regions(self, tenant_code: str) -> list[Region]:
        """Regions of a Pemda in code order, itself first.

        Args:
            tenant_code: tenant id (`k3325`) or Kemendagri code (`33.25`).

        Raises:
            ConfigError: the Pemda is not in the list.
        """
        code = self.government(tenant_code).kode
        return [
            row
            for row in self.all_regions
            if row.kode == code or row.kode.startswith(f"{code}.")
        ]

    def region(self, kode: str, day: date) -> Region | None:
        """The region with this dotted code on this day, or None."""
        return self.all_regions.find(kode, day)

    def account(self, kode: str, day: date) -> Entry | None:
        """The account with this code on this day, or None."""
        return self.accounts.find(kode, day)

    def sub_activity(self, kode: str, day: date) -> Entry | None:
        """The sub-activity with this code (4-digit tail) on this day, or None."""
        return self.sub_activities.find(kode, day)

    def relation(self, shdk: int, day: date) -> Entry | None:
        """The family relation (SHDK 1 to 11) on this day, or None."""
        return self.relations.find(str(shdk), day)


@cache
def _packaged() -> Reference:
    return Reference._read(files("schemas") / "reference")  # noqa: SLF001 - its own
