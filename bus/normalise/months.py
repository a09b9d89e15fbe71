"""Indonesian (and English) month names and roman months of letter numbers."""

_NAMES = (
    "JANUARI JAN JANUARY JANWARI",
    "FEBRUARI FEB PEBRUARI PEB FEBRUARY FEBUARI",
    "MARET MAR MRT MARCH MAC",
    "APRIL APR",
    "MEI MAY",
    "JUNI JUN JUNE",
    "JULI JUL JULY",
    "AGUSTUS AGU AGT AGS AGST AGUST AUG AUGUST",
    "SEPTEMBER SEP SEPT SPT",
    "OKTOBER OKT OCT OCTOBER OKTOBR",
    "NOVEMBER NOV NOPEMBER NOP",
    "DESEMBER DES DEC DECEMBER DSMB",
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(_NAMES, start=1)
    for name in names.split()
} | {roman: number for number, roman in enumerate(_ROMAN, start=1)}


def month_of(name: str) -> int | None:
    """1-12 for a month name or roman month, upper or lower case; None if unknown."""
    return _MONTHS.get(name.upper())
