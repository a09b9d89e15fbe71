"""Code tables guessed from the codes of a sample and the words of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHORTEST = 3
_SHDK: Mapping[str, int] = {
    "KEPALA KELUARGA": 1,
    "SUAMI": 2,
    "ISTRI": 3,
    "ANAK": 4,
    "MENANTU": 5,
    "CUCU": 6,
    "ORANG TUA": 7,
    "ORANGTUA": 7,
    "MERTUA": 8,
    "FAMILI LAIN": 9,
    "FAMILI": 9,
    "PEMBANTU": 10,
    "LAINNYA": 11,
}
_KNOWN: Mapping[str, Mapping[str, Any]] = {
    "shdk": _SHDK,
    "status_dasar": {
        "1": "HIDUP",
        "2": "MATI",
        "3": "PINDAH",
        "4": "HILANG",
        "6": "PINDAH",
        "9": "TIDAK_VALID",
        "MENINGGAL": "MATI",
        "0": "HIDUP",
    },
    "klasifikasi": {"1": "DESA", "2": "KECAMATAN", "3": "KABKOTA", "4": "PROVINSI"},
}
"""Codes that many apps share, by field (`domain.md` §2.2 b, c)."""


def guessed(
    field: str, codes: Sequence[str], symbols: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """A table for the codes of a column, and the codes nobody can guess.

    Args:
        field: name of the target field.
        codes: distinct values of the sample.
        symbols: what the contract allows; empty if it is no choice.
    """
    known, open_ = _KNOWN.get(field, {}), []
    numbers = {code: found for code, found in known.items() if code.isdigit()}
    table: dict[str, Any] = {}
    if any(code.strip() in numbers for code in codes):
        table.update(numbers)  # the others may come another day
    for code in codes:
        found = known.get(code.strip().upper(), _alike(code, symbols))
        if found is None or (symbols and found not in symbols):
            open_.append(code)
        else:
            table[code] = found
    return table, open_


def _alike(code: str, symbols: Sequence[str]) -> str | None:
    text = code.strip().upper().replace(" ", "_").replace("-", "_")
    if text in symbols:
        return text
    if len(text) < _SHORTEST:
        return None
    near = [s for s in symbols if s.startswith(text) or text.startswith(s)]
    return near[0] if len(near) == 1 else None
