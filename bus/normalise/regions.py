"""Region codes in the dotted form of the law, `33.25.01.2001`. Rules: Q15, §4.2."""

import re
from functools import lru_cache
from typing import NoReturn

from bus.normalise.provinces import PROVINCES
from bus.normalise.result import CLEAN, Flags, Result, is_blank, refuse, text_of

_JUNK = re.compile(r"[\s.\-/_'\u00a0\u200b\ufeff]+")
_WIDTHS = (2, 4, 6, 10)
_FULL, _VILLAGE_DIGITS = 10, 4
_KINDS = "123"  # kelurahan, desa, desa adat


def wilayah(
    value: object,
    *,
    induk: str | None = None,
    jenis_desa: str = "2",
    field: str | None = None,
) -> Result[str]:
    """A region code of any level as dotted Kemendagri code.

    A full code (2, 4, 6 or 10 digits, dotted or not) stands for itself. With `induk`
    the value may be relative: `1` under `33.25` is `33.25.01`, and under a kecamatan
    `2001` is the village `…2001`; a village of one or two digits has lost its kind and
    is completed with `jenis_desa`, flagged KODE_DESA_DILENGKAPI. Nothing written gives
    None. BPS codes are other codes and are refused where they can be told apart.

    Args:
        value: the raw cell.
        induk: code of the region above, dotted or not, for relative codes.
        jenis_desa: `1` kelurahan, `2` desa, `3` desa adat.
        field: source field for the error.

    Raises:
        RowError: KODE_WILAYAH_TIDAK_SAH.
    """
    text = value if isinstance(value, str) else text_of(value)
    return _read(text, induk, jenis_desa, field)


def wilayah_dari(*parts: object, jenis_desa: str = "2") -> Result[str]:
    """The code out of province, kabupaten, kecamatan and village columns (Q15, SIAK).

    Raises:
        RowError: KODE_WILAYAH_TIDAK_SAH.
    """
    code: str | None = None
    flags: Flags = CLEAN
    for part in parts:
        code, flags = wilayah(part, induk=code, jenis_desa=jenis_desa)
        if code is None:
            return None, flags
    return code, flags


@lru_cache(maxsize=8192)
def _read(
    raw: str, induk: str | None, jenis_desa: str, field: str | None
) -> Result[str]:
    text = raw.strip()
    if is_blank(text):
        return None, CLEAN
    digits = _JUNK.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        _refuse("berisi selain angka", field)
    flags: Flags = CLEAN
    above = _JUNK.sub("", induk) if induk else ""
    if above and len(digits) <= _VILLAGE_DIGITS and "." not in text:
        digits, flags = _under(above, digits, jenis_desa, field)
    return _checked(digits, field), flags


def _under(
    above: str, digits: str, jenis_desa: str, field: str | None
) -> tuple[str, Flags]:
    if len(above) < _WIDTHS[2]:
        if len(digits) > _WIDTHS[0]:
            _refuse("lebih dari 2 angka untuk tingkat itu", field)
        return above + digits.zfill(2), CLEAN
    if len(digits) == _VILLAGE_DIGITS:
        return above + digits, CLEAN
    return above + jenis_desa + digits.zfill(3), ("KODE_DESA_DILENGKAPI",)


def _checked(digits: str, field: str | None) -> str:
    if len(digits) not in _WIDTHS:
        _refuse(f"{len(digits)} angka; yang benar 2, 4, 6 atau 10", field)
    if digits[:2] not in PROVINCES:
        _refuse("2 angka pertamanya bukan kode provinsi", field)
    if len(digits) == _FULL and digits[6] not in _KINDS:
        _refuse("angka ke-7 harus 1, 2 atau 3; mungkin ini kode BPS", field)
    return ".".join(
        part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part
    )


def _refuse(fault: str, field: str | None) -> NoReturn:
    refuse(
        "KODE_WILAYAH_TIDAK_SAH",
        f"Kode wilayah tidak sah: {fault}. Tulis kode Kemendagri, misalnya "
        "33.25.01.2001, di aplikasi asal.",
        field,
    )
