"""Free text: mojibake, HTML, control characters and spaces. Rule: domain.md Q9."""

import html
import re

from bus.normalise.names import is_plain, printable
from bus.normalise.result import (
    CLEAN,
    LONGEST_BLANK,
    Flags,
    Result,
    is_blank,
    text_of,
)

_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_BLOCK_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/td)\b[^<>]*>", re.IGNORECASE)
# UTF-8 bytes read as latin1 or cp1252 start with one of these pairs.
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152-\u0178\u2013-\u203a\u20ac\u2122]|\u00e2[\u0080\u20ac]"
)
_SUSPECT = re.compile(r"[<&\u00c2\u00c3\u00e2]")
_MAX_ROUNDS = 8


def teks(
    value: object,
    *,
    maks: int | None = None,
    field: str | None = None,
) -> Result[str]:
    """Free text on one line, without tags and with repaired characters.

    UTF-8 that was read as latin1 is read again (TEKS_DIPERBAIKI), HTML tags and
    entities are resolved (TAG_DIBUANG). Nothing written gives None. Never rejects.

    Args:
        value: the raw cell; bytes are UTF-8 or latin1.
        maks: cut to this many characters, flagged TEKS_DIPOTONG.
        field: unused; all normalisers take it.
    """
    flags: Flags = CLEAN
    if isinstance(value, str) and is_plain(value) and not _has_html(value):
        if maks is None and len(value) > LONGEST_BLANK:
            return value, flags
        text = value
    else:
        text = printable(text_of(value))
        if _SUSPECT.search(text):
            text, flags = _restored(text)
    if maks is not None and len(text) > maks:
        text, flags = text[:maks].rstrip(), (*flags, "TEKS_DIPOTONG")
    return (None, flags) if is_blank(text) else (text, flags)


def _has_html(text: str) -> bool:
    return "<" in text or "&" in text


def _restored(text: str) -> tuple[str, Flags]:
    repaired = stripped = False
    for _ in range(_MAX_ROUNDS):
        before = text
        text = printable(_repair(text))
        repaired = repaired or text != before
        bare = printable(_without_html(text))
        stripped = stripped or bare != text
        text = bare
        if text == before:
            break
    flags = ("TEKS_DIPERBAIKI",) if repaired else CLEAN
    return text, (*flags, "TAG_DIBUANG") if stripped else flags


def _repair(text: str) -> str:
    if not _MOJIBAKE.search(text):
        return text
    for wrong in ("cp1252", "latin-1"):
        try:
            return text.encode(wrong).decode()
        except UnicodeError:
            continue
    return text


def _without_html(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return html.unescape(text) if "&" in text else text
