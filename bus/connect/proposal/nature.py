"""What a column holds, told from its name and a sample of its values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.connect.proposal.sample import Sample
from bus.connect.survey import DATE, NUMBER, TEXT, TIME, YES_NO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.survey import FoundColumn

ENOUGH = 0.8
"""Share of the filled values that a rule has to accept."""
FEW = 24
"""Most distinct values of a code."""
CODE_LENGTH = 40
_MONEY = {"jumlah", "pagu", "retribusi", "tarif", "harga", "bayar", "denda", "pokok"}
_MONEY |= {"biaya", "pajak", "realisasi", "njop"}
_PERSONS = {"nama", "almarhum", "waris", "ayah", "ibu", "kepala", "pemohon", "wp", "kk"}
_PERSONS |= {"alias", "art", "krt", "pelapor", "petugas", "pemilik", "kep", "bayi"}
_DELETED = {"hapus", "aktif", "active", "batal", "deluser", "dibatalkan"}
_CODES = {"status", "jenis", "kode", "level", "jk", "kategori", "tahap", "dasar"}
_CODES |= {"hubungan", "klasifikasi", "tempat", "sktm", "agama", "pendidikan"}
_DIGITS = re.compile(r"\D+")
_YEAR = re.compile(r"(19|20)\d\d")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_SPECIFIC = {"agama", "cacat", "sakit", "hamil", "desil", "penghasilan", "icd1", "icd"}
_SPECIFIC |= {"disabilitas", "golongan", "darah", "bdt", "pkh", "bpnt", "pbi", "bank"}
_GENERAL = {"nama", "alamat", "telepon", "email", "foto", "ip", "lat", "lng", "nip"}
_GENERAL |= {"lahir", "npwp"}


@dataclass(frozen=True, slots=True)
class Nature:
    """A guess about one column.

    Attributes:
        column: the column.
        kind: name of the rule that reads it, or `kode` (a short list of codes),
            `hapus` (a deletion mark) or `kosong` (nothing in the sample).
        reason: why, without values of persons.
        quirks: what is untidy, each for a comment.
        words: of its name.
        codes: distinct values of a code, most frequent first.
        personal: its class by UU 27/2022, as far as name and values tell.
        filled: share of the sample that is filled.
        distinct: filled values of the sample are all different.
        example: a value with nothing personal in it, or None.
    """

    column: FoundColumn
    kind: str
    reason: str
    quirks: tuple[str, ...]
    words: frozenset[str]
    codes: tuple[str, ...]
    personal: str
    filled: float
    distinct: bool
    example: Any

    @property
    def name(self) -> str:
        return self.column.name


def nature_of(column: FoundColumn, values: Sequence[Any]) -> Nature:
    """The guess about one column.

    Args:
        column: name and declared type.
        values: its cells in the sample.
    """
    sample = Sample(column, values)
    kind, reason = _kind(sample)
    personal = _class(sample, kind)
    counted = sample.counted()
    codes = [code for code, _ in counted.most_common(FEW)] if kind == "kode" else []
    return Nature(
        column=column,
        kind=kind,
        reason=reason,
        quirks=tuple(_quirks(sample, kind)),
        words=sample.words,
        codes=tuple(codes),
        personal=personal,
        filled=len(sample) / max(1, sample.all),
        distinct=bool(sample.all) and len(counted) == sample.all,
        example=_example(sample, kind, personal),
    )


def _kind(sample: Sample) -> tuple[str, str]:
    if not len(sample):
        return _by_name(sample), "nothing in the sample"
    for guess in (_number_of_person, _mark, _moment, _place, _measure, _code):
        if found := guess(sample):
            return found
    if _is_name(sample):
        return "nama", "the name says so, the values are words"
    return "teks", "free text"


def _by_name(sample: Sample) -> str:
    """The kind of a column without values: numbers of persons stay protected."""
    if "nik" in sample.words:
        return "nik"
    if {"no", "kk"} <= sample.words:
        return "no_kk"
    by_type = {DATE: "tanggal", TIME: "waktu", NUMBER: "bilangan"}
    return by_type.get(sample.column.family, "kosong")


def _number_of_person(sample: Sample) -> tuple[str, str] | None:
    long = sample.share(lambda text: len(_DIGITS.sub("", text)) in {15, 16})
    broken = sample.share(lambda text: "E+" in text.upper() or text == "2147483647")
    told = f"{long:.0%} have 15 or 16 digits"
    if long + broken < 0.5:  # noqa: PLR2004 - more than half
        return None
    if {"kk"} & sample.words and "nik" not in sample.words:
        return "no_kk", told
    if "nik" in sample.words or sample.accepted("nik", dari_desimal=True) >= ENOUGH:
        return "nik", told
    return None


def _mark(sample: Sample) -> tuple[str, str] | None:
    marks = _DELETED & sample.words and len(sample.words) <= 3  # noqa: PLR2004
    if marks and len(sample.counted()) <= 3:  # noqa: PLR2004 - yes, no and a word
        return "hapus", "the name says that it marks deleted rows"
    if sample.column.family == TIME and "hapus" in sample.words:
        return "hapus", "time of a deletion"
    return None


def _moment(sample: Sample) -> tuple[str, str] | None:
    declared = {TIME: "waktu", DATE: "tanggal"}.get(sample.column.family)
    if declared:
        return declared, f"declared {sample.column.declared}"
    return _moment_as_text(sample)


def _moment_as_text(sample: Sample) -> tuple[str, str] | None:
    if sample.column.family == NUMBER and not {"tgl", "waktu"} & sample.words:
        return None
    if sample.share(lambda t: 6 <= len(t) <= CODE_LENGTH) < ENOUGH:  # noqa: PLR2004
        return None
    share = sample.accepted("tanggal")
    zero = sample.share(lambda text: text.startswith("0000-00-00"))
    if share + zero < ENOUGH and not ("tgl" in sample.words and share > 1 - ENOUGH):
        return None
    told = f"{share:.0%} are read as dates"
    if sample.share(_CLOCK.search) >= ENOUGH and sample.accepted("waktu") >= ENOUGH:
        return "waktu", told + " with a time"
    return "tanggal", told


def _place(sample: Sample) -> tuple[str, str] | None:
    if {"rt", "rw"} & sample.words and len(sample.words) == 1:
        return "rt_rw", "the name says so"
    if "jk" in sample.words and sample.accepted("jenis_kelamin") >= ENOUGH:
        return "jenis_kelamin", "the name says so and the values fit"
    if not {"desa", "wilayah"} & sample.words:
        return None
    if sample.accepted("wilayah") >= ENOUGH and sample.share(_has_six_digits) >= ENOUGH:
        return "wilayah", "region codes"
    if sample.share(lambda text: any(c.isalpha() for c in text)) >= ENOUGH:
        return "desa_teks", "a village written as text"
    return None


def _has_six_digits(text: str) -> bool:
    return len(_DIGITS.sub("", text)) >= 6  # noqa: PLR2004 - kecamatan or smaller


def _measure(sample: Sample) -> tuple[str, str] | None:
    if "tahun" in sample.words and sample.share(_YEAR.fullmatch) >= ENOUGH:
        return "bilangan", "years"
    rp = sample.share(lambda text: text.upper().startswith(("RP", "IDR")))
    large = sample.share(lambda text: len(_DIGITS.sub("", text)) >= 4)  # noqa: PLR2004
    if rp >= ENOUGH or (
        _MONEY & sample.words
        and large
        and sample.accepted("uang", tunai=False) >= ENOUGH
    ):
        return "uang", "amounts of rupiah"
    if "telepon" in sample.words and sample.accepted("telepon") >= 0.5:  # noqa: PLR2004
        return "telepon", "the name says so and the values fit"
    if sample.column.family == YES_NO:
        return "ya_tidak", f"declared {sample.column.declared}"
    distinct = {text.upper() for text in sample.texts}
    if len(distinct) <= 2 and distinct <= {"Y", "T", "N", "YA", "TIDAK"}:  # noqa: PLR2004
        return "ya_tidak", "only yes and no"
    return None


def _code(sample: Sample) -> tuple[str, str] | None:
    counted = sample.counted()
    short = all(len(text) <= CODE_LENGTH for text in counted)
    few = len(counted) <= FEW and (len(counted) * 4 <= len(sample) or len(counted) == 1)
    if short and _CODES & sample.words and (few or len(counted) <= 6):  # noqa: PLR2004
        return "kode", f"codes, {len(counted)} in the sample"
    if sample.accepted("bilangan") >= ENOUGH and sample.column.family != TEXT:
        return "bilangan", "whole numbers"
    if short and few and not _is_name(sample) and sample.column.family != NUMBER:
        return "kode", f"codes, {len(counted)} in the sample"
    if _is_plain_number(sample):
        return "bilangan", "whole numbers"
    return None


def _is_plain_number(sample: Sample) -> bool:
    return sample.share(lambda text: text.isdigit() and len(text) < 10) >= ENOUGH  # noqa: PLR2004 - longer ones are numbers of something


def _is_name(sample: Sample) -> bool:
    return "nama" in sample.words and sample.words <= _PERSONS


def _class(sample: Sample, kind: str) -> str:
    if _SPECIFIC & sample.words or {"akun", "bank"} <= sample.words:
        return "pribadi_spesifik"
    person = kind in {"nik", "no_kk", "nama", "telepon"}
    if person or _GENERAL & sample.words:
        return "pribadi_umum"
    return "internal"


def _quirks(sample: Sample, kind: str) -> list[str]:
    found = []
    for sign, test in _signs(sample, kind):
        count = sum(bool(test(text)) for text in sample.texts)
        if count:
            found.append(f"{count} of {sample.all}: {sign}")
    if kind == "nik" and sample.column.family == NUMBER:
        found.append(f"a number column ({sample.column.declared}) loses a first 0 (Q1)")
    if "nik" in sample.words and len(sample) and kind not in {"nik", "no_kk"}:
        found.append("named NIK, but no NIK: the key of another table? (Q13)")
    if kind == "uang" and sample.column.family == TEXT:
        found.append("money as text (Q7)")
    if kind in {"tanggal", "waktu"} and sample.column.family == TEXT:
        found.append("dates as text, day first (Q6)")
    return found


def _signs(sample: Sample, kind: str) -> list[tuple[str, Callable[[str], object]]]:
    if kind in {"nik", "no_kk"}:
        return [
            ("2147483647, an INT column cut them: rejected (Q2)", "2147483647".__eq__),
            ("E+ notation of Excel: rejected (Q3)", lambda t: "E+" in t.upper()),
            ("15 digits (Q1)", lambda t: len(_DIGITS.sub("", t)) == 15),  # noqa: PLR2004
            ("spaces, dots or dashes inside (Q4)", lambda t: re.search(r"\d\D+\d", t)),
        ]
    if kind in {"tanggal", "waktu"}:
        return [("zero dates, read as empty (Q6)", lambda t: t.startswith("0000"))]
    if kind in {"teks", "nama"}:
        return [
            ("HTML inside, taken out (Q9)", lambda t: re.search(r"</?\w+[^>]*>", t)),
            ("wrong decoding (Ã…), repaired (Q9)", lambda t: "Ã" in t),
        ]
    return []


def _example(sample: Sample, kind: str, personal: str) -> Any:
    """The most frequent value where no person can be behind it."""
    plain = kind in {"kode", "bilangan", "ya_tidak", "hapus", "rt_rw", "wilayah"}
    plain = plain or kind in {"uang", "jenis_kelamin", "desa_teks"}
    if not len(sample) or not (plain or (personal == "internal" and kind == "waktu")):
        return None
    return sample.counted().most_common(1)[0][0]
