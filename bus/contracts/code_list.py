"""One code list with validity dates, and its CSV file.

An open end of a validity is None (empty in the file). All days are inclusive. A
code may stand in several rows whose validities do not overlap.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

_DATES = ("berlaku_dari", "berlaku_sampai")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code and its official name."""

    kode: str
    nama: str
    berlaku_dari: date | None = None
    berlaku_sampai: date | None = None

    def valid_on(self, day: date) -> bool:
        """The code holds on this day."""
        return (self.berlaku_dari is None or self.berlaku_dari <= day) and (
            self.berlaku_sampai is None or day <= self.berlaku_sampai
        )


EntryT = TypeVar("EntryT", bound=Entry)


class CodeList(Generic[EntryT]):
    """Rows in file order, found by code and day."""

    def __init__(self, rows: Iterable[EntryT]) -> None:
        self._rows = tuple(rows)
        self._by_code: dict[str, list[EntryT]] = {}
        for row in self._rows:
            self._by_code.setdefault(row.kode, []).append(row)

    def __iter__(self) -> Iterator[EntryT]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, kode: str, day: date) -> EntryT | None:
        """The row of this code that holds on this day, or None."""
        for row in self._by_code.get(kode, ()):
            if row.valid_on(day):
                return row
        return None

    def valid_on(self, day: date) -> CodeList[EntryT]:
        """Only what holds on this day."""
        return CodeList(row for row in self._rows if row.valid_on(day))

    def overlaps(self) -> list[str]:
        """Codes with two rows that hold on the same day."""
        return [
            code
            for code, rows in self._by_code.items()
            if any(
                _overlap(first, second)
                for index, first in enumerate(rows)
                for second in rows[index + 1 :]
            )
        ]


class ListReader:
    """Reads CSV files of a folder; what cannot be read stands in `problems`."""

    def __init__(self, root: Traversable) -> None:
        self.problems: list[str] = []
        self._root = root

    def read(self, name: str, row_type: type[EntryT]) -> CodeList[EntryT]:
        """The code list of one file; columns are the fields of the row type."""
        expected = {item.name for item in fields(row_type)}
        try:
            text = (self._root / name).read_text("utf-8")
        except OSError as error:
            self.problems.append(f"{name}: {error.strerror}")
            return CodeList(())
        reader = csv.DictReader(text.splitlines())
        if set(reader.fieldnames or ()) != expected:
            self.problems.append(
                f"{name}: columns must be {', '.join(sorted(expected))}"
            )
            return CodeList(())
        rows = CodeList(self._rows(name, row_type, reader))
        self.problems.extend(
            f"{name}: {code}: two rows hold on the same day" for code in rows.overlaps()
        )
        return rows

    def _rows(
        self, name: str, row_type: type[EntryT], reader: csv.DictReader[str]
    ) -> Iterator[EntryT]:
        for cells in reader:
            where = f"{name}:{reader.line_num}"
            if None in cells or None in cells.values():
                self.problems.append(f"{where}: wrong number of columns")
                continue
            try:
                days = {key: _day(cells.pop(key)) for key in _DATES}
            except ValueError as error:
                self.problems.append(f"{where}: {error}")
                continue
            if not cells["kode"] or not cells["nama"]:
                self.problems.append(f"{where}: kode or nama is empty")
                continue
            yield row_type(**cells, **days)  # type: ignore[arg-type] # by fields()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _overlap(first: Entry, second: Entry) -> bool:
    start = max(item.berlaku_dari or date.min for item in (first, second))
    end = min(item.berlaku_sampai or date.max for item in (first, second))
    return start <= end
