"""The rules of one tenant as the handlers use them; all of them configuration."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from bus.config.tenant import SantunanRule, Tenant

AWAL = date(1970, 1, 1)
SEHARI_MS = 86_400_000
DUA_ANGKA = Decimal("0.01")


def tanggal(hari: int) -> date:
    """The calendar day of a day number since 1970-01-01."""
    return AWAL + timedelta(days=hari)


@dataclass(frozen=True)
class Aturan:
    """Rules of flow F1 for one tenant (`domain.md` §5 F1).

    Attributes:
        tenant: the Pemda.
    """

    tenant: Tenant

    @property
    def santunan(self) -> SantunanRule:
        return self.tenant.santunan

    @property
    def versi(self) -> str:
        """Rule version named by every decision."""
        return self.tenant.santunan.versi

    @cached_property
    def jumlah(self) -> Decimal:
        """Grant in rupiah with two places."""
        return self.santunan.jumlah.quantize(DUA_ANGKA)

    @cached_property
    def _zona(self) -> ZoneInfo:
        return ZoneInfo(self.tenant.zona_waktu)

    @cached_property
    def _kunci(self) -> dict[int, str]:
        return {
            baris.tahun: "|".join(
                (
                    str(baris.tahun),
                    baris.kode_skpd,
                    baris.kode_sub_giat,
                    baris.kode_akun,
                )
            )
            for baris in self.santunan.anggaran
        }

    @cached_property
    def urutan(self) -> dict[str, int]:
        """Rank of each heir class; a class without one is no candidate."""
        return {nama: i for i, nama in enumerate(self.santunan.urutan_ahli_waris)}

    def hari(self, waktu_ms: int) -> int:
        """Local day of a moment, in days since 1970-01-01."""
        saat = datetime.fromtimestamp(waktu_ms / 1000, UTC).astimezone(self._zona)
        return (saat.date() - AWAL).days

    def akhir_catat(self, waktu_ms: int) -> int:
        """A recording time; the end of its day if only the date is known."""
        saat = datetime.fromtimestamp(waktu_ms / 1000, UTC).astimezone(self._zona)
        tanpa_jam = (saat.hour, saat.minute, saat.second) == (0, 0, 0)
        return waktu_ms + SEHARI_MS - 1 if tanpa_jam else waktu_ms

    def kunci(self, tahun: int) -> str | None:
        """Budget key of a year, `tahun|skpd|subgiat|akun`; None if not configured."""
        return self._kunci.get(tahun)

    def di_sini(self, kode_desa: str | None) -> bool:
        """Whether a village is in this Pemda."""
        return kode_desa is not None and kode_desa.startswith(self.tenant.kode + ".")

    def dewasa(self, lahir: int | None, pada: int) -> bool:
        """Whether somebody is of age on a day; without a birth date: yes."""
        if lahir is None:
            return True
        a, b = tanggal(lahir), tanggal(pada)
        umur = b.year - a.year - ((b.month, b.day) < (a.month, a.day))
        return umur >= self.santunan.usia_dewasa_tahun


def tahun(hari: int) -> int:
    """Calendar year of a day number."""
    return tanggal(hari).year
