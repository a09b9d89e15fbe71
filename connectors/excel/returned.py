"""A workbook with the reasons beside its rejected rows."""

import gc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from bus.connect.returned import TITLE, Returned
from connectors.excel.source import peek

_RED = PatternFill("solid", fgColor="FFC7CE")
_WIDTH = 70
MOST_BYTES = 2 << 20
"""Copying a larger one as it looks takes openpyxl a minute and half a gigabyte."""
_YOUNG = 1
"""Cells and their sheet point at each other: tens of MB that wait for the collector,
which a worker of connectors calls rarely. What was just made is in these generations.
"""


def give_back(returned: Returned, only: str) -> Path:
    """Write the copy: an .xlsx as it looked, an old .xls with its values only.

    Args:
        returned: what goes back.
        only: name of the sheet that was read where just one was.

    Raises:
        UnreadableFileError: it is no workbook.
        OSError: the folder cannot be written.
    """
    target = _as_it_looked(returned, only) or _values_only(returned, only)
    gc.collect(_YOUNG)
    return target


def _as_it_looked(returned: Returned, only: str) -> Path | None:
    """None where the workbook is too large for it or cannot be opened."""
    book = _opened(returned.path)
    if book is None:
        return None
    for name in {sheet or only for sheet, _ in returned.reasons}:
        sheet = book[name]
        column = sheet.max_column + 1
        for line, text in _lines(returned, name, only):
            cell = _marked(sheet.cell(row=line, column=column, value=text))
            sheet.column_dimensions[cell.column_letter].width = _WIDTH
    target = returned.target(".xlsx")
    book.save(target)
    return target


def _opened(path: Path) -> Any:
    if path.suffix.lower() in {".xlsx", ".xlsm"} and path.stat().st_size <= MOST_BYTES:
        with suppress(Exception):  # what Excel and others write is not always clean
            return load_workbook(path)
    return None


def _values_only(returned: Returned, only: str) -> Path:
    """Row by row, so that a large one does not have to be held."""
    book = Workbook(write_only=True)
    for name, rows in peek(returned.path):
        sheet = book.create_sheet(name)
        concerned = any((sheet_ or only) == name for sheet_, _ in returned.reasons)
        reasons = dict(_lines(returned, name, only)) if concerned else {}
        width = max(map(len, rows), default=0)
        for line, cells in enumerate(rows, 1):
            row = [None if cell == "" else cell for cell in cells]
            if text := reasons.get(line):
                row += [None] * (width - len(row))
                row.append(_marked(WriteOnlyCell(sheet, text)))
            sheet.append(row)
    target = returned.target(".xlsx")
    book.save(target)
    return target


def _marked(cell: Any) -> Any:
    cell.fill = _RED
    cell.font = Font(bold=cell.value == TITLE)
    return cell


def _lines(returned: Returned, name: str, only: str) -> Iterator[tuple[int, str]]:
    for (sheet, line), text in returned.reasons.items():
        if (sheet or only) == name:
            yield line, text
    yield max(1, returned.heads.get(name, returned.heads.get("", 1))), TITLE
