"""What generated code calls: short, pure, and named as it reads in the printed text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bus.errors import RowError
from bus.normalise.mask import mask_code, shape
from bus.normalise.result import is_blank, text_of

Found = tuple[Any, tuple[str, ...]]
RuleFunction = Callable[..., Found]
FieldPlace = tuple[str, str]
"""Target path and the source columns it comes from, for messages."""

EMPTY = "WAJIB_KOSONG"
UNREAD = "TIDAK_DIKENALI"
UNKNOWN_CODE = "KODE_TIDAK_DIKENAL"
_ZERO_DATE = re.compile(r"0{1,4}([-/.])0{1,2}(?:\1)0{1,4}([ T][0:.]+)?")


def located(error: RowError, place: FieldPlace) -> RowError:
    """The error with the column it is about, in words a clerk finds again."""
    target, columns = place
    if not columns:
        return RowError(error.code, error.message, error.field or target)
    return RowError(error.code, f"Kolom {columns}: {error.message}", columns)


def kosong(place: FieldPlace, value: Any) -> RowError:
    """A required field came out empty: nothing was written, or nothing readable."""
    target, columns = place
    what = columns or target
    if is_blank(text_of(value)):
        text = "kosong, padahal wajib diisi. Lengkapi di aplikasi asal."
        return RowError(EMPTY, f"isinya {text}", what)
    if _ZERO_DATE.fullmatch(text_of(value)):
        text = "tanggal nol (`0000-00-00`), padahal wajib diisi. Lengkapi di aplikasi"
        return RowError(EMPTY, f"isinya {text} asal.", what)
    return RowError(
        UNREAD,
        f"isinya (bentuk `{shape(value)}`) tidak dikenali, padahal wajib. Perbaiki di "
        "aplikasi asal.",
        what,
    )


def di_luar_pilihan(value: Any, symbols: Sequence[str]) -> RowError:
    """A value that the contract does not list."""
    return RowError(
        UNKNOWN_CODE,
        f"kode `{mask_code(value)}` tidak dikenal; yang dikenal: {', '.join(symbols)}. "
        "Perbaiki di aplikasi asal atau tambahkan ke tabel kode konektor.",
    )


def pecah(text: str) -> bool:
    """Whether it has half of a character in it: no text on Kafka can have one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def acuan_rusak() -> RowError:
    """A source reference with half of a character in it."""
    return RowError(
        "REF_RUSAK",
        "rujukan baris ini berisi aksara yang rusak (bukan Unicode yang sah). "
        "Perbaiki kolom rujukannya di aplikasi asal.",
    )


def folded(value: Any) -> str:
    """A code as compared: text without outer spaces, upper case, no `.0` of Excel."""
    return text_of(value).upper()


def isi_pertama(*values: Any) -> Any:
    """The first that is not empty, else None."""
    for value in values:
        if value is not None and text_of(value):
            return value
    return None


def gabung(separator: str, *values: Any) -> str | None:
    """The filled ones joined; None if all are empty."""
    if len(values) == 2:  # noqa: PLR2004 - the usual case, without three loops
        first, second = values
        first = first.strip() if first.__class__ is str else text_of(first)
        second = second.strip() if second.__class__ is str else text_of(second)
        if first and second:
            return f"{first}{separator}{second}"
        return first or second or None
    return separator.join(filter(None, map(text_of, values))) or None


def pisah(separator: str, value: Any) -> list[str]:
    """The parts of a text, stripped, empty ones left out."""
    return [part for x in text_of(value).split(separator) if (part := x.strip())]


def code_table(
    name: str, table: Mapping[str, Any], *, needed: bool = False
) -> RuleFunction:
    """A rule that looks codes up and rejects the ones it does not have.

    Args:
        name: for the message.
        table: code as in the source → target value.
        needed: an empty cell is no code either, unless the table has one for it.
    """
    known = {folded(code): value for code, value in table.items()}
    shown = ", ".join(str(code) for code in table)
    exact: dict[str, Found] = {code: (value, ()) for code, value in known.items()}

    def look_up(value: Any) -> Found:
        if value.__class__ is str and value in exact:
            return exact[value]
        code = folded(value)
        if code not in known and code.isdigit():
            code = code.lstrip("0") or "0"
        if code in known:
            return known[code], ()
        if not code and not needed:
            return None, ()
        what = f"kode `{mask_code(value)}`" if code else "sel kosong"
        raise RowError(
            UNKNOWN_CODE,
            f"{what} tidak ada di tabel {name}; yang dikenal: "
            f"{shown}. Perbaiki di aplikasi asal, atau tambahkan ke tabel itu.",
        )

    return look_up


def lenient(rule: RuleFunction) -> RuleFunction:
    """The rule, but a value it rejects becomes empty with the reason as flag."""

    def tolerant(*values: Any, **options: Any) -> Found:
        try:
            return rule(*values, **options)
        except RowError as error:
            return None, (error.code,)

    return tolerant
