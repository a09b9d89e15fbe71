"""NIK, the 16-digit person number: PPKKCC DDMMYY SSSS. Rules: domain.md §4.1, Q1-Q4."""

import re
from datetime import date
from typing import NoReturn

from bus.normalise.digits import Kind, read_digits
from bus.normalise.mask import mask_nik
from bus.normalise.provinces import PATTERN
from bus.normalise.result import CLEAN, Flags, Result, refuse

KIND = Kind("NIK", "NIK", "KTP-el atau kartu keluarga")

_EPOCH = date(1970, 1, 1).toordinal()
_MAX_AGE_YEARS = 110
_FEMALE = 40
_WOMAN = _FEMALE * 10_000
_MAN_OR_WOMAN = (0, _WOMAN)
_REGION = rf"{PATTERN}(?:0[1-9]|[1-689]\d|7[1-9])(?:0[1-9]|[1-9]\d)"
# The date must exist in 19YY or 20YY: YY divisible by 4 has a 29 February in one.
_DAY_MONTH_YEAR = (
    r"(?:(?:0[1-9]|1\d|2[0-8]|4[1-9]|5\d|6[0-8])(?:0[1-9]|1[0-2])\d\d"
    r"|(?:29|30|69|70)(?:0[13-9]|1[0-2])\d\d"
    r"|(?:31|71)(?:0[13578]|1[02])\d\d"
    r"|(?:29|69)02(?:[02468][048]|[13579][26]))"
)
_is_nik = re.compile(rf"{_REGION}{_DAY_MONTH_YEAR}(?!0000)\d{{4}}", re.ASCII).fullmatch
_is_temporary = re.compile(rf"0{PATTERN}\d{{4}}[123]\d{{8}}", re.ASCII).fullmatch
_has_region = re.compile(rf"{_REGION}\d{{10}}", re.ASCII).fullmatch
_has_date = re.compile(rf"\d{{6}}{_DAY_MONTH_YEAR}\d{{4}}", re.ASCII).fullmatch


def nik(
    value: object,
    *,
    tgl_lahir: int | None = None,
    jk: str | None = None,
    dari_desimal: bool = False,
    field: str | None = None,
) -> Result[str]:
    """A person number as 16 digits of text.

    Spaces, dots, dashes, apostrophes and invisible characters are dropped and flagged
    NIK_DIRAPIKAN (Q4). A lost leading zero of a numeric column is put back (Q1); a NIK
    starting with 0 is a village's temporary number, flagged NIK_SEMENTARA, good inside
    that village only. Nothing recorded gives None and NIK_KOSONG. A birth date or sex
    that differs from the recorded one is NIK_BEDA_TGL or NIK_BEDA_JK, a warning,
    because issued numbers stay after corrections (§4.1).

    Args:
        value: the raw cell.
        tgl_lahir: recorded birth date in days since 1970-01-01, to compare.
        jk: recorded sex `L` or `P`, to compare.
        dari_desimal: the column was DECIMAL, so 15 digits of text miss a zero (Q1).
        field: source field for the error.

    Raises:
        RowError: NIK_RUSAK (2147483647 or 0, Q2), NIK_RUSAK_EXCEL (rounded by Excel,
            Q3: scientific, float with a last 0, or ends in 0 and contradicts the
            recorded person), NIK_BUKAN_ANGKA, NIK_PANJANG, NIK_TIDAK_SAH (§4.1).
    """
    flags = CLEAN
    if value.__class__ is str and _is_nik(value):
        digits: str = value
    else:
        found, flags = read_digits(value, KIND, field, from_decimal=dari_desimal)
        if found is None:
            return None, flags
        digits = found
        if digits[0] == "0":
            return _temporary(digits, flags, field)
        if not _is_nik(digits):
            _refuse_structure(digits, field)
    if (tgl_lahir is None and jk is None) or _agrees(digits, tgl_lahir, jk):
        return digits, flags
    return digits, flags + _contradictions(digits, tgl_lahir, jk, field)


def _temporary(digits: str, flags: Flags, field: str | None) -> Result[str]:
    if not _is_temporary(digits):
        _refuse_structure(digits, field)
    return digits, (*flags, "NIK_SEMENTARA")


def _contradictions(
    digits: str, birth_days: int | None, sex: str | None, field: str | None
) -> Flags:
    flags: list[str] = []
    if birth_days is not None and not _is_day_of(digits, birth_days):
        flags.append("NIK_BEDA_TGL")
    if (sex == "P" and digits[6] < "4") or (sex == "L" and digits[6] > "3"):
        flags.append("NIK_BEDA_JK")
    if flags and digits[-1] == "0":
        refuse(
            "NIK_RUSAK_EXCEL",
            f"NIK {mask_nik(digits)} berakhiran 0 dan tidak cocok dengan tanggal lahir "
            "atau jenis kelamin yang tercatat, tanda angkanya dibulatkan Excel. Ketik "
            "ulang NIK dari KTP-el atau kartu keluarga sebagai teks.",
            field,
        )
    return tuple(flags)


def _agrees(digits: str, birth_days: int | None, sex: str | None) -> bool:
    """Quick for the usual person; False says only that it needs a closer look."""
    try:
        born = date.fromordinal(birth_days + _EPOCH)  # type: ignore[operator]  # caught
    except (TypeError, ValueError, OverflowError):
        return False
    wanted = born.day * 10_000 + born.month * 100 + born.year % 100
    if sex == "P":
        wanted += _WOMAN
    return int(digits[6:12]) == wanted and sex is not None


def _is_day_of(digits: str, birth_days: int) -> bool:
    """Whether the number's day, month and year of two digits are those of a date."""
    try:
        born = date.fromordinal(birth_days + _EPOCH)
    except (ValueError, OverflowError):
        return False
    wanted = born.day * 10_000 + born.month * 100 + born.year % 100
    return int(digits[6:12]) - wanted in _MAN_OR_WOMAN


def _refuse_structure(digits: str, field: str | None) -> NoReturn:
    if digits[0] == "0":
        fault = "berawalan 0 tetapi bukan NIK sementara (0 + kode desa + 5 angka)"
    elif not _has_region(digits):
        fault = "6 angka pertamanya bukan kode wilayah"
    elif not _has_date(digits):
        fault = "angka ke-7 sampai ke-12 bukan tanggal lahir"
    else:
        fault = "4 angka terakhirnya 0000"
    refuse(
        "NIK_TIDAK_SAH",
        f"NIK {mask_nik(digits)} tidak sah: {fault}. Cocokkan dengan KTP-el atau "
        "kartu keluarga lalu perbaiki di aplikasi asal.",
        field,
    )


def is_temporary(digits: str) -> bool:
    """True for a village-made number: usable inside that village only (Q1)."""
    return digits.startswith("0")


def sex_of(digits: str) -> str | None:
    """`L` or `P` as the NIK says (day + 40 is female); None for a temporary NIK."""
    if not _is_nik(digits):
        return None
    return "P" if int(digits[6:8]) > _FEMALE else "L"


def birth_candidates(digits: str) -> tuple[int, ...]:
    """The dates a NIK can mean, in days since 1970-01-01: of 19YY and of 20YY."""
    if not _is_nik(digits):
        return ()
    day, month, year = int(digits[6:8]) % _FEMALE, int(digits[8:10]), int(digits[10:12])
    found = []
    for century in (1900, 2000):
        try:
            found.append(date(century + year, month, day).toordinal() - _EPOCH)
        except ValueError:
            continue
    return tuple(found)


def birth_of(digits: str, on_days: int) -> int | None:
    """The birth date in the NIK that gives an age of 0-110 years on a day.

    Args:
        digits: a valid NIK.
        on_days: the day to judge the age on, in days since 1970-01-01.

    Returns:
        Days since 1970-01-01; None when both centuries or neither would do: then
        the source's own birth date decides (§4.1).
    """
    fitting = [d for d in birth_candidates(digits) if _age_fits(d, on_days)]
    return fitting[0] if len(fitting) == 1 else None


def _age_fits(birth_days: int, on_days: int) -> bool:
    return 0 <= on_days - birth_days < (_MAX_AGE_YEARS + 1) * 365.2425
