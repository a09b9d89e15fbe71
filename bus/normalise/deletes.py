"""Soft deletes of legacy apps as one boolean. Rule: domain.md Q10."""

from bus.errors import RowError
from bus.normalise.booleans import YES_NO
from bus.normalise.dates import tanggal
from bus.normalise.result import CLEAN, Result, is_blank, text_of

_UNKNOWN: Result[bool] = (False, ("HAPUS_TIDAK_DIKENAL",))


def hapus(
    value: object,
    *,
    aktif: bool = False,
    field: str | None = None,
) -> Result[bool]:
    """Whether the row is deleted, so that a DIBATALKAN event is due.

    Reads flags (`Y`, 1), ids of the deleting user (`is_deluser`), and `deleted_at`
    (any date; NULL and zero dates mean not deleted). What is not understood gives
    False and HAPUS_TIDAK_DIKENAL: nothing is cancelled on a guess.

    Args:
        value: the raw cell.
        aktif: the column says *active*, so its yes means not deleted.
        field: unused; all normalisers take it.
    """
    said = _says_yes(value)
    if said is None:
        return (False, CLEAN) if is_blank(text_of(value)) else _UNKNOWN
    return said is not aktif, CLEAN


def _says_yes(value: object) -> bool | None:
    """None when nothing is written or it is not understood."""
    if isinstance(value, bytes) and len(value) == 1 and value[0] <= 1:
        return value == b"\x01"
    word = text_of(value).upper()
    found = YES_NO.get(word)
    if found is not None or is_blank(word):
        return found
    if word.isascii() and word.isdigit():
        return word.strip("0") != ""
    try:
        return tanggal(value)[0] is not None
    except RowError:
        return None
