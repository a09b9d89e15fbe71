"""A workbook with the reasons beside its rejected rows."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill

from bus.connect.returned import TITLE, Returned
from connectors.excel.source import peek

_RED = PatternFill("solid", fgColor="FFC7CE")
_WIDTH = 70
MOST_BYTES = 2 << 20
"""Copying a larger one as it looks takes openpyxl a minute and half a gigabyte."""


def give_back(returned: Returned, only: str) -> Path:
    """Write the copy: an .xlsx as it looked, an old .xls with its values only.

    Args:
        returned: what goes back.
        only: name of the sheet that was read where just one was.

    Raises:
        UnreadableFileError: it is no workbook.
        OSError: the folder cannot be written.
    """
    book = _opened(returned.path)
    for name in {sheet or only for sheet, _ in returned.reasons}:
        sheet = book[name]
        column = sheet.max_column + 1
        for line, text in _lines(returned, name, only):
            cell = sheet.cell(row=line, column=column, value=text)
            cell.fill = _RED
            cell.font = Font(bold=text == TITLE)
            sheet.column_dimensions[cell.column_letter].width = _WIDTH
    target = returned.target(".xlsx")
    book.save(target)
    return target


def _opened(path: Path) -> Any:
    """As it looked; its values only where that is too large or cannot be opened."""
    if path.suffix.lower() in {".xlsx", ".xlsm"} and path.stat().st_size <= MOST_BYTES:
        with suppress(Exception):  # what Excel and others write is not always clean
            return load_workbook(path)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in peek(path):
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append([None if cell == "" else cell for cell in cells])
    return book


def _lines(returned: Returned, name: str, only: str) -> Iterator[tuple[int, str]]:
    for (sheet, line), text in returned.reasons.items():
        if (sheet or only) == name:
            yield line, text
    yield max(1, returned.heads.get(name, returned.heads.get("", 1))), TITLE
