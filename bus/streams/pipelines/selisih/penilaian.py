"""Judge one sub-activity: the nine kinds of difference (`domain.md` §5 F4). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from bus.record import Value
from bus.streams.pipelines.selisih.aturan import NOL, Aturan, tanggal
from bus.streams.pipelines.selisih.gabungan import Kegiatan, Rekening, tak_dikenal
from bus.streams.pipelines.selisih.rujukan import ANGGARAN, REALISASI, RENCANA

TANPA_RENCANA, TANPA_ANGGARAN = "TANPA_RENCANA", "TANPA_ANGGARAN"
LEBIH, KURANG = "LEBIH_DARI_RENCANA", "KURANG_DARI_RENCANA"
REALISASI_LEBIH, MELEBIHI_KAS = "REALISASI_LEBIH", "MELEBIHI_KAS"
SERAPAN_RENDAH = "SERAPAN_RENDAH"
TAK_TERPETAKAN, SKPD_BERUBAH = "KODE_TAK_TERPETAKAN", "SKPD_BERUBAH"
_DESEMBER = 12
_SERATUS, _DUA = Decimal(100), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Temuan:
    """One difference found, not yet weighed.

    Attributes:
        jenis: one of the nine kinds.
        akun: account it is about; None: the whole sub-activity.
        selisih: rupiah, never negative.
        rencana, anggaran, realisasi, kas: what was compared; None: not part of it.
        persen: of the side it is compared with.
        kode: unknown codes, or offices that differ.
        baris: rows it rests on.
    """

    jenis: str
    akun: str | None = None
    selisih: Decimal = NOL
    rencana: Decimal | None = None
    anggaran: Decimal | None = None
    realisasi: Decimal | None = None
    kas: Decimal | None = None
    persen: Decimal | None = None
    kode: tuple[str, ...] = ()
    baris: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Saat:
    """Where the judged fiscal year stands.

    Attributes:
        tahun: fiscal year of the sub-activity.
        hari: last day told, days since 1970-01-01; None before the first.
    """

    tahun: int
    hari: int | None

    @property
    def mulai(self) -> bool:
        """Whether the year has begun; unknown counts as no."""
        return self.hari is not None and tanggal(self.hari).year >= self.tahun

    @property
    def bulan(self) -> int:
        """Month in work, 1 to 12; 12 for years that are over."""
        if self.hari is None or tanggal(self.hari).year > self.tahun:
            return _DESEMBER
        return tanggal(self.hari).month

    @property
    def bulan_genap(self) -> int:
        """Months that are over."""
        lewat = self.hari is not None and tanggal(self.hari).year > self.tahun
        return _DESEMBER if lewat else self.bulan - 1


def nilai(aturan: Aturan, kegiatan: Kegiatan, skpd: str, saat: Saat) -> list[Temuan]:
    """Everything that is wrong with one sub-activity now.

    Args:
        aturan: tolerances and thresholds.
        kegiatan: the join of its rows.
        skpd: its office under the codes that hold.
        saat: where its year stands; without a day, nothing that hangs on time.
    """
    hasil = list(_kode(kegiatan))
    if tak_dikenal(kegiatan):
        return hasil
    hasil += _kode_akun(kegiatan)
    for periksa in (_banding_rencana, _serapan):
        hasil += periksa(aturan, kegiatan, saat)
    for akun, rekening in sorted(kegiatan.rekening.items()):
        if not rekening.takterpetakan:
            hasil += _belanja(akun, rekening, saat)
    hasil += _skpd(kegiatan, skpd)
    return hasil


def persen_dari(bagian: Decimal, dasar: Decimal) -> Decimal | None:
    """A share in percent with two places; None of nothing."""
    if not dasar:
        return None
    return (bagian * _SERATUS / dasar).quantize(_DUA, ROUND_HALF_EVEN)


def _banding_rencana(
    aturan: Aturan, kegiatan: Kegiatan, saat: Saat
) -> Iterator[Temuan]:
    rencana, anggaran = kegiatan.rencana, kegiatan.anggaran
    baris = (*kegiatan.baris(RENCANA), *kegiatan.baris(ANGGARAN))
    if rencana is None:
        if anggaran:
            yield Temuan(
                TANPA_RENCANA, selisih=anggaran, anggaran=anggaran, baris=baris
            )
        return
    if anggaran is None:
        # Next year's plan comes half a year before its budget.
        if rencana and saat.mulai:
            yield Temuan(TANPA_ANGGARAN, selisih=rencana, rencana=rencana, baris=baris)
        return
    if aturan.berbeda(anggaran, rencana):
        beda = anggaran - rencana
        yield Temuan(
            LEBIH if beda > 0 else KURANG,
            selisih=abs(beda),
            rencana=rencana,
            anggaran=anggaran,
            persen=persen_dari(abs(beda), rencana),
            baris=baris,
        )


def _serapan(aturan: Aturan, kegiatan: Kegiatan, saat: Saat) -> Iterator[Temuan]:
    """Slow spending, measured against the cash plan of the months that are over."""
    if not saat.mulai or saat.bulan_genap + 1 < aturan.selisih.serapan_mulai_bulan:
        return
    rekening = [r for r in kegiatan.rekening.values() if r.kas]
    kas = sum((r.kas_sampai(saat.bulan_genap) for r in rekening), NOL)
    belanja = kegiatan.belanja
    serapan = persen_dari(belanja, kas)
    if serapan is not None and serapan < aturan.selisih.serapan_persen:
        yield Temuan(
            SERAPAN_RENDAH,
            selisih=kas - belanja,
            realisasi=belanja,
            kas=kas,
            persen=serapan,
            baris=tuple(kegiatan.baris(ANGGARAN) + kegiatan.baris(REALISASI)),
        )


def _belanja(akun: str, rekening: Rekening, saat: Saat) -> Iterator[Temuan]:
    belanja, baris = rekening.belanja, tuple(rekening.baris)
    pagu = rekening.pagu or NOL
    if belanja > pagu:
        yield Temuan(
            REALISASI_LEBIH,
            akun,
            belanja - pagu,
            anggaran=rekening.pagu,
            realisasi=belanja,
            persen=persen_dari(belanja - pagu, pagu),
            baris=baris,
        )
    kas = rekening.kas_sampai(saat.bulan)
    if rekening.kas and saat.mulai and belanja > kas:
        yield Temuan(
            MELEBIHI_KAS,
            akun,
            belanja - kas,
            realisasi=belanja,
            kas=kas,
            persen=persen_dari(belanja - kas, kas),
            baris=baris,
        )


def _kode(kegiatan: Kegiatan) -> Iterator[Temuan]:
    """The sub-activity's (or its office's) code is on no map: all its rows."""
    if kegiatan.takterpetakan:
        baris = (*kegiatan.baris(RENCANA), *_semua(kegiatan.rekening.values()))
        yield _tanpa_kode(None, sorted(kegiatan.takterpetakan), baris)


def _kode_akun(kegiatan: Kegiatan) -> Iterator[Temuan]:
    for akun, rekening in sorted(kegiatan.rekening.items()):
        if rekening.takterpetakan:
            kode = sorted(set(rekening.takterpetakan))
            yield _tanpa_kode(akun, kode, tuple(rekening.baris))


def _tanpa_kode(akun: str | None, kode: list[str], baris: tuple[Value, ...]) -> Temuan:
    sisi = {
        nama: sum((b["jumlah"] for b in baris if b["sisi"] == nama), NOL)
        for nama in (RENCANA, ANGGARAN, REALISASI)
        if any(b["sisi"] == nama for b in baris)
    }
    return Temuan(
        TAK_TERPETAKAN,
        akun,
        max(map(abs, sisi.values()), default=NOL),
        sisi.get(RENCANA),
        sisi.get(ANGGARAN),
        sisi.get(REALISASI),
        kode=tuple(kode),
        baris=baris,
    )


def _semua(rekening: Iterable[Rekening]) -> list[Value]:
    return [baris for satu in rekening for baris in satu.baris]


def _skpd(kegiatan: Kegiatan, skpd: str) -> Iterator[Temuan]:
    """Plan and budget stand under different offices, one of them merged away."""
    rencana, anggaran = kegiatan.skpd_rencana, kegiatan.skpd_anggaran
    if not rencana or not anggaran or rencana == anggaran:
        return
    lama = sorted((rencana | anggaran) - {skpd})
    if lama:
        yield Temuan(
            SKPD_BERUBAH,
            rencana=kegiatan.rencana,
            anggaran=kegiatan.anggaran,
            kode=tuple(lama),
            baris=(*kegiatan.baris(RENCANA), *kegiatan.baris(ANGGARAN)),
        )
