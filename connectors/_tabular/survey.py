"""Looking at files nobody here has seen: which headings, which rows, a sample."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bus.connect.survey import NUMBER, TEXT, TIME, FoundColumn, FoundTable
from bus.errors import ConfigError
from connectors._tabular.header import guess_heading
from connectors._tabular.reader import UnreadableFileError
from connectors._tabular.sheet import sheet_of

Cells = list[list[Any]]
Peek = Callable[[Path], list[tuple[str, Cells]]]
"""A file's sheets with all their rows; a text file is one sheet without name."""

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
_SINCE_YEAR = re.compile(r"[\W_]*(?<!\d)(?:19|20)\d\d.*")
_UNSAFE = re.compile(r"[^a-z0-9]+")


class FileSurveyor:
    """Looks at a file, or at the newest file of each name in a folder.

    Args:
        address: file or folder.
        name: connector name, for messages.
        suffixes: of the files that count.
        peek: opens one file.
    """

    def __init__(
        self, address: str, name: str, suffixes: Sequence[str], peek: Peek
    ) -> None:
        self._name = name
        self._peek = peek
        self._path = Path(address)
        self._suffixes = suffixes

    def names(self) -> list[tuple[str, int | None]]:
        """Sheets, or files where a file has one sheet; with their rows."""
        return [
            (name, max(0, len(rows) - guess_heading(rows).row - 1))
            for name, (_, _, rows) in self._sheets().items()
        ]

    def look(self, name: str, rows: int) -> FoundTable:
        """One sheet with its first rows."""
        sheets = self._sheets()
        if name not in sheets:
            raise ConfigError(
                f"{self._name}: {self._path} has no {name!r}; there are: "
                f"{', '.join(sheets) or 'none'}"
            )
        path, sheet, cells = sheets[name]
        seen = sheet_of(cells)
        block: dict[str, Any] = {"folder": "", "pattern": pattern_of(path.name)}
        if sheet:
            block["lembar"] = sheet
        picked = seen.rows[:rows]
        return FoundTable(
            name=_object(name if sheet else path.stem),
            columns=tuple(
                FoundColumn(column, family=_family([row[i] for row in picked]))
                for i, column in enumerate(seen.names)
            ),
            rows=picked,
            count=len(seen.rows),
            block=block | seen.block,
            notes=tuple(seen.notes),
        )

    def close(self) -> None:
        """Nothing is open."""

    def _sheets(self) -> dict[str, tuple[Path, str, Cells]]:
        found: dict[str, tuple[Path, str, Cells]] = {}
        for path in self._files():
            try:
                sheets = self._peek(path)
            except (UnreadableFileError, OSError) as error:
                raise ConfigError(f"{self._name}: {error}") from None
            filled = [(sheet, rows) for sheet, rows in sheets if rows]
            for sheet, rows in filled:
                several = len(filled) > 1
                name = sheet if several else path.stem
                found[name] = (path, sheet if several else "", rows)
        return found

    def _files(self) -> list[Path]:
        """The file, or the newest of each pattern in the folder."""
        if self._path.is_file():
            return [self._path]
        newest: dict[str, Path] = {}
        for path in sorted(self._path.glob("*"), key=lambda path: path.stat().st_mtime):
            if path.suffix.lower() in self._suffixes and path.name[0] not in ".~":
                newest[pattern_of(path.name)] = path
        return list(newest.values())


def _object(name: str) -> str:
    """What the rows are, for ever: without the year of this file."""
    lasting = _SINCE_YEAR.sub("", name) or name
    return _UNSAFE.sub("-", lasting.lower()).strip("-") or "berkas"


def pattern_of(name: str) -> str:
    """`DTSEN_2025-TW2.xlsx` as the pattern of its successors, `DTSEN_*.xlsx`."""
    stem, dot, suffix = name.rpartition(".")
    first = _YEAR.search(stem) or _DIGITS.search(stem)
    kept = stem[: first.start()] + "*" if first else stem
    return f"{kept}{dot}{suffix}"


def is_file_of(address: str, suffixes: Sequence[str]) -> bool:
    """Whether an address is a file of these suffixes, or a folder mostly of them."""
    path = Path(address)
    if path.is_file():
        return path.suffix.lower() in suffixes
    if "://" in address or not path.is_dir():
        return False
    names = [inside.suffix.lower() for inside in path.iterdir() if inside.is_file()]
    mine = sum(suffix in suffixes for suffix in names)
    return mine > 0 and mine * 2 >= len([suffix for suffix in names if suffix])


def _family(values: Sequence[Any]) -> str:
    kinds = {type(value) for value in values if value not in (None, "")}
    if kinds and kinds <= {int, float}:
        return NUMBER
    if kinds and all(kind.__name__ in {"date", "datetime"} for kind in kinds):
        return TIME if any(kind.__name__ == "datetime" for kind in kinds) else TEXT
    return TEXT
