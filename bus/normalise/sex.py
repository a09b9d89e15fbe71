"""Sex as `L` or `P`. Codes of SIAK, OpenSID and free text: domain.md §2.2."""

from bus.normalise.result import CLEAN, Result, is_blank, text_of

_WORDS = {
    **dict.fromkeys(["1", "L", "LK", "LAKI", "LAKILAKI", "PRIA", "COWOK"], "L"),
    **dict.fromkeys(["MALE", "M", "LELAKI", "LAKI2"], "L"),
    **dict.fromkeys(["2", "P", "PR", "PEREMPUAN", "WANITA", "W", "FEMALE", "F"], "P"),
    **dict.fromkeys(["PRP", "PEREMPUAN2"], "P"),
}
_FLAG = ("JK_TIDAK_DIKENAL",)
_MARKS = str.maketrans("", "", " .-/\u2010\u2011\u2013")


def jenis_kelamin(
    value: object,
    *,
    field: str | None = None,
) -> Result[str]:
    """`L` (male) or `P` (female) from 1/2, L/P and the usual words.

    Nothing written gives None; another word gives None and JK_TIDAK_DIKENAL. Never
    rejects.

    Args:
        value: the raw cell.
        field: unused; all normalisers take it.
    """
    if value == "L" or value == "P":  # noqa: PLR1714 - the two hot cases
        return value, CLEAN
    text = text_of(value).upper()
    found = _WORDS.get(text) or _WORDS.get(text.translate(_MARKS))
    if found:
        return found, CLEAN
    return None, CLEAN if is_blank(text) else _FLAG
