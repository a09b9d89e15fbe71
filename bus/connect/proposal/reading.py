"""How a table can be read: mode, cursor and key, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from bus.normalise.result import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bus.connect.proposal.nature import Nature
    from bus.connect.survey import FoundTable

MOST_KEY_COLUMNS = 3
_LOOK_AT = 12
"""Columns tried in combinations when nothing is declared unique."""


@dataclass(frozen=True, slots=True)
class Habit:
    """A proposed way of reading.

    Attributes:
        mode: `incremental`, `snapshot-diff` or, for files and answers, `facts`.
        mode_reason: why.
        cursor: column, or empty.
        cursor_reason: why, or what is doubtful about it.
        key: columns that are unique together.
        key_reason: why.
        changed: column with the time of the last change, or of the entry.
        deleted: column that marks deleted rows, or None.
    """

    mode: str
    mode_reason: str
    cursor: str
    cursor_reason: str
    key: tuple[str, ...]
    key_reason: str
    changed: Nature | None
    deleted: Nature | None

    @property
    def columns(self) -> set[str]:
        """Every column that is read for something."""
        told = (nature.name for nature in (self.changed, self.deleted) if nature)
        return {*self.key, self.cursor, *told}


def habit_of(table: FoundTable, natures: Sequence[Nature]) -> Habit:
    """The proposed way of reading a table, sheet or file."""
    key, key_reason = _key(table, natures)
    cursor = next(_cursors(natures), None)
    deleted = next((n for n in natures if n.kind == "hapus"), None)
    changed = cursor or next(_entered(natures), None)
    if "table" not in table.block:
        return Habit(
            "facts",
            "rows are added and corrected; snapshot-diff also withdraws rows that a "
            f"new file or answer no longer has{_periods(natures)}",
            "",
            "",
            key,
            key_reason,
            changed,
            deleted,
        )
    if cursor is None:
        return Habit(
            "snapshot-diff",
            "no column tells when a row changed (Q11): all rows are compared each time",
            "",
            "",
            key,
            key_reason,
            changed,
            deleted,
        )
    return Habit(
        "incremental",
        "a column tells when a row changed; deleted rows are not seen: if rows "
        "disappear, take snapshot-diff and no cursor",
        cursor.name,
        _cursor_reason(cursor, table),
        key,
        key_reason,
        changed,
        deleted,
    )


def _periods(natures: Sequence[Nature]) -> str:
    """A new quarter is no correction of the last."""
    found = [n.name for n in natures if {"periode", "triwulan"} & n.words]
    return f", of the same period with scope: [{found[0]}]" if found else ""


def _cursors(natures: Sequence[Nature]) -> Iterator[Nature]:
    """Columns with the time of the last change; empty ones cannot be used."""
    for nature in natures:
        if nature.kind == "waktu" and "ubah" in nature.words and nature.filled == 1:
            yield nature


def _entered(natures: Sequence[Nature]) -> Iterator[Nature]:
    times = [n for n in natures if n.kind in {"waktu", "tanggal"} and n.filled]
    for wanted in ("ubah", "buat", "ajuan"):
        yield from (nature for nature in times if wanted in nature.words)


def _cursor_reason(cursor: Nature, table: FoundTable) -> str:
    if cursor.name in table.indexed:
        return "grows with each change, has an index, no empty value in the sample"
    return (
        "grows with each change; it has no index: ask for one on "
        f"({cursor.name}, key), or each pass reads the whole table"
    )


def _key(table: FoundTable, natures: Sequence[Nature]) -> tuple[tuple[str, ...], str]:
    if table.keys:
        many = len(table.keys[0]) > 1
        return table.keys[0], "composite key of the table (Q12)" if many else (
            "key of the table"
        )
    names = [column.name for column in table.columns]
    places = _likely(natures, is_file="table" not in table.block)
    for size in range(1, MOST_KEY_COLUMNS + 1):
        for chosen in combinations(places, size):
            if _unique(table, chosen):
                key = tuple(names[at] for at in chosen)
                return key, "nothing is declared unique; unique in the sample, check it"
    if not places:
        return (names[0],), "nothing is unique in the sample: choose"
    return tuple(names[at] for at in places[:MOST_KEY_COLUMNS]), (
        "NOT unique in the sample: rows with the same values are rejected as REF_GANDA"
    )


def _likely(natures: Sequence[Nature], *, is_file: bool) -> list[int]:
    """Columns that may identify a row: identifiers first, no free text, no times.

    The column `No` of a file only numbers its lines: the next file numbers others.
    """
    rank = {"nik": 0, "no_kk": 1, "kode": 3, "bilangan": 3, "teks": 4, "tanggal": 5}
    rank["nama"] = 4

    def order(at: int) -> tuple[int, int]:
        nature = natures[at]
        if is_file and nature.words == {"no"}:
            return (8, at)
        is_id = "id" in nature.words or nature.words == {"no"}
        return (-1 if is_id and nature.distinct else rank.get(nature.kind, 9), at)

    filled = [at for at, n in enumerate(natures) if n.filled and order(at)[0] < 9]  # noqa: PLR2004
    return sorted(filled, key=order)[:_LOOK_AT]


def _unique(table: FoundTable, places: Sequence[int]) -> bool:
    seen = set()
    for row in table.rows:
        cells = tuple(text_of(row[at]) if at < len(row) else "" for at in places)
        if cells in seen or not any(cells):
            return False
        seen.add(cells)
    return bool(seen)
