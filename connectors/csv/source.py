"""Reading CSV files: encoding, separator and header are found, not assumed.

A quote that is opened and never closed makes one row of all that follows. Such a file
is refused with the line of the quote: nothing of it is taken for missing or deleted.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from bus.connect.source import Unreadable
from bus.connect.spec import Opening
from connectors._tabular.folder import FolderSource
from connectors._tabular.header import LOOK_AT
from connectors._tabular.layout import Layout
from connectors._tabular.reader import (
    Lines,
    UnreadableFileError,
    is_blank,
    missing_columns,
)
from connectors.csv.config import CsvConfig
from connectors.csv.encoding import encoding_of

LARGEST_CELL = 16 << 20
SEPARATORS = (";", ",", "\t", "|")


def open_source(config: CsvConfig, opening: Opening) -> FolderSource:
    """A source over a folder of CSV files."""
    return FolderSource(config, opening, CsvReader(config))


class CsvReader:
    """Opens CSV files.

    Args:
        config: separator, quotes and encoding, or `auto`.
    """

    def __init__(self, config: CsvConfig) -> None:
        self._config = config

    def __call__(self, path: Path, wanted: Sequence[str]) -> Lines:
        """Find encoding, separator and header; rows follow."""
        csv.field_size_limit(LARGEST_CELL)
        encoding = encoding_of(path, self._config.encoding)
        separator, layout = self._shape(path, encoding, wanted)
        header = layout.header
        if header.missing:
            raise missing_columns(path.name, header.missing, header.names)
        file = path.open(encoding=encoding, newline="")
        places: list[tuple[str, int]] = []
        rows = self._rows(file, separator, layout, (path.name, wanted, places))
        return Lines(rows, file.close, places)

    def _shape(
        self, path: Path, encoding: str, wanted: Sequence[str]
    ) -> tuple[str, Layout]:
        """Separator and layout that together name most of the wanted columns."""
        chosen = self._config.pemisah
        candidates = SEPARATORS if chosen == "auto" else (chosen,)
        found = []
        with path.open(encoding=encoding, newline="") as file:
            for separator in candidates:
                file.seek(0)
                top = list(islice(self._cells(file, separator), LOOK_AT))
                layout = Layout(self._config, top, wanted)
                missing = len(layout.header.missing)
                found.append((missing, -layout.width, separator, layout))
        _, _, separator, layout = min(found, key=lambda item: item[:2])
        return separator, layout

    def _cells(
        self, file: TextIO, separator: str, *, whole: bool = False
    ) -> Iterator[list[str]]:
        """The rows; with `whole`, a quote that is left open is an error, not a row."""
        quote = self._config.kutip
        reader = csv.reader(file, delimiter=separator, quotechar=quote)
        end, last = 0, None
        try:
            for cells in reader:
                if last is not None:
                    yield last
                before, start, end = len(last or cells), end, reader.line_num
                last = cells
            if last is None:
                return
            odd = whole and (end - start > 1 or len(last) < before)
            if odd and _is_open(file, start, separator, quote):
                raise _left_open(Path(file.name).name, start + 1, end)
            yield last
        except (csv.Error, UnicodeError) as error:
            raise UnreadableFileError(
                "BERKAS_RUSAK",
                f"Berkas {Path(file.name).name} rusak atau terpotong ({error}). Kirim "
                "ulang berkas yang utuh.",
            ) from None

    def _rows(
        self,
        file: TextIO,
        separator: str,
        layout: Layout,
        about: tuple[str, Sequence[str], list[tuple[str, int]]],
    ) -> Iterator[tuple[Any, ...] | Unreadable]:
        name, wanted, places = about
        pick, width = layout.header.picker(wanted, name), layout.width
        all_cells = self._cells(file, separator, whole=True)
        lines = ((cells, i) for i, cells in enumerate(all_cells, 1))
        for cells, number in layout.rows(lines):
            if layout.is_plain and len(cells) > width and not is_blank(cells[width:]):
                yield _too_wide(name, number, cells, width)
            else:
                places.append((name, number))
                yield pick(cells, number)


def _is_open(file: TextIO, start: int, separator: str, quote: str) -> bool:
    """Whether the row after this many lines, the last one, has a quote left open."""
    file.seek(0)
    try:
        rest = islice(file, start, None)
        for _ in csv.reader(rest, delimiter=separator, quotechar=quote, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _left_open(name: str, line: int, end: int) -> UnreadableFileError:
    return UnreadableFileError(
        "BERKAS_RUSAK",
        f"Berkas {name}: tanda kutip yang dibuka pada baris {line} tidak ditutup; "
        f"semua sampai baris {end} terbaca sebagai satu baris. Hapus atau tutup tanda "
        "kutip itu, lalu kirim ulang berkasnya.",
    )


def _too_wide(name: str, number: int, cells: Sequence[str], width: int) -> Unreadable:
    return Unreadable(
        f"{name}:{number}",
        "JUMLAH_KOLOM",
        f"Baris {number} berkas {name} berisi {len(cells)} kolom, judulnya {width}. "
        "Mungkin ada tanda pemisah di dalam isi tanpa tanda kutip; perbaiki baris itu.",
        "\t".join(cells).encode(),
    )


def peek(path: Path) -> list[tuple[str, list[list[Any]]]]:
    """All rows of a text file, read with the separator that makes most columns."""
    return [("", list(rows_of(path)))]


def rows_of(path: Path) -> Iterator[list[Any]]:
    """The rows of a text file one by one, as `peek` has them."""
    csv.field_size_limit(LARGEST_CELL)
    encoding = encoding_of(path, "auto")

    def read(separator: str) -> Iterator[list[Any]]:
        with path.open(encoding=encoding, newline="") as file:
            yield from csv.reader(file, delimiter=separator)

    def width(separator: str) -> int:
        return max(map(len, islice(read(separator), LOOK_AT)), default=0)

    yield from read(max(SEPARATORS, key=width))
