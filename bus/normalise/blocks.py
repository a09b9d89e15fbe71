"""RT and RW, the neighbourhood numbers. Rules: domain.md Q14, §4.1."""

import re
from functools import lru_cache
from typing import Literal

from bus.normalise.result import CLEAN, Result, is_blank, text_of

_NUMBERS = re.compile(r"\d+", re.ASCII)
_ROMAN = re.compile(r"(?:X{0,3})(?:IX|IV|V?I{0,3})")
_LETTERS = re.compile(r"[A-Z]+")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_LIMIT = 999
_UNKNOWN: Result[str] = (None, ("RT_RW_TIDAK_DIKENAL",))


def rt_rw(
    value: object,
    *,
    bagian: Literal["rt", "rw"] | None = None,
    field: str | None = None,
) -> Result[str]:
    """RT or RW as three digits: `4`, `RT.04`, `RW V` give `004`, `004`, `005`.

    `0`, `-` and nothing give None. What cannot be read gives None and
    RT_RW_TIDAK_DIKENAL: an odd RT must not stop a death report.

    Args:
        value: the raw cell.
        bagian: which of two numbers in one cell (`RT 04/RW 02`, `004/002`) is meant.
        field: unused; all normalisers take it.
    """
    return _read(text_of(value), bagian)


@lru_cache(maxsize=4096)
def _read(text: str, bagian: str | None) -> Result[str]:
    if is_blank(text):
        return None, CLEAN
    numbers = _found(text.upper())
    if not numbers or len(numbers) > 2 or (len(numbers) == 2 and not bagian):  # noqa: PLR2004
        return _UNKNOWN
    number = numbers[-1] if bagian == "rw" else numbers[0]
    if number > _LIMIT:
        return _UNKNOWN
    return (f"{number:03d}", CLEAN) if number else (None, CLEAN)


def _found(text: str) -> list[int]:
    digits = _NUMBERS.findall(text)
    if digits:
        return [min(int(run[:6]), _LIMIT + 1) for run in digits]
    words = [word for word in _LETTERS.findall(text) if word not in {"RT", "RW"}]
    if not words or not all(_ROMAN.fullmatch(word) for word in words):
        return []
    return [_roman(word) for word in words]


def _roman(word: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in word]
    following = [*values[1:], 0]
    return sum(
        -v if v < after else v for v, after in zip(values, following, strict=True)
    )
