"""One tenant = one local government (Pemda): its code, zone and rules.

Amounts, days, requirements and thresholds of the flows are here, never in code.
"""

from datetime import date, time
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


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
        sktm_berfoto: a letter of poverty counts with a photo of the house only.
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
    sktm_berfoto: bool = True
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


class SelisihRule(Frozen):
    """Rules of plan against budget against spending, flow F4 (`domain.md` §5).

    Attributes:
        versi: version named by every finding made under these rules.
        toleransi_rupiah: budget may differ from the plan by so many rupiah.
        toleransi_persen: or by so many percent of the plan, whichever is more.
        pembulatan: ceilings are rounded to this; a difference below it is none.
        ambang_peringatan: from so many rupiah a finding is PERINGATAN.
        ambang_berat: from so many rupiah it is BERAT.
        program_prioritas: codes of RPJMD priority programmes, `1.06.05`; their
            findings weigh one step more.
        serapan_mulai_bulan: first month in which slow spending is judged.
        serapan_persen: spending below this share of the cash plan is slow.
        rencana_gugur: states of a plan that no longer carries a budget.
        bukan_belanja: kinds of payment that are advances, not spending.
        sub_giat_gaji: sub-activity that payroll without one belongs to; `X.XX` is
            the office's own field.
        akun_gaji: accounts (or their beginnings) that are payroll whatever the kind of
            the document says.
        tenang_detik: a change is judged when nothing else changed for so long.
        tunda_terlama_detik: but not later than this after the first change.
        menetap_detik: a new difference is told when one has stood for so long; 0 tells
            it at once. As long as a first load takes, else each plan read before
            its budget is a difference for a while.
        tahan_detik: withdrawn rows may come back: findings of their office wait so
            long for them, or for the end mark.
        tanda_tenang_detik: wait after the end mark for the last rows.
    """

    versi: str
    toleransi_rupiah: Decimal = Field(default=Decimal(0), ge=0)
    toleransi_persen: Decimal = Field(default=Decimal(0), ge=0)
    pembulatan: Decimal = Field(default=Decimal(1000), ge=0)
    ambang_peringatan: Decimal = Field(default=Decimal(100_000_000), ge=0)
    ambang_berat: Decimal = Field(default=Decimal(1_000_000_000), ge=0)
    program_prioritas: tuple[str, ...] = ()
    serapan_mulai_bulan: int = Field(default=7, ge=2, le=12)
    serapan_persen: Decimal = Field(default=Decimal(50), ge=0, le=100)
    rencana_gugur: tuple[str, ...] = ("DITUNDA", "DIBATALKAN")
    bukan_belanja: tuple[str, ...] = ("UP", "TU")
    sub_giat_gaji: str = "X.XX.01.2.02.0001"
    akun_gaji: tuple[str, ...] = ("5.1.01",)
    tenang_detik: int = Field(default=10, ge=1)
    tunda_terlama_detik: int = Field(default=60, ge=1)
    menetap_detik: int = Field(default=0, ge=0)
    tahan_detik: int = Field(default=900, ge=1)
    tanda_tenang_detik: int = Field(default=30, ge=1)


class OfficeHours(Frozen):
    """When an office works (`domain.md` §4.4).

    Attributes:
        mulai: opening, local time.
        selesai: closing, local time, later than `mulai`.
        hari: working weekdays, 1 Monday to 7 Sunday.
    """

    mulai: time = time(7, 30)
    selesai: time = time(16)
    hari: tuple[int, ...] = Field(default=(1, 2, 3, 4, 5), min_length=1)

    @model_validator(mode="after")
    def _some_time(self) -> "OfficeHours":
        if self.mulai >= self.selesai:
            raise ValueError("jam_kerja: mulai must be before selesai")
        if not set(self.hari) <= set(range(1, 8)):
            raise ValueError("jam_kerja: hari are 1 (Monday) to 7 (Sunday)")
        return self


class AduanRule(Frozen):
    """Rules of citizen reports, flow F5 (`domain.md` §5, §4.4).

    Attributes:
        versi: version named by every decision made under these rules.
        pengelola: kode_skpd of the team that verifies and forwards.
        pusat_darurat: kode_skpd of the 112 centre.
        hitungan: days of the clocks are KERJA (office hours) or KALENDER (24 h).
        jam_kerja: office hours, for KERJA.
        verifikasi_hari: days until a report must be forwarded.
        jawaban_hari: days until the office must have answered.
        peringatan_jam: hours before a limit at which SlaTerancam is sent.
        eskalasi_hari: days after the limit of level 1, 2 and 3.
        darurat_menit: minutes until somebody must have reacted to a danger to life.
        eskalasi_darurat_menit: the same levels for that clock, in minutes.
        tenang_detik: what was late before the bus learned of it is said when nothing
            new arrived about the report for so long.
        tunggu_pelapor_hari: calendar days in which waiting for the citizen stops the
            office's clock, all waits of one attempt together.
        koreksi_libur_hari: days after the end of a report in which a late holiday
            still takes back what was sent about it.
        kata_darurat: words or phrases that mean danger to life.
        kata_rujuk: word or phrase → institution the citizen is referred to.
        teks_minimal: characters from which an answer counts as text.
        bukti_bukan: hashes or names of files that are no evidence (logo, office).
        radius_m: reports of one incident lie at most so far apart, metres.
        jendela_hari: and at most so many days.
        insiden_minimum: reports from which they are an incident.
        insiden_besar: reports from which its priority is 2.
        jawaban_bersama: one answer counts for all reports of the incident.
        duplikat_jam: hours in which the same report by another channel is the same.
    """

    versi: str
    pengelola: str
    pusat_darurat: str
    hitungan: Literal["KERJA", "KALENDER"] = "KERJA"
    jam_kerja: OfficeHours = OfficeHours()
    verifikasi_hari: int = Field(default=3, ge=1)
    jawaban_hari: int = Field(default=5, ge=1)
    peringatan_jam: int = Field(default=24, ge=0)
    eskalasi_hari: tuple[int, int, int] = (0, 1, 2)
    darurat_menit: int = Field(default=15, ge=1)
    eskalasi_darurat_menit: tuple[int, int, int] = (0, 15, 30)
    tenang_detik: int = Field(default=10, ge=1)
    tunggu_pelapor_hari: int = Field(default=10, ge=0)
    koreksi_libur_hari: int = Field(default=30, ge=0)
    kata_darurat: tuple[str, ...] = ()
    kata_rujuk: dict[str, str] = Field(default_factory=dict)
    teks_minimal: int = Field(default=10, ge=1)
    bukti_bukan: frozenset[str] = frozenset()
    radius_m: int = Field(default=100, ge=1)
    jendela_hari: int = Field(default=7, ge=1)
    insiden_minimum: int = Field(default=3, ge=2)
    insiden_besar: int = Field(default=10, ge=2)
    jawaban_bersama: bool = True
    duplikat_jam: int = Field(default=72, ge=0)


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
        selisih: rules of flow F4; a tenant without the flow leaves them out.
        aduan: rules of flow F5; a tenant without the flow leaves them out.
    """

    id: str = Field(pattern=r"^k\d{4}$")
    kode: str = Field(pattern=r"^\d{2}\.\d{2}$")
    nama: str
    zona_waktu: str = "Asia/Jakarta"
    partisi: int = Field(default=4, ge=1, le=64)
    berlaku_dari: date = date(2026, 1, 1)
    santunan: SantunanRule
    selisih: SelisihRule | None = None
    aduan: AduanRule | None = None
