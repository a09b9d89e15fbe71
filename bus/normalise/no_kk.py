"""No KK, the 16-digit family card number. Rules: domain.md §4.1, Q1-Q4."""

import re

from bus.normalise.digits import Kind, read_digits
from bus.normalise.mask import mask_nik
from bus.normalise.provinces import PATTERN, PROVINCES
from bus.normalise.result import CLEAN, Result, refuse

KIND = Kind("Nomor KK", "NO_KK", "kartu keluarga")

_is_usual = re.compile(
    rf"{PATTERN}\d{{4}}(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d(?!0000)\d{{4}}",
    re.ASCII,
).fullmatch


def no_kk(
    value: object, *, dari_desimal: bool = False, field: str | None = None
) -> Result[str]:
    """A family card number as 16 digits of text.

    Cleaned like a NIK (NO_KK_DIRAPIKAN, NO_KK_KOSONG). Region of issue, date of
    recording (no +40) and serial: only a wrong province is an error; an odd date or
    serial is NO_KK_JANGGAL. A leading 0 is a village's temporary card, NO_KK_SEMENTARA.
    The number changes with the family: never a permanent key (§4.1).

    Args:
        value: the raw cell.
        dari_desimal: the column was DECIMAL, so 15 digits of text miss a zero (Q1).
        field: source field for the error.

    Raises:
        RowError: NO_KK_RUSAK, NO_KK_RUSAK_EXCEL, NO_KK_BUKAN_ANGKA, NO_KK_PANJANG,
            NO_KK_TIDAK_SAH.
    """
    if value.__class__ is str and _is_usual(value):
        return value, CLEAN
    digits, flags = read_digits(value, KIND, field, from_decimal=dari_desimal)
    if digits is None:
        return None, flags
    temporary = digits[0] == "0"
    if (digits[1:3] if temporary else digits[:2]) not in PROVINCES:
        refuse(
            "NO_KK_TIDAK_SAH",
            f"Nomor KK {mask_nik(digits)} tidak sah: 2 angka pertamanya bukan kode "
            "provinsi. Cocokkan dengan kartu keluarga lalu perbaiki di aplikasi asal.",
            field,
        )
    if temporary:
        return digits, (*flags, "NO_KK_SEMENTARA")
    if not _is_usual(digits):
        return digits, (*flags, "NO_KK_JANGGAL")
    return digits, flags
