"""Budget codes: accounts, sub-activities, offices. Rules: domain.md §4.3."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bus.normalise.mask import mask_number
from bus.normalise.result import CLEAN, Result, is_blank, refuse, text_of

_ACCOUNT = (1, 1, 2, 2, 2, 4)
_SUB_ACTIVITY = (1, 2, 2, 1, 2, 4)
_OFFICE = (1, 2, 1, 2, 1, 2, 2, 4)
_SPLIT = re.compile(r"[.\s\-_/]+")
_PART = re.compile(r"\d{1,4}|X{1,2}", re.ASCII)
_OWN_FIELD = re.compile(r"X\.XX\.")
_FIELD = re.compile(r"\d\.\d\d", re.ASCII)
_OLD_TAIL = 2


def akun(value: object, *, tingkat: int = 6, field: str | None = None) -> Result[str]:
    """An account code as `5.3.01.01.01.0001`, dotted, undotted or as a list of parts.

    Args:
        value: the raw cell, or the parts of several columns (SIMDA `kd_rek_1..5`).
        tingkat: fewest levels accepted; 6 is a leaf, the only kind on budget lines.
        field: source field for the error.

    Raises:
        RowError: AKUN_TIDAK_SAH.
    """
    text = _joined(value)
    if is_blank(text):
        return None, CLEAN
    code = _dotted(text, _ACCOUNT)
    if code is None or code[0] not in "12345678" or code.count(".") + 1 < tingkat:
        refuse(
            "AKUN_TIDAK_SAH",
            f"Kode akun `{mask_number(text)}` tidak sah. Tulis {tingkat} tingkat, "
            "misalnya 5.3.01.01.01.0001, di aplikasi asal.",
            field,
        )
    return code, CLEAN


def sub_kegiatan(
    value: object, *, bidang: str | None = None, field: str | None = None
) -> Result[str]:
    """A sub-activity code with a tail of four digits, `1.06.05.2.02.0003`.

    A tail of two digits is the 2020 set: completed and flagged SUB_KEGIATAN_2020.
    `X.XX` programmes are given the office's own field, else flagged SUB_KEGIATAN_X.

    Args:
        value: the raw cell, dotted or undotted.
        bidang: own field of the office, `1.06`, that replaces `X.XX`.
        field: source field for the error.

    Raises:
        RowError: SUB_KEGIATAN_TIDAK_SAH.
    """
    text = _joined(value)
    if is_blank(text):
        return None, CLEAN
    code = _dotted(text, _SUB_ACTIVITY)
    if code is None or code.count(".") + 1 != len(_SUB_ACTIVITY):
        refuse(
            "SUB_KEGIATAN_TIDAK_SAH",
            f"Kode sub-kegiatan `{mask_number(text)}` tidak sah. Tulis misalnya "
            "1.06.05.2.02.0003 di aplikasi asal.",
            field,
        )
    flags = ("SUB_KEGIATAN_2020",) if _has_old_tail(text) else CLEAN
    if _OWN_FIELD.match(code):
        if bidang and _FIELD.fullmatch(bidang):
            return f"{bidang}.{code[5:]}", flags
        flags = (*flags, "SUB_KEGIATAN_X")
    return code, flags


def skpd(value: object, *, field: str | None = None) -> Result[str]:
    """An office code as `5.02.0.00.0.00.01.0000` (three fields and a serial).

    Args:
        value: the raw cell, dotted or undotted.
        field: source field for the error.

    Raises:
        RowError: SKPD_TIDAK_SAH.
    """
    text = _joined(value)
    if is_blank(text):
        return None, CLEAN
    code = _dotted(text, _OFFICE)
    if code is None or code.count(".") + 1 != len(_OFFICE):
        refuse(
            "SKPD_TIDAK_SAH",
            f"Kode SKPD `{mask_number(text)}` tidak sah. Tulis misalnya "
            "5.02.0.00.0.00.01.0000 di aplikasi asal.",
            field,
        )
    return code, CLEAN


def _joined(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ".".join(text_of(part) for part in value)
    return text_of(value).strip("'\u2019. ")


def _has_old_tail(text: str) -> bool:
    parts = _SPLIT.split(text)
    if len(parts) == 1:
        return len(text) < sum(_SUB_ACTIVITY)
    return len(parts[-1]) <= _OLD_TAIL


@lru_cache(maxsize=8192)
def _dotted(text: str, widths: tuple[int, ...]) -> str | None:
    """The parts padded to their widths, or None when the code is no such code."""
    parts = _SPLIT.split(text.upper())
    if len(parts) == 1 and len(text) > 1:
        parts = _cut(parts[0], widths)
    if len(parts) > len(widths):
        return None
    padded = []
    for part, width in zip(parts, widths, strict=False):
        if not _PART.fullmatch(part) or len(part) > width:
            return None
        padded.append(part.rjust(width, "X" if part[0] == "X" else "0"))
    return ".".join(padded)


def _cut(digits: str, widths: tuple[int, ...]) -> list[str]:
    """An undotted code cut by its widths; only the last part may be shorter."""
    parts, start = [], 0
    for width in widths:
        if start >= len(digits):
            break
        parts.append(digits[start : start + width])
        start += width
    if start < len(digits):
        parts.append(digits[start:])
    return parts
