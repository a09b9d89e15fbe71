"""The rules of one tenant as the handlers use them; all of them configuration."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bus.config.tenant import SelisihRule, Tenant
from bus.errors import ConfigError

AWAL = date(1970, 1, 1)
NOL = Decimal("0.00")
INFO, PERINGATAN, BERAT = "INFO", "PERINGATAN", "BERAT"
_TINGKAT = (INFO, PERINGATAN, BERAT)
_SERATUS = Decimal(100)
_SERIBU_MS = 1000


@dataclass(frozen=True)
class Aturan:
    """Rules of flow F4 for one tenant (`domain.md` §5 F4).

    Attributes:
        selisih: thresholds, tolerances, waiting times.
    """

    selisih: SelisihRule

    @property
    def versi(self) -> str:
        """Rule version named by every finding."""
        return self.selisih.versi

    @property
    def tenang_ms(self) -> int:
        return self.selisih.tenang_detik * _SERIBU_MS

    @property
    def terlama_ms(self) -> int:
        return self.selisih.tunda_terlama_detik * _SERIBU_MS

    @property
    def menetap_ms(self) -> int:
        return self.selisih.menetap_detik * _SERIBU_MS

    @property
    def tahan_ms(self) -> int:
        return self.selisih.tahan_detik * _SERIBU_MS

    @property
    def tanda_tenang_ms(self) -> int:
        return self.selisih.tanda_tenang_detik * _SERIBU_MS

    def prioritas(self, kode_sub_giat: str) -> bool:
        """Whether a sub-activity belongs to an RPJMD priority programme."""
        return _di_bawah(kode_sub_giat, self.selisih.program_prioritas)

    def gaji(self, kode_akun: str) -> bool:
        """Whether an account is payroll."""
        return _di_bawah(kode_akun, self.selisih.akun_gaji)

    def keparahan(self, rupiah: Decimal, *, prioritas: bool) -> str:
        """Weight of a finding by its amount; one step more for priority programmes."""
        tingkat = 0
        if rupiah >= self.selisih.ambang_berat:
            tingkat = 2
        elif rupiah >= self.selisih.ambang_peringatan:
            tingkat = 1
        return _TINGKAT[min(2, tingkat + prioritas)]

    def berbeda(self, anggaran: Decimal, rencana: Decimal) -> bool:
        """Whether a budget differs from its plan by more than is tolerated."""
        beda = abs(anggaran - rencana)
        persen = rencana * self.selisih.toleransi_persen / _SERATUS
        toleransi = max(self.selisih.toleransi_rupiah, persen)
        return beda > toleransi and beda >= max(self.selisih.pembulatan, NOL)


def _di_bawah(kode: str, atasan: tuple[str, ...]) -> bool:
    """Whether a dotted code is one of these, or below one of them."""
    return any(kode == satu or kode.startswith(f"{satu}.") for satu in atasan)


def aturan_dari(tenant: Tenant) -> Aturan:
    """The rules of a tenant.

    Raises:
        ConfigError: the tenant file has no block `selisih`.
    """
    if tenant.selisih is None:
        raise ConfigError(
            f"tenant {tenant.id}: no rules for flow F4; add a block `selisih` to the "
            "tenant file, e.g. as in ops/examples/batang/tenant.yaml"
        )
    return Aturan(tenant.selisih)


def tanggal(hari: int) -> date:
    """The calendar day of a day number since 1970-01-01."""
    return AWAL + timedelta(days=hari)
