"""A row with nobody in it, shaped like the sample: for the file's first test row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bus.connect.survey import DATE, NUMBER, TIME
from bus.errors import RowError
from bus.normalise import NORMALISERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.connect.proposal.nature import Nature

_BIRTH, _DAY, _MOMENT = "1958-01-05", "2026-03-02", "2026-03-02 23:40:11"
_TAILS = {"nik": "014501589001", "no_kk": "011204069001"}


def made_up_row(
    natures: Sequence[Nature], columns: Sequence[str], region: str
) -> dict[str, Any]:
    """A cell for each column: codes as in the sample, everything personal invented.

    Args:
        natures: guesses about the columns.
        columns: those wanted.
        region: the tenant's dotted code, for numbers of persons.
    """
    known = {nature.name: nature for nature in natures}
    return {name: _cell(known[name], region) for name in columns if name in known}


def _cell(nature: Nature, region: str) -> Any:
    digits = region.replace(".", "")
    if nature.kind in _TAILS:
        return digits + _TAILS[nature.kind]
    if nature.kind == "tanggal":
        return _BIRTH if "lahir" in nature.words else _DAY
    if nature.kind == "jenis_kelamin":
        return _female(nature)
    invented = {
        "waktu": _MOMENT,
        "nama": "CONTOH SUMINAH",
        "telepon": "081234567890",
        "wilayah": f"{digits}012001",
        "uang": "1000000",
        "hapus": None,
        "kosong": None,
    }
    dated = nature.column.family in {DATE, TIME}  # when a row was deleted: this is not
    if nature.kind in invented and (nature.kind != "hapus" or dated):
        return invented[nature.kind]
    if nature.example is not None:
        return nature.example
    return 1 if nature.column.family == NUMBER else "contoh"


def _female(nature: Nature) -> Any:
    """`P` as this column writes it, since the made-up NIK is a woman's."""
    for word in ("P", "2", "PEREMPUAN"):
        try:
            seen = nature.example is not None and nature.example.isdigit()
            fits = word.isdigit() == seen
            if fits and NORMALISERS["jenis_kelamin"](word)[0] == "P":
                return word
        except RowError:
            continue
    return "P"
