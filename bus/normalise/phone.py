"""Telephone numbers in E.164. Rule: domain.md §4.1."""

import re
from functools import lru_cache

from bus.normalise.mask import shape
from bus.normalise.result import CLEAN, Flags, Result, is_blank, refuse, text_of

_SEVERAL = re.compile(r"[/;,|]|\s+(?:atau|dan)\s+", re.IGNORECASE)
_JUNK = re.compile(r"[\s.\-()'_\u00a0\u200b-\u200f\u202a-\u202e\ufeff]+")
_MOBILE = re.compile(r"8\d{8,11}", re.ASCII)
_LANDLINE = re.compile(r"[2-79]\d{7,10}", re.ASCII)
_PREFIX = re.compile(r"(?:\+|00)?62(?=[2-9]|0)0?|0", re.ASCII)


def telepon(value: object, *, field: str | None = None) -> Result[str]:
    """An Indonesian telephone number as `+628…` or, landline, `+62285…`.

    Reads `08…`, `+62 8…`, `62…`, and `8…` from a numeric column. Of several numbers
    the first counts, flagged TELEPON_GANDA. Nothing written gives None.

    Args:
        value: the raw cell.
        field: source field for the error.

    Raises:
        RowError: TELEPON_TIDAK_SAH: shorter than 10 digits, too long, or no number.
    """
    return _read(text_of(value), field)


@lru_cache(maxsize=1024)
def _read(text: str, field: str | None) -> Result[str]:
    if is_blank(text):
        return None, CLEAN
    parts = [part for part in _SEVERAL.split(text) if part.strip()]
    flags: Flags = ("TELEPON_GANDA",) if len(parts) > 1 else CLEAN
    digits = _JUNK.sub("", parts[0] if parts else "")
    national = _PREFIX.sub("", digits, count=1) if _PREFIX.match(digits) else digits
    prefixed = national != digits
    landline = prefixed and _LANDLINE.fullmatch(national)
    if not landline and not _MOBILE.fullmatch(national):
        refuse(
            "TELEPON_TIDAK_SAH",
            f"Nomor telepon berbentuk `{shape(text)}` tidak sah. Tulis misalnya "
            "081234567890 atau 0285391234 di aplikasi asal.",
            field,
        )
    return f"+62{national}", flags
