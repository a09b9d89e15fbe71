"""One tenant = one local government (Pemda): its code, zone and rules.

Amounts, days, requirements and thresholds of the flows are here, never in code.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Base of all configuration: unknown keys are errors, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BudgetLine(Frozen):
    """Where the grant is paid from in one budget year (`domain.md` §0.2 point 3)."""

    tahun: int
    kode_skpd: str
    kode_sub_giat: str
    kode_akun: str


class SantunanRule(Frozen):
    """Rules of the death grant, flow F1 (`domain.md` §5).

    Attributes:
        versi: version named by every decision made under these rules.
        jumlah: grant in rupiah.
        batas_hari: last day of application, counted from the day of death.
        syarat_akta: WAJIB (needed), MENYUSUL (later) or TIDAK (not needed).
        ambang_nama: name similarity from which level 2 holds, 0-1.
        ambang_nama_lemah: the same for level 3.
        bayi_hari: up to this age in days a person may have no NIK.
        desil_maksimum: highest decile that counts as poor.
        reservasi_hari: days after which an unused reservation is released.
        tunggu_data_hari: days (ticks) a claim waits for data of another office that
            may still be on its way, before it is decided without.
        usia_dewasa_tahun: age from which an heir needs no guardian.
        urutan_ahli_waris: heir classes, first has precedence.
        anggaran: budget line by year.
    """

    versi: str
    jumlah: Decimal = Decimal("1000000.00")
    batas_hari: int = Field(default=60, ge=0)
    syarat_akta: Literal["WAJIB", "MENYUSUL", "TIDAK"] = "TIDAK"
    ambang_nama: float = Field(default=0.85, ge=0, le=1)
    ambang_nama_lemah: float = Field(default=0.90, ge=0, le=1)
    bayi_hari: int = Field(default=60, ge=0)
    desil_maksimum: int = Field(default=4, ge=1, le=10)
    reservasi_hari: int = Field(default=30, ge=1)
    tunggu_data_hari: int = Field(default=7, ge=1)
    usia_dewasa_tahun: int = Field(default=18, ge=0)
    urutan_ahli_waris: tuple[str, ...] = (
        "PASANGAN",
        "ANAK",
        "ORANG_TUA",
        "SAUDARA",
        "CUCU",
        "CICIT",
    )
    anggaran: tuple[BudgetLine, ...] = ()


class Tenant(Frozen):
    """One Pemda.

    Attributes:
        id: `k` + 4 digits of the Kemendagri code, `k3325`; first part of topics.
        kode: dotted Kemendagri code, `33.25`.
        nama: for people.
        zona_waktu: IANA zone; Kab. Banjar is in Asia/Makassar.
        partisi: partitions of every topic of this tenant that must co-partition.
        berlaku_dari: first day these settings hold.
        santunan: rules of flow F1.
    """

    id: str = Field(pattern=r"^k\d{4}$")
    kode: str = Field(pattern=r"^\d{2}\.\d{2}$")
    nama: str
    zona_waktu: str = "Asia/Jakarta"
    partisi: int = Field(default=4, ge=1, le=64)
    berlaku_dari: date = date(2026, 1, 1)
    santunan: SantunanRule
