"""The offices (SKPD) of the synthetic tenant, with their own field of government."""

from dataclasses import dataclass

_FIELDS = """
1.01 Dinas Pendidikan dan Kebudayaan
1.02 Dinas Kesehatan
1.03 Dinas Pekerjaan Umum dan Penataan Ruang
1.04 Dinas Perumahan dan Kawasan Permukiman
1.05 Satuan Polisi Pamong Praja
2.07 Dinas Tenaga Kerja
2.08 Dinas Pemberdayaan Perempuan dan Perlindungan Anak
2.09 Dinas Pangan
2.11 Dinas Lingkungan Hidup
2.13 Dinas Pemberdayaan Masyarakat dan Desa
2.15 Dinas Perhubungan
2.16 Dinas Komunikasi dan Informatika
2.17 Dinas Koperasi dan UKM
2.18 Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu
2.19 Dinas Kepemudaan dan Olahraga
2.23 Dinas Perpustakaan dan Kearsipan
3.25 Dinas Perikanan
3.26 Dinas Pariwisata
3.27 Dinas Pertanian
3.30 Dinas Perindustrian dan Perdagangan
4.01 Sekretariat Daerah
4.02 Sekretariat DPRD
5.01 Badan Perencanaan Pembangunan Daerah
5.03 Badan Kepegawaian Daerah
5.05 Badan Riset dan Inovasi Daerah
6.01 Inspektorat
8.01 Badan Kesatuan Bangsa dan Politik
1.06 Badan Penanggulangan Bencana Daerah
2.20 Kantor Statistik dan Persandian
"""
_DISTRICTS = (
    "Wonotunggal Bandar Blado Reban Bawang Tersono Gringsing Limpung Subah Tulis "
    "Batang Warungasem Kandeman Pecalungan Banyuputih"
)
MERGED_AWAY, MERGED_INTO = "2.20.0.00.0.00.01.0000", "2.16.0.00.0.00.01.0000"
"""The statistics office goes into the ICT office in the middle of the year."""
SIMDA_OFFICES = ("1.05.0.00.0.00.01.0000", "3.25.0.00.0.00.01.0000")
"""Their treasurers still export from SIMDA, under the codes of Permendagri 13."""


@dataclass(frozen=True, slots=True)
class Office:
    """One SKPD.

    Attributes:
        code: `5.01.0.00.0.00.01.0000`.
        name: for people.
    """

    code: str
    name: str

    @property
    def field(self) -> str:
        """Own field of government, `5.01`."""
        return self.code[:4]


def offices() -> tuple[Office, ...]:
    """All offices in the SIPD mirror, 44, in order of their codes."""
    found = []
    for line in _FIELDS.strip().splitlines():
        field, _, name = line.partition(" ")
        # Serial 01 of field 1.06 is the social office, which BPKAD exports itself.
        serial = "02" if field == "1.06" else "01"
        found.append(Office(f"{field}.0.00.0.00.{serial}.0000", name))
    for number, name in enumerate(_DISTRICTS.split(), start=1):
        found.append(Office(f"7.01.0.00.0.00.{number:02d}.0000", f"Kecamatan {name}"))
    return tuple(sorted(found, key=lambda office: office.code))
