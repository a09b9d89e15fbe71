"""What a file format gives the folder source."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bus.connect.source import Unreadable

UNOPENED = "BERKAS_TAK_TERBACA"
"""Reason code of a file that is none of its format, or only half of one."""
Line = tuple[Sequence[Any], int]
"""Cells of a row and its line number in the file, from 1."""


class UnreadableFileError(Exception):
    """A file that cannot be read at all, or not any further.

    Args:
        code: reason code.
        message: plain Indonesian for the clerk who put it there.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Lines:
    """An open file: rows of wanted cells, and lines that are no rows.

    Attributes:
        rows: wanted cells of each row; an `Unreadable` stands for a broken line.
        close: lets go of the file.
        places: file, with its sheet, and line of each row that came out of `rows`
            since this was last emptied.
    """

    rows: Iterator[tuple[Any, ...] | Unreadable]
    close: Callable[[], None]
    places: list[tuple[str, int]] = field(default_factory=list)


class FileReader(Protocol):
    """Opens one file of a format."""

    def __call__(self, path: Path, wanted: Sequence[str]) -> Lines:
        """Find the header and begin to read.

        Raises:
            UnreadableFileError: wrong format, encoding or columns.
            OSError: the file is away.
        """
        ...


def missing_columns(
    file: str, missing: Sequence[str], names: Sequence[str]
) -> UnreadableFileError:
    """The file lacks columns the mapping reads."""
    there = ", ".join(name for name in names if name) or "tidak ada"
    return UnreadableFileError(
        "KOLOM_TIDAK_ADA",
        f"Berkas {file} tidak punya kolom {', '.join(missing)}; judul kolom yang "
        f"ditemukan: {there[:300]}. Pakai judul kolom seperti kiriman sebelumnya lalu "
        "kirim lagi.",
    )


def is_blank(cells: Sequence[Any]) -> bool:
    """Nothing in any cell."""
    return not any(cell is not None and str(cell).strip() for cell in cells)
