"""Reading workbooks: sheet and header are found, cells stay as Excel holds them.

Numbers are not made text here: what Excel did to a long number (`3,32501E+15`) can
only be told from the number itself, and the normalisers do.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from bus.connect.source import Unreadable
from bus.connect.spec import Opening
from connectors._tabular.folder import FolderSource
from connectors._tabular.header import LOOK_AT, Header, find_header
from connectors._tabular.reader import (
    Lines,
    UnreadableFileError,
    is_blank,
    missing_columns,
)
from connectors.excel.config import ExcelConfig

Sheet = list[list[Any]]


def open_source(config: ExcelConfig, opening: Opening) -> FolderSource:
    """A source over a folder of workbooks."""
    return FolderSource(config, opening, ExcelReader(config))


class ExcelReader:
    """Opens workbooks.

    Args:
        config: which sheet, or none.
    """

    def __init__(self, config: ExcelConfig) -> None:
        self._config = config

    def __call__(self, path: Path, wanted: Sequence[str]) -> Lines:
        """Find sheet and header; rows follow."""
        rows, header = self._sheet(path, wanted)
        if header.missing:
            raise missing_columns(path.name, header.missing, header.names)
        return Lines(_rows(rows, header, path.name, wanted), rows.clear)

    def _sheet(self, path: Path, wanted: Sequence[str]) -> tuple[Sheet, Header]:
        try:
            workbook = load_workbook(path)
            names = self._names(workbook, path)
            best: tuple[Sheet, Header] | None = None
            for name in names:
                rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                header = find_header(rows[:LOOK_AT], wanted)
                if best is None or len(header.missing) < len(best[1].missing):
                    best = rows, header
                if not header.missing:
                    break
        except FileNotFoundError:
            raise
        except (CalamineError, OSError, ValueError) as error:
            raise UnreadableFileError(
                "BERKAS_TAK_TERBACA",
                f"Berkas {path.name} tidak bisa dibuka sebagai Excel "
                f"({_short(error)}). Buka di Excel, simpan ulang tanpa kata sandi, "
                "lalu kirim lagi.",
            ) from None
        return best or ([], find_header([], wanted))

    def _names(self, workbook: CalamineWorkbook, path: Path) -> list[str]:
        names = workbook.sheet_names
        if not self._config.lembar:
            return names
        if self._config.lembar not in names:
            raise UnreadableFileError(
                "LEMBAR_TIDAK_ADA",
                f"Berkas {path.name} tidak punya lembar {self._config.lembar}; "
                f"yang ada: {', '.join(names)}. Ganti nama lembarnya lalu kirim lagi.",
            )
        return [self._config.lembar]


def _rows(
    rows: Sheet, header: Header, name: str, wanted: Sequence[str]
) -> Iterator[tuple[Any, ...] | Unreadable]:
    pick = header.picker(wanted, name)
    for number, cells in enumerate(rows, 1):
        if number > header.row + 1 and not is_blank(cells):
            yield pick(cells, number)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120]
