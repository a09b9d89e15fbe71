"""Free text without the numbers and addresses of persons. Rule: domain.md §3.3 F5."""

import re

from bus.normalise.result import Result
from bus.normalise.text import teks

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_GAP = r"[\s.\-]{0,2}"
_LONG = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{12,19}}(?!\d)", re.ASCII)
_PHONE = re.compile(
    rf"(?<!\d)(?:\+?62|0){_GAP}[2-9](?:{_GAP}\d){{7,11}}(?!\d)", re.ASCII
)
# With `+62` it is a phone, however long; without, 13 digits are a person's number.
_ABROAD = re.compile(rf"\+62{_GAP}[2-9](?:{_GAP}\d){{7,11}}(?!\d)", re.ASCII)
_MARKS = (
    (_MAIL, "[surel]"),
    (_ABROAD, "[telepon]"),
    (_LONG, "[nomor]"),
    (_PHONE, "[telepon]"),
)


def teks_samar(
    value: object, *, maks: int | None = None, field: str | None = None
) -> Result[str]:
    """Free text as `teks` reads it, person numbers, phones and e-mails replaced.

    Numbers of 13 to 20 digits become `[nomor]`, telephone numbers `[telepon]`, mail
    addresses `[surel]`; flagged TEKS_DISAMARKAN. Names are not recognised.

    Args:
        value: the raw cell.
        maks: cut to this many characters, flagged TEKS_DIPOTONG.
        field: unused; all normalisers take it.
    """
    text, flags = teks(value, maks=maks, field=field)
    if text is None:
        return None, flags
    clean = text
    for pattern, mark in _MARKS:
        clean = pattern.sub(mark, clean)
    return clean, flags if clean == text else (*flags, "TEKS_DISAMARKAN")
