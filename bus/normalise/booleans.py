"""Yes or no in the spellings of legacy apps. Rule: domain.md Q8."""

from collections.abc import Mapping

from bus.normalise.result import CLEAN, Result, is_blank, text_of

YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(["Y", "YA", "YES", "TRUE", "1", "BENAR", "AKTIF", "ADA"], True),
    **dict.fromkeys(["T", "TIDAK", "N", "NO", "FALSE", "F", "0", "TDK"], False),
    **dict.fromkeys(["TIDAK AKTIF", "NONAKTIF", "SALAH"], False),
}

_UNKNOWN = ("YA_TIDAK_TIDAK_DIKENAL",)
_BITS = {b"\x01": True, b"\x00": False}


def ya_tidak(
    value: object,
    *,
    tabel: Mapping[str, bool] | None = None,
    field: str | None = None,
) -> Result[bool]:
    """A boolean; unknown words give None and YA_TIDAK_TIDAK_DIKENAL, never a guess.

    `T` is *tidak* (no), also in lower case: drivers give PostgreSQL's `t` as True.

    Args:
        value: the raw cell; BIT(1) bytes too. Nothing written gives None.
        tabel: upper-case words of this source instead of `YES_NO`, for instance
            `{"REKAP": false, "PROSES": false, "CAIR": true}`.
        field: unused; all normalisers take it.
    """
    if isinstance(value, bool):
        return value, CLEAN
    if isinstance(value, bytes) and value in _BITS:
        return _BITS[value], CLEAN
    word = text_of(value).upper()
    found = (YES_NO if tabel is None else tabel).get(word)
    if found is not None:
        return found, CLEAN
    return None, CLEAN if is_blank(word) else _UNKNOWN
