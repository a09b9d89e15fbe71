"""Codes explained by a table of the source's configuration. Rule: domain.md Q17."""

from collections.abc import Mapping

from bus.normalise.mask import mask_code
from bus.normalise.result import CLEAN, Result, is_blank, refuse, text_of

_LISTED = 20


class CodeTable:
    """A source's codes and what they mean; reads `1`, `01`, 1 and 1.0 as one code.

    Args:
        entries: source code to contract value.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._exact = {str(code): str(meaning) for code, meaning in entries.items()}
        self._folded: dict[str, str] = {}
        for code, meaning in self._exact.items():
            self._folded.setdefault(_folded(code), meaning)

    def meaning(self, text: str) -> str | None:
        """The meaning of a code whatever its case, spacing and leading zeros."""
        return self._exact.get(text) or self._folded.get(_folded(text))

    @property
    def valid(self) -> str:
        """The codes for a message, at most 20 of them."""
        codes = list(self._exact)
        more = f" dan {len(codes) - _LISTED} lainnya" if len(codes) > _LISTED else ""
        return ", ".join(codes[:_LISTED]) + more


def _folded(code: str) -> str:
    text = " ".join(code.upper().split())
    return (text.lstrip("0") or "0") if text.isdigit() else text


def kode(
    value: object,
    *,
    tabel: Mapping[str, str] | CodeTable,
    kosong: str | None = None,
    lainnya: str | None = None,
    field: str | None = None,
) -> Result[str]:
    """The contract value behind a source's code.

    Args:
        value: the raw cell: text or number; case, spaces and leading zeros do not
            matter.
        tabel: source code to contract value; pass a `CodeTable` on hot paths.
        kosong: what nothing written means; default None.
        lainnya: what an unknown code means, flagged KODE_TIDAK_DIKENAL; without it
            an unknown code rejects the row.
        field: source field for the error.

    Raises:
        RowError: KODE_TIDAK_DIKENAL, listing the valid codes.
    """
    text = value if isinstance(value, str) else text_of(value)
    if isinstance(tabel, CodeTable):
        table = tabel
    elif text in tabel:
        return tabel[text], CLEAN
    else:
        table = CodeTable(tabel)
    found = table.meaning(text)
    if found is not None:
        return found, CLEAN
    if is_blank(text.strip()):
        return kosong, CLEAN
    if lainnya is None:
        refuse(
            "KODE_TIDAK_DIKENAL",
            f"Kode `{mask_code(text)}` tidak dikenal. Yang berlaku: {table.valid}. "
            "Perbaiki di aplikasi asal, atau minta operator menambah kode itu.",
            field,
        )
    return lainnya, ("KODE_TIDAK_DIKENAL",)
