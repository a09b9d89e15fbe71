"""Masks for what may be seen by people who must not see the person.

They live below `bus.privacy` because the messages of the normalisers need them;
other packages import them from `bus.privacy.mask`.
"""

import re

from bus.normalise.result import text_of

_VISIBLE_HEAD, _VISIBLE_TAIL, _MIN_HIDDEN = 2, 4, 6

_INVISIBLE = "\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff"
_GAP = rf"(?:[\s{_INVISIBLE}]{{0,3}}[.\-_/'\u2019\u2013]?[\s{_INVISIBLE}]{{0,3}}|,)"
_LONG_NUMBER = re.compile(rf"\d(?:{_GAP}\d){{12,}}")
# `5.02.0.00.0.00.01.0000`: 15 digits, but an office, not a person.
_OFFICE_CODE = re.compile(r"\d\.\d\d\.\d\.\d\d\.\d\.\d\d\.\d\d\.\d{4}", re.ASCII)

_MAX_SHAPE = 32
_NUMBER = re.compile(r"(?:Rp|IDR)?[\d\s.,()+\-eE]{1,32}", re.ASCII)
_SHOWN_CODE = re.compile(r"[A-Za-z0-9_/.+\-]{1,4}", re.ASCII)


def mask_nik(value: object) -> str:
    """A NIK or No KK with its middle hidden: `33**********0001`.

    Works for digits of any number and notation; what is shorter than 12 digits is
    hidden completely. At least 6 digits are always hidden.
    """
    digits = "".join(c for c in text_of(value) if c.isdigit())
    hidden = len(digits) - _VISIBLE_HEAD - _VISIBLE_TAIL
    if hidden < _MIN_HIDDEN:
        return "*" * len(digits) or "*"
    return digits[:_VISIBLE_HEAD] + "*" * hidden + digits[-_VISIBLE_TAIL:]


def mask_name(name: object) -> str:
    """A person's name as initials: `SITI AMINAH` gives `S. A.`."""
    initials = []
    for word in text_of(name).split():
        letter = next((c for c in word if c.isalpha()), "")
        if letter:
            initials.append(f"{letter[0].upper()[0]}.")
    return " ".join(initials) or "*"


def mask_text(text: str) -> str:
    """Free text with every run of 13 or more digits masked, separators or not.

    Covers NIK and No KK (16), NIP and NOP (18), a NIK that lost digits (13-15) and
    several in a row. Dotted office codes (kode SKPD) stay.
    """
    return _LONG_NUMBER.sub(_masked_run, text)


def _masked_run(found: re.Match[str]) -> str:
    run = found.group()
    return run if _OFFICE_CODE.fullmatch(run) else mask_nik(run)


def shape(value: object) -> str:
    """The form of a value without its content: digits as 9, letters as x.

    For messages about cells that may hold anything: `Rp 1.000,0x`→`xx 9.999,9x`.
    """
    text = text_of(value)
    drawn = "".join(_drawn(c) for c in text[:_MAX_SHAPE])
    return drawn + ("…" if len(text) > _MAX_SHAPE else "")


def _drawn(char: str) -> str:
    if char.isdigit():
        return "9"
    if char.isalpha():
        return "x"
    return char if char.isprintable() else "?"


def mask_number(value: object) -> str:
    """An amount or count as written, so that a clerk can find it; else its shape.

    A run of 13 or more digits may be a NIK in the wrong column and is masked.
    """
    text = text_of(value)
    return mask_text(text) if _NUMBER.fullmatch(text) else shape(text)


def mask_code(value: object) -> str:
    """A code as it is when it is short (at most 4 characters), else its shape.

    A column that slipped may hold a name where a code was expected.
    """
    text = text_of(value)
    return text if _SHOWN_CODE.fullmatch(text) else shape(text)
