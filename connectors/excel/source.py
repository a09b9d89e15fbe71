"""Reading workbooks: sheet and header are found, cells stay as Excel holds them.

Numbers are not made text here: what Excel did to a long number (`3,32501E+15`) can
only be told from the number itself, and the normalisers do.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    load_workbook,
)

from bus.connect.source import Unreadable
from bus.connect.spec import Opening
from connectors._tabular.folder import FolderSource
from connectors._tabular.header import LOOK_AT
from connectors._tabular.layout import Layout
from connectors._tabular.reader import (
    UNOPENED,
    Lines,
    UnreadableFileError,
    missing_columns,
)
from connectors.excel.config import ExcelConfig

Sheet = list[list[Any]]


class Cells:
    """The rows of a sheet from its first line and column.

    Each is made a list when it is reached: 100,000 rows of ten columns would be 70 MB.

    Args:
        sheet: as the library holds it.
    """

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet

    def __iter__(self) -> Iterator[list[Any]]:
        _, before = self._sheet.start or (0, 0)  # rows come from the first, cells not
        for cells in self._sheet.iter_rows():
            yield [*[""] * before, *cells] if before else cells


def open_source(config: ExcelConfig, opening: Opening) -> FolderSource:
    """A source over a folder of workbooks."""
    return FolderSource(config, opening, ExcelReader(config))


class ExcelReader:
    """Opens workbooks.

    Args:
        config: which sheets, or none.
    """

    def __init__(self, config: ExcelConfig) -> None:
        self._config = config

    def __call__(self, path: Path, wanted: Sequence[str]) -> Lines:
        """Find the sheets and their headings; rows follow."""
        sheets = self._sheets(path, wanted)
        for _, _, layout in sheets:
            header = layout.header
            if header.missing:
                raise missing_columns(path.name, header.missing, header.names)

        places: list[tuple[str, int]] = []

        def rows() -> Iterator[tuple[Any, ...] | Unreadable]:
            for name, cells, layout in sheets:
                sheet = f"{path.name}!{name}"
                pick = layout.header.picker(
                    wanted, sheet if len(sheets) > 1 else path.name
                )
                lines = ((row, i) for i, row in enumerate(cells, 1))
                for row, number in layout.rows(lines):
                    places.append((sheet, number))
                    yield pick(row, number)

        return Lines(rows(), sheets.clear, places)

    def sheets(self, path: Path, wanted: Sequence[str]) -> list[str]:
        """Names of the sheets that are read."""
        return [name for name, _, _ in self._sheets(path, wanted)]

    def _sheets(
        self, path: Path, wanted: Sequence[str]
    ) -> list[tuple[str, Cells, Layout]]:
        """Name, cells and layout of the sheets to read."""
        try:
            workbook = load_workbook(path)
            names = self._names(workbook, path)
            if self._config.lembar:
                return [self._sheet(workbook, name, wanted) for name in names]
            return [self._best(workbook, names, wanted)]
        except FileNotFoundError:
            raise
        except (CalamineError, OSError, ValueError, IndexError) as error:
            raise UnreadableFileError(
                UNOPENED,
                f"Berkas {path.name} tidak bisa dibuka sebagai Excel "
                f"({_short(error)}). Buka di Excel, simpan ulang tanpa kata sandi, "
                "lalu kirim lagi.",
            ) from None

    def _best(
        self, workbook: CalamineWorkbook, names: Sequence[str], wanted: Sequence[str]
    ) -> tuple[str, Cells, Layout]:
        """The sheet with most of the columns."""
        best = self._sheet(workbook, names[0], wanted)
        for name in names[1:]:
            if not best[2].header.missing:
                break
            found = self._sheet(workbook, name, wanted)
            if len(found[2].header.missing) < len(best[2].header.missing):
                best = found
        return best

    def _sheet(
        self, workbook: CalamineWorkbook, name: str, wanted: Sequence[str]
    ) -> tuple[str, Cells, Layout]:
        cells = Cells(workbook.get_sheet_by_name(name))
        top = list(islice(cells, LOOK_AT))
        return name, cells, Layout(self._config, top, wanted)

    def _names(self, workbook: CalamineWorkbook, path: Path) -> list[str]:
        names = workbook.sheet_names
        wanted = self._config.lembar
        if not wanted:
            return names
        found = [name for name in names if fnmatchcase(name, wanted)]
        if not found:
            raise UnreadableFileError(
                "LEMBAR_TIDAK_ADA",
                f"Berkas {path.name} tidak punya lembar {wanted}; "
                f"yang ada: {', '.join(names)}. Ganti nama lembarnya lalu kirim lagi.",
            )
        return found


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120]


def peek(path: Path) -> list[tuple[str, Sheet]]:
    """All sheets of a workbook with their rows.

    Raises:
        UnreadableFileError: it is no workbook.
    """
    try:
        workbook = load_workbook(path)
        return [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in workbook.sheet_names
        ]
    except (CalamineError, ValueError) as error:
        raise UnreadableFileError(UNOPENED, f"{path.name}: {_short(error)}") from None
