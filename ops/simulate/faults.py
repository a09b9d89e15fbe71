"""How often each kind of fault is planted; defaults of `domain.md` §2.3."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bus.errors import ConfigError

Share = Annotated[float, Field(ge=0, le=1)]


class Faults(BaseModel):
    """Share of rows (0 to 1) that get each fault.

    Attributes:
        desa_rt_rw_kosong: RT or RW is `0` or `-` (per row of the cluster table).
        desa_nik_sementara: village-made NIK that starts with 0.
        desa_sudah_pindah: the person left, the village still has status 1.
        desa_sudah_mati: Disdukcapil has the death, the village still has status 1.
        desa_ganda: the same person also stands in another village.
        siak_belum_mati: dead in the village, alive in the civil registry.
        siak_nama_beda: name spelled differently from the village.
        siak_kk_lama: the family card number from before the last change.
        esakti_nik_spasi: NIK typed with blanks or dots.
        esakti_nik_salah: one digit wrong.
        esakti_nik_15: one digit missing.
        esakti_nik_kosong: `-` or blank.
        esakti_bayi: the deceased is a baby without a NIK.
        esakti_tgl_miring: dates as dd/mm/yyyy.
        esakti_tgl_teks: dates as `12 Agustus 2026`.
        esakti_tgl_nol: birth date `00-00-0000`.
        esakti_ganda: the same claim twice, with another heir.
        esakti_lewat: applied after day 60.
        esakti_terlambat: typed into the app 7 or more days after application.
        esakti_sktm: not in the poor list, SKTM letter instead.
        dinsos_kk_bulat: card number kept by Excel as a number, last digit lost.
        bpkad_tanpa_ekor: sub-activity code with a tail of 2 digits instead of 4.
        bpkad_lebih_rencana: budget above the plan.
        eplanning_tanpa_ekor: the same short code in e-planning.
        rencana_tanpa_anggaran: planned activity that got no budget.
        anggaran_tanpa_rencana: budget for an activity in no plan.
        anggaran_lebih_rencana: budget a quarter above the plan.
        rencana_batal: plan cancelled (status 9), budget kept.
        realisasi_lebih: paid more than the account holds.
        serapan_rendah: activity that spends a fifth of its cash plan.
        peta_kurang: old code without an entry on the map.
        aduan_salah_opd: report first sent to an office that is not in charge.
        aduan_ganda: the same report by another channel.
        aduan_anonim: reporter not named.
        aduan_tanpa_lokasi: no coordinates.
        aduan_dibuka: answered, and opened again by the citizen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    desa_rt_rw_kosong: Share = 0.12
    desa_nik_sementara: Share = 0.005
    desa_sudah_pindah: Share = 0.03
    desa_sudah_mati: Share = 0.01
    desa_ganda: Share = 0.008
    siak_belum_mati: Share = 0.02
    siak_nama_beda: Share = 0.06
    siak_kk_lama: Share = 0.05
    esakti_nik_spasi: Share = 0.08
    esakti_nik_salah: Share = 0.02
    esakti_nik_15: Share = 0.01
    esakti_nik_kosong: Share = 0.02
    esakti_bayi: Share = 0.015
    esakti_tgl_miring: Share = 0.10
    esakti_tgl_teks: Share = 0.03
    esakti_tgl_nol: Share = 0.02
    esakti_ganda: Share = 0.015
    esakti_lewat: Share = 0.04
    esakti_terlambat: Share = 0.20
    esakti_sktm: Share = 0.15
    dinsos_kk_bulat: Share = 0.002
    bpkad_tanpa_ekor: Share = 0.30
    bpkad_lebih_rencana: Share = 0.03
    eplanning_tanpa_ekor: Share = 0.30
    rencana_tanpa_anggaran: Share = 0.04
    anggaran_tanpa_rencana: Share = 0.02
    anggaran_lebih_rencana: Share = 0.03
    rencana_batal: Share = 0.01
    realisasi_lebih: Share = 0.004
    serapan_rendah: Share = 0.03
    peta_kurang: Share = 0.10
    aduan_salah_opd: Share = 0.12
    aduan_ganda: Share = 0.10
    aduan_anonim: Share = 0.25
    aduan_tanpa_lokasi: Share = 0.30
    aduan_dibuka: Share = 0.05


def no_faults() -> Faults:
    """A world where everybody types correctly."""
    return Faults(**dict.fromkeys(Faults.model_fields, 0.0))


def parse_faults(settings: Sequence[str]) -> Faults:
    """Rates from `name=share` texts; `none` first sets all of them to 0.

    Raises:
        ConfigError: an unknown name, or a share outside 0 to 1; all are listed.
    """
    rates: dict[str, str] = {}
    base = Faults()
    for text in settings:
        if text == "none":
            base = no_faults()
            continue
        name, _, share = text.partition("=")
        rates[name.strip()] = share.strip()
    try:
        return Faults.model_validate({**base.model_dump(), **rates})
    except ValidationError as error:
        raise ConfigError(
            *(
                f"--fault {'.'.join(map(str, item['loc']))}: {item['msg']}; "
                f"known names: {', '.join(Faults.model_fields)}"
                for item in error.errors(include_input=False, include_url=False)
            )
        ) from None


class Planted:
    """Counts what was planted, by fault name, for the manifest."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, name: str, count: int = 1) -> None:
        if count:
            self.counts[name] += count
