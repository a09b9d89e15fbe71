"""The outer join of one sub-activity: which rows count, and what they add up to.

Latest version per stage wins; plan stage RKPD meets budget stage MURNI, PERUBAHAN
meets PERUBAHAN (`domain.md` §5 F4). A shift (PERGESERAN) or cut (EFISIENSI) changes
what may be spent, not what the plan is compared with.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from bus.record import Value
from bus.streams.pipelines.selisih.aturan import NOL
from bus.streams.pipelines.selisih.rujukan import (
    ANGGARAN,
    KEGIATAN,
    REALISASI,
    REKENING,
    RENCANA,
)

RKPD, KUA_PPAS, PERUBAHAN = "RKPD", "KUA_PPAS", "PERUBAHAN"
MURNI, PERGESERAN = "MURNI", "PERGESERAN"
TAHAP_BERBEDA = "TAHAP_BERBEDA"
_PENGGANTI = {
    PERUBAHAN: (PERUBAHAN, RKPD, KUA_PPAS),
    RKPD: (RKPD, KUA_PPAS, PERUBAHAN),
}
_BULAN = 12


@dataclass(slots=True)
class Rekening:
    """One account of a sub-activity.

    Attributes:
        pagu: what may be spent now; None without a budget line.
        banding: what the plan is compared with; None if only shifts made the line.
        kas: cash plan of twelve months; empty if unknown.
        belanja: net spending, returns subtracted.
        baris: rows it rests on.
        takterpetakan: codes nobody knows.
    """

    pagu: Decimal | None = None
    banding: Decimal | None = None
    kas: list[Decimal] = field(default_factory=list)
    belanja: Decimal = NOL
    baris: list[Value] = field(default_factory=list)
    takterpetakan: list[str] = field(default_factory=list)

    def kas_sampai(self, bulan: int) -> Decimal:
        """Cash plan of the months 1 to `bulan`."""
        return sum(self.kas[:bulan], NOL)


@dataclass(slots=True)
class Kegiatan:
    """One sub-activity as its rows are now.

    Attributes:
        tahap_rencana: stage of the plan that counts; None without a plan.
        tahap_anggaran: MURNI or PERUBAHAN, PERGESERAN if only a shift made it; None
            without a budget.
        rencana: plan that counts; None if there is none, or it is cancelled.
        baris_rencana: rows the plan rests on, cancelled ones included.
        rekening: account → what is known of it.
        skpd_rencana, skpd_anggaran: offices as the sources of each side wrote them.
        takterpetakan: unknown codes of the sub-activity itself.
        nama: what it is called.
        mutu: flags.
    """

    tahap_rencana: str | None = None
    tahap_anggaran: str | None = None
    rencana: Decimal | None = None
    baris_rencana: list[Value] = field(default_factory=list)
    rekening: dict[str, Rekening] = field(default_factory=dict)
    skpd_rencana: set[str] = field(default_factory=set)
    skpd_anggaran: set[str] = field(default_factory=set)
    takterpetakan: set[str] = field(default_factory=set)
    nama: str | None = None
    mutu: tuple[str, ...] = ()

    @property
    def anggaran(self) -> Decimal | None:
        """Budget that the plan is compared with; None without a line."""
        banding = [r.banding for r in self.rekening.values() if r.banding is not None]
        if banding:
            return sum(banding, NOL)
        pagu = [r.pagu for r in self.rekening.values() if r.pagu is not None]
        return sum(pagu, NOL) if pagu else None

    @property
    def belanja(self) -> Decimal:
        """Net spending over all accounts."""
        return sum((r.belanja for r in self.rekening.values()), NOL)

    def baris(self, sisi: str) -> list[Value]:
        """Rows of one side that count."""
        if sisi == RENCANA:
            return self.baris_rencana
        return [b for r in self.rekening.values() for b in r.baris if b["sisi"] == sisi]


def gabung(skpd: str, baris: Iterable[Value]) -> Kegiatan:
    """Join the rows of one sub-activity.

    Args:
        skpd: office under the codes that hold.
        baris: records `BarisSelisih`, in any order.
    """
    sisi: defaultdict[str, list[Value]] = defaultdict(list)
    hasil = Kegiatan()
    for satu in sorted(baris, key=_urutan):
        if satu["sisi"] == REALISASI and satu["gugur"]:
            continue  # an advance: neither spending nor a code to look for
        sisi[satu["sisi"]].append(satu)
        tidak = [k for k in satu["takterpetakan"] if not k.startswith(REKENING)]
        hasil.takterpetakan.update(tidak)
    berubah = any(b["tahap"] == PERUBAHAN for b in sisi[ANGGARAN])
    _anggaran(hasil, skpd, sisi[ANGGARAN], berubah=berubah)
    _rencana(hasil, sisi[RENCANA], PERUBAHAN if berubah else RKPD)
    _realisasi(hasil, sisi[REALISASI])
    nama = [b["nama"] for b in (*hasil.baris_rencana, *hasil.baris(ANGGARAN))]
    hasil.nama = next((n for n in nama if n), None)
    return hasil


def tak_dikenal(kegiatan: Kegiatan) -> bool:
    """Whether the sub-activity's own code is unknown, so that nothing compares."""
    return any(kode.startswith(f"{KEGIATAN}:") for kode in kegiatan.takterpetakan)


def _urutan(baris: Value) -> tuple[int, int, str]:
    """Older first; the same in any order of arrival."""
    return (baris["versi"], baris["waktu"], baris["asal_id"])


def _terakhir(baris: list[Value]) -> dict[tuple[str, str], Value]:
    """The latest version of each source code and stage; rows come oldest first."""
    return {
        (f"{b['kode_skpd_asal']}|{b['kode_asal']}", str(b["tahap"])): b for b in baris
    }


def _rencana(hasil: Kegiatan, baris: list[Value], tahap: str) -> None:
    per_tahap: defaultdict[str, list[Value]] = defaultdict(list)
    for (_, milik), satu in _terakhir(baris).items():
        per_tahap[milik].append(satu)
    ada = next((t for t in _PENGGANTI[tahap] if per_tahap[t]), None)
    if ada is None:
        return
    hasil.baris_rencana = per_tahap[ada]
    berlaku = [b for b in per_tahap[ada] if not b["gugur"]]
    hasil.tahap_rencana = ada
    hasil.skpd_rencana = {b["kode_skpd_asal"] for b in berlaku}
    if berlaku:
        hasil.rencana = sum((b["jumlah"] for b in berlaku), NOL)
    if ada != tahap:
        hasil.mutu = (TAHAP_BERBEDA,)


def _anggaran(hasil: Kegiatan, skpd: str, baris: list[Value], *, berubah: bool) -> None:
    per_akun: defaultdict[str, dict[str, dict[str, Value]]] = defaultdict(dict)
    for (sumber, tahap), satu in _terakhir_per_akun(baris).items():
        per_akun[satu["kode_akun"]].setdefault(sumber, {})[tahap] = satu
    for akun, garis in sorted(per_akun.items()):
        rekening = hasil.rekening.setdefault(akun, Rekening())
        for berlaku in _yang_berlaku(skpd, garis):
            _tambah(rekening, berlaku, berubah=berubah)
        hasil.skpd_anggaran |= {b["kode_skpd_asal"] for b in rekening.baris}
    if hasil.rekening:
        ada_murni = any(r.banding is not None for r in hasil.rekening.values())
        hasil.tahap_anggaran = PERGESERAN if not ada_murni else MURNI
        if berubah:
            hasil.tahap_anggaran = PERUBAHAN


def _terakhir_per_akun(baris: list[Value]) -> dict[tuple[str, str], Value]:
    """The latest version of each source line and stage; rows come oldest first."""
    return {
        (
            f"{b['kode_skpd_asal']}|{b['kode_asal']}|{b['kode_akun']}",
            str(b["tahap"]),
        ): b
        for b in baris
    }


def _yang_berlaku(
    skpd: str, sumber: dict[str, dict[str, Value]]
) -> list[dict[str, Value]]:
    """The source lines of one account that count, each by stage.

    After a merger the new office's document takes the place of the old offices'
    lines: it does if it is a changed budget, or if this office had none before. An
    office that only took another one in keeps its own line, and both add up.
    """
    baru = {
        nama: tahap
        for nama, tahap in sumber.items()
        if nama.startswith(f"{skpd}|") and (PERUBAHAN in tahap or MURNI not in tahap)
    }
    if baru and len(baru) < len(sumber):
        return [t for n, t in sorted(sumber.items()) if n.startswith(f"{skpd}|")]
    return [tahap for _, tahap in sorted(sumber.items())]


def _tambah(rekening: Rekening, tahap: dict[str, Value], *, berubah: bool) -> None:
    """Add one source line, given by stage, to its account."""
    kini = max(tahap.values(), key=_terkini)
    rekening.pagu = (rekening.pagu or NOL) + kini["jumlah"]
    rekening.baris.append(kini)
    banding = _banding(tahap, kini, berubah=berubah)
    if banding is not None:
        rekening.banding = (rekening.banding or NOL) + banding
    if kini["kas"]:
        lama = rekening.kas or [NOL] * _BULAN
        rekening.kas = [a + b for a, b in zip(lama, kini["kas"], strict=True)]
    rekening.takterpetakan += _akun_tak_dikenal(kini)


_PERINGKAT = {MURNI: 0, PERUBAHAN: 2}


def _terkini(baris: Value) -> tuple[int, int, int]:
    """Later recorded wins; of the same moment the later stage."""
    return (baris["waktu"], _PERINGKAT.get(baris["tahap"], 1), baris["versi"])


def _banding(tahap: dict[str, Value], kini: Value, *, berubah: bool) -> Decimal | None:
    """What the plan is compared with on one line; None if only a shift made it."""
    if berubah:
        pilihan: Value = tahap.get(PERUBAHAN, kini)
        return Decimal(pilihan["jumlah"])
    if MURNI in tahap:
        return Decimal(tahap[MURNI]["jumlah"])
    murni: Decimal | None = kini["pagu_murni"]
    return murni


def _realisasi(hasil: Kegiatan, baris: list[Value]) -> None:
    for satu in baris:
        rekening = hasil.rekening.setdefault(satu["kode_akun"], Rekening())
        rekening.belanja += satu["jumlah"]
        rekening.baris.append(satu)
        rekening.takterpetakan += _akun_tak_dikenal(satu)


def _akun_tak_dikenal(baris: Value) -> list[str]:
    return [kode for kode in baris["takterpetakan"] if kode.startswith(f"{REKENING}:")]
