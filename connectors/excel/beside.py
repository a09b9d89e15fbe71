"""Notes beside the rows of an .xlsx; every other byte of its parts stays as it is.

openpyxl would hold each cell (30 MB for 5,000 rows, half a gigabyte for 100,000) and
lose pictures, charts and macros. Here sheets pass by row by row, as text.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import IO
from xml.etree import ElementTree
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

Notes = Mapping[str, Mapping[int, str]]
"""Sheet → line, from 1 → text."""

_CHUNK = 1 << 16
_MOST_BYTES_A_ROW = 16 << 20
_LAST_COLUMN = 16_384
_ROW = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(/?)>")
_ROW_END = re.compile(rb"</(?:\w+:)?row\s*>")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_SPANS = re.compile(rb"""\sspans=["'][^"']*["']""")
_LAST_CELL = re.compile(
    rb""".*<(?:\w+:)?c\b[^>]*?\sr=["']([A-Z]{1,3})\d+["']""", re.DOTALL
)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([\w-]+)["']""")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class OddWorkbookError(Exception):
    """It is no .xlsx, or not written the way such files usually are."""


def write_beside(path: Path, target: Path, notes: Notes) -> None:
    """Copy a workbook with each note in red, right of all cells of its sheet.

    Args:
        path: an .xlsx or .xlsm.
        target: the copy; half written after an error.
        notes: what to add; every line must exist.

    Raises:
        OddWorkbookError: the copy has to be made in another way.
        OSError: the target cannot be written.
    """
    try:
        with ZipFile(path) as book, ZipFile(target, "w", ZIP_DEFLATED) as copy:
            parts = _parts(book)
            wanted = {parts[sheet]: lines for sheet, lines in notes.items()}
            for part in book.namelist():
                with book.open(part) as old, copy.open(part, "w") as new:
                    if part in wanted:
                        new.writelines(_noted(book, part, wanted[part]))
                    else:
                        shutil.copyfileobj(old, new)
    except (BadZipFile, ElementTree.ParseError, KeyError, RuntimeError) as error:
        raise OddWorkbookError(f"{type(error).__name__}: {error}") from error


def _parts(book: ZipFile) -> dict[str, str]:
    """Sheet → name of its part, by way of the relations that the format prescribes."""
    (main,) = [
        target
        for kind, target in _relations(book, "").values()
        if kind.endswith("/officeDocument")
    ]
    targets = _relations(book, main)
    return {
        sheet.attrib["name"]: targets[_id_of(sheet)][1]
        for sheet in _tree(book, main).iter()
        if sheet.tag.endswith("}sheet")
    }


def _relations(book: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Id → type and part."""
    folder = dirname(part)
    rels = join(folder, "_rels", f"{part.removeprefix(folder).lstrip('/')}.rels")
    return {
        each.attrib["Id"]: (
            each.attrib["Type"],
            normpath(join("/", folder, each.attrib["Target"])).lstrip("/"),
        )
        for each in _tree(book, rels)
    }


def _tree(book: ZipFile, part: str) -> ElementTree.Element:
    content = book.read(part)
    return ElementTree.fromstring(content)  # noqa: S314 - expat bounds entities itself


def _id_of(sheet: ElementTree.Element) -> str:
    return next(value for key, value in sheet.items() if key.endswith("}id"))


def _noted(book: ZipFile, part: str, lines: Mapping[int, str]) -> Iterator[bytes]:
    """A sheet with its notes, piece by piece."""
    with book.open(part) as sheet:
        column = _column_after(max(map(_width, _pieces(sheet)), default=0))
    left = dict(lines)
    line = 0
    with book.open(part) as sheet:
        for piece in _pieces(sheet):
            for row in _ROW.finditer(piece):
                number = _NUMBER.search(row[2])
                line = int(number[1]) if number else line + 1
                if line in left and not row[3] and _ROW_END.search(piece):
                    yield _row_with(piece, row, f"{column}{line}", left.pop(line))
                    break
            else:
                yield piece
    if left:
        raise OddWorkbookError(f"{part}: no row {min(left)}")


def _pieces(sheet: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a sheet, cut after each row.

    Only the last row that begins in a piece can have cells: those before it are empty
    ones of one tag.
    """
    kept = b""
    first = True
    while chunk := sheet.read(_CHUNK):
        kept += chunk
        if first:
            _expect_ascii_tags(kept)
            first = False
        begin = 0
        for end in _ROW_END.finditer(kept):
            yield kept[begin : end.end()]
            begin = end.end()
        kept = kept[begin:]
        if len(kept) > _MOST_BYTES_A_ROW:
            raise OddWorkbookError("no end of a row")
    yield kept


def _expect_ascii_tags(begin: bytes) -> None:
    told = _ENCODING.match(begin.removeprefix(b"\xef\xbb\xbf"))
    encoding = told[1].lower() if told else b"utf-8"
    if b"\0" in begin[:4] or encoding not in {b"utf-8", b"us-ascii"}:
        raise OddWorkbookError(f"encoding {encoding.decode()}")


def _width(piece: bytes) -> int:
    """Number of the last column with a cell, from 1; 0 without a cell."""
    found = _LAST_CELL.match(piece)
    number = 0
    for letter in found[1] if found else b"":
        number = 26 * number + letter - ord("A") + 1
    return number


def _column_after(width: int) -> str:
    if not 0 < width < _LAST_COLUMN:
        raise OddWorkbookError(f"{width} columns")
    letters, number = "", width + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _row_with(piece: bytes, row: re.Match[bytes], place: str, text: str) -> bytes:
    """The row with a cell more; `spans` would tell its old width."""
    begin = piece[: row.start()] + _SPANS.sub(b"", row[0])
    end = piece.rindex(b"</")
    cell = _cell(row[1].decode(), place, _NOT_IN_XML.sub(" ", text))
    return begin + piece[row.end() : end] + cell.encode() + piece[end:]


def _cell(prefix: str, place: str, text: str) -> str:
    p = prefix
    look = f'<{p}rPr><{p}b/><{p}color rgb="FFC00000"/></{p}rPr>'
    words = f'<{p}t xml:space="preserve">{escape(text)}</{p}t>'
    inside = f"<{p}is><{p}r>{look}{words}</{p}r></{p}is>"
    return f'<{p}c r="{place}" t="inlineStr">{inside}</{p}c>'
