"""A workbook with the reasons beside its rejected rows."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from bus.connect.returned import TITLE, Returned
from connectors.excel.beside import Notes, OddWorkbookError, write_beside
from connectors.excel.source import peek

_RED = Font(bold=True, color="FFC00000")


def give_back(returned: Returned, only: str) -> Path:
    """Write the copy: an .xlsx or .xlsm as it looked, others with their values only.

    Args:
        returned: what goes back.
        only: name of the sheet that was read where just one was.

    Raises:
        UnreadableFileError: it is no workbook.
        OSError: the folder cannot be written.
    """
    notes = _notes(returned, only)
    suffix = returned.path.suffix.lower()
    if suffix in {".xlsx", ".xlsm"}:
        target = returned.target(suffix)
        try:
            write_beside(returned.path, target, notes)
        except OddWorkbookError:
            target.unlink()
        else:
            return target
    return _values_only(returned, notes)


def _notes(returned: Returned, only: str) -> Notes:
    notes: dict[str, dict[int, str]] = {}
    for (sheet, line), text in returned.reasons.items():
        notes.setdefault(sheet or only, {})[line] = text
    for name, lines in notes.items():
        head = returned.heads.get(name, returned.heads.get("", 1))
        lines[max(1, head)] = TITLE
    return notes


def _values_only(returned: Returned, notes: Notes) -> Path:
    """Row by row, so that a large one does not have to be held."""
    book = Workbook(write_only=True)
    for name, rows in peek(returned.path):
        sheet = book.create_sheet(name)
        lines = notes.get(name, {})
        width = max(map(len, rows), default=0)
        for line, cells in enumerate(rows, 1):
            row = [None if cell == "" else cell for cell in cells]
            if text := lines.get(line):
                row += [None] * (width - len(row))
                row.append(_marked(WriteOnlyCell(sheet, text)))
            sheet.append(row)
    target = returned.target(".xlsx")
    book.save(target)
    return target


def _marked(cell: Any) -> Any:
    cell.font = _RED
    return cell
