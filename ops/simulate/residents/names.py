"""Names of people who do not exist: common given names, put together at random."""

from random import Random

from ops.simulate.chance import drawer
from ops.simulate.words import words

MEN = words(
    "AGUS AHMAD ANDI ARIF BAMBANG BUDI CASMIDI DARSONO DEDI DWI EKO FAJAR GUNAWAN "
    "HADI HARTONO HERU IMAM IRFAN JOKO KARSIDI KASMURI KUSNADI LUKMAN MUHAMAD NUR "
    "PAIMIN PONIJAN RAHMAT RIZAL ROHMAN RUDI SARIP SLAMET SUGENG SUTRISNO SUWARNO "
    "TARMUJI TEGUH TOHIRIN UNTUNG WAHYU WARTONO YUSUF ZAENAL"
)
WOMEN = words(
    "ANI ANISA ASIH CASMINAH DEWI DIAH DWI ENDANG ENI FATIMAH FITRI HARTINI IDA INDAH "
    "ISTIQOMAH KARTINI KASTURI KHOTIMAH LESTARI MARYATI MUNAWAROH MURNI NUR PUJI RATNA "
    "RINI ROHMAH RUKAYAH SARI SITI SRI SUMINAH SUPRIYATI SURATMI SUSANTI TUMINAH "
    "TURIAH UMI WAHYUNI WARNI WATI WIDYA YUNI ZULAIKHA"
)
MEN_LAST = words(
    "SANTOSO PRASETYO HIDAYAT SETIAWAN NUGROHO WIBOWO KURNIAWAN RIYANTO SAPUTRO "
    "WALUYO MAULANA ARIFIN HAKIM MUBAROK PURNOMO UTOMO SUSILO PRAYITNO FAUZI ANWAR"
)
WOMEN_LAST = words(
    "HANDAYANI RAHAYU PUSPITASARI NINGSIH UTAMI ASTUTI WULANDARI KUSUMAWATI AZIZAH "
    "NURHAYATI MA'RIFAH AMBARWATI SETYANINGRUM PRATIWI SA'ADAH MARDIYAH PERMATASARI"
)
PLACES = words("BATANG BATANG BATANG PEKALONGAN KENDAL SEMARANG PEMALANG JAKARTA")

_MIDDLE = drawer([("", 0.75), ("NUR ", 0.1), ("TRI ", 0.08), ("DWI ", 0.07)])

_FORM = drawer(
    [
        ("plain", 0.7),
        ("dead", 0.15),
        ("pilgrim", 0.07),
        ("degree", 0.03),
        ("wide", 0.05),
    ]
)
ONE_WORD = 0.25

# Order matters: the first pattern found is replaced.
_SPELLINGS = (
    ("MUHAMAD", "MOCH."),
    ("AHMAD", "ACHMAD"),
    ("YUSUF", "JUSUF"),
    ("SU", "SOE"),
    ("'", ""),
    ("TI", "THI"),
    ("NI", "NIE"),
    ("DI", "DHI"),
)


def name_of(rng: Random, sex: str) -> str:
    """An upper-case full name, as registries write it."""
    random = rng.random
    first, last = (MEN, MEN_LAST) if sex == "L" else (WOMEN, WOMEN_LAST)
    given = first[int(random() * len(first))]
    if random() < ONE_WORD:
        return given
    return f"{given} {_MIDDLE(rng)}{last[int(random() * len(last))]}"


def spelled_otherwise(name: str) -> str:
    """The same name as another clerk would write it."""
    for old, new in _SPELLINGS:
        if old in name:
            return name.replace(old, new, 1)
    return f"{name[0]}. {name}" if " " not in name else name.replace(" ", "  ", 1)


def as_typed(rng: Random, name: str, sex: str) -> str:
    """A deceased person's name as a village officer types it: marks and titles."""
    form = _FORM(rng)
    if form == "dead":
        return ("ALM. " if sex == "L" else "ALMH. ") + name
    if form == "pilgrim":
        return ("H. " if sex == "L" else "HJ. ") + name
    if form == "degree":
        return f"{name}, S.PD"
    return name.replace(" ", "  ", 1) if form == "wide" else name
