"""What citizens complain about, where, and which office is in charge."""

from dataclasses import dataclass
from random import Random

from ops.simulate.chance import stream
from ops.simulate.words import words

OFFICE_CODE = "{}.0.00.0.00.01.0000"
EMERGENCY = "1.05.0.00.0.00.02.0000"
WRONG = OFFICE_CODE.format("3.26")
"""The office that wrongly gets a report, and gives it back."""

FLOOD = "BANJIR"


@dataclass(frozen=True, slots=True)
class Subject:
    """One category of the routing table."""

    name: str
    office: str
    weight: float
    texts: tuple[str, ...]


def _subject(name: str, field: str, weight: float, *texts: str) -> Subject:
    serial = OFFICE_CODE.format(field)
    if field == "1.06":  # its serial 01 is the social office
        serial = "1.06.0.00.0.00.02.0000"
    return Subject(name, serial, weight, texts)


SUBJECTS = (
    _subject(
        "JALAN",
        "1.03",
        9,
        "Jalan berlubang dalam di dekat {p}, sudah ada yang jatuh",
        "Aspal mengelupas sepanjang jalan menuju {p}",
    ),
    _subject(
        "SAMPAH",
        "2.11",
        6,
        "Sampah menumpuk berhari-hari di belakang {p}",
        "Bak sampah dekat {p} tidak pernah diangkut",
    ),
    _subject(
        "LAMPU JALAN",
        "2.15",
        5,
        "Lampu jalan di depan {p} mati, gelap sekali kalau malam",
        "Tiang lampu dekat {p} miring hampir roboh",
    ),
    _subject(
        "ADMINDUK",
        "2.13",
        4,
        "Surat pengantar dari {p} belum jadi sejak minggu lalu",
        "Antre di {p} dari pagi tetapi petugasnya tidak ada",
    ),
    _subject(
        "PASAR",
        "3.30",
        3,
        "Retribusi di {p} ditarik dua kali sehari",
        "Atap los {p} bocor kalau hujan",
    ),
    _subject(
        FLOOD,
        "1.06",
        3,
        "Air sungai meluap sampai ke halaman {p}",
        "Saluran mampet, {p} tergenang setiap hujan",
    ),
    _subject(
        "KETERTIBAN",
        "1.05",
        2,
        "Suara musik dari warung dekat {p} sampai larut malam",
        "Pedagang berjualan di trotoar depan {p}",
    ),
)
REFERRED = ("HUKUM", "Batas tanah di dekat {p} digeser tetangga", "PENGADILAN")
DANGER = "Ada anak hanyut di saluran dekat {p}, tolong segera"
PLACES = (
    "balai desa",
    "sekolah",
    "pasar",
    "masjid",
    "jembatan",
    "lapangan",
    "posyandu",
)
CHANNELS = words("WEB APLIKASI SMS WHATSAPP MEDSOS")
ANSWERS = (
    "Sudah ditangani petugas lapangan, terima kasih atas laporannya.",
    "Perbaikan selesai dikerjakan hari ini, bukti foto terlampir.",
    "Tim sudah turun dan masalahnya sudah diselesaikan.",
)
# Batang lies between these, millionths of a degree.
_SOUTH, _WEST, _HEIGHT, _WIDTH = -7_130_000, 109_680_000, 190_000, 330_000


def middle_of(kode_desa: str) -> tuple[int, int]:
    """A made-up centre of a village, always the same; millionths of a degree."""
    rng = stream(0, "tempat", kode_desa.replace(".", ""))
    lat = _SOUTH + int(rng.random() * _HEIGHT)
    return lat, _WEST + int(rng.random() * _WIDTH)


def near(rng: Random, point: tuple[int, int], e6: int) -> tuple[int, int]:
    """A place at random around another, so many millionths of a degree at most."""
    lat, lng = point
    return (
        lat + int((rng.random() * 2 - 1) * e6),
        lng + int((rng.random() * 2 - 1) * e6),
    )


def degrees(value: int) -> str:
    """As the app's map writes it: `-6.953120`."""
    return f"{value / 1_000_000:.6f}"
