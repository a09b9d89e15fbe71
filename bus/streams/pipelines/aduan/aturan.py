"""The rules of one tenant as the handlers of flow F5 use them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bus.errors import ConfigError
from bus.streams.pipelines.aduan.kalender import SEHARI_MS, SEJAM_MS, SEMENIT_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bus.config.tenant import AduanRule, Tenant


@dataclass(frozen=True)
class Aturan:
    """Rules of flow F5 for one tenant (`domain.md` §5 F5).

    Attributes:
        tenant: the Pemda.

    Raises:
        ConfigError: its tenant file has no block `aduan`.
    """

    tenant: Tenant

    def __post_init__(self) -> None:
        if self.tenant.aduan is None:
            raise ConfigError(
                f"tenant {self.tenant.id}: no block `aduan`, so there are no rules "
                "for citizen reports; take the one of ops/examples/batang/tenant.yaml"
            )

    @cached_property
    def aduan(self) -> AduanRule:
        rule = self.tenant.aduan
        if rule is None:  # __post_init__ has refused it
            raise ConfigError("aduan")
        return rule

    @property
    def versi(self) -> str:
        """Rule version named by every decision."""
        return self.aduan.versi

    @property
    def zona(self) -> str:
        return self.tenant.zona_waktu

    def tahap_hari(self, hari: int, sehari: int) -> tuple[int, int, int]:
        """Limit and escalation levels of a clock in days, in ms that count."""
        satu, dua, tiga = self.aduan.eskalasi_hari
        return (hari + satu) * sehari, (hari + dua) * sehari, (hari + tiga) * sehari

    @property
    def tahap_darurat(self) -> tuple[int, int, int]:
        """The same of the clock in minutes, in plain ms."""
        awal = self.aduan.darurat_menit
        satu, dua, tiga = (awal + m for m in self.aduan.eskalasi_darurat_menit)
        return satu * SEMENIT_MS, dua * SEMENIT_MS, tiga * SEMENIT_MS

    @property
    def peringatan(self) -> int:
        return self.aduan.peringatan_jam * SEJAM_MS

    @property
    def tenang(self) -> int:
        return self.aduan.tenang_detik * 1000

    @property
    def jeda_terlama(self) -> int:
        return self.aduan.tunggu_pelapor_hari * SEHARI_MS

    @cached_property
    def _darurat(self) -> re.Pattern[str] | None:
        return _pola(self.aduan.kata_darurat)

    @cached_property
    def _rujuk(self) -> re.Pattern[str] | None:
        return _pola(self.aduan.kata_rujuk)

    def darurat(self, teks: str) -> bool:
        """Whether a text names a danger to life."""
        return self._darurat is not None and bool(self._darurat.search(lipat(teks)))

    def rujukan(self, teks: str) -> tuple[str, str] | None:
        """The first word in a text that belongs to an institution, and that one."""
        ketemu = self._rujuk.search(lipat(teks)) if self._rujuk else None
        if ketemu is None:
            return None
        kata = ketemu.group()
        return next(
            (asal, tujuan)
            for asal, tujuan in self.aduan.kata_rujuk.items()
            if lipat(asal) == kata
        )


def lipat(teks: str) -> str:
    """A text as its words: lower case, single blanks, nothing else."""
    return " ".join(re.findall(r"\w+", teks.lower()))


def _pola(kata: Iterable[str]) -> re.Pattern[str] | None:
    semua = sorted((re.escape(lipat(k)) for k in kata), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(semua)})\b") if semua else None
