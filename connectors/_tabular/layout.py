"""How people lay out a sheet: headings over rows, blocks under a heading, blanks below.

Turns the lines of such a sheet into plain rows under one heading.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from connectors._tabular.config import FolderConfig
from connectors._tabular.header import Header, find_header, folded, is_numbering
from connectors._tabular.reader import Line, is_blank


class Layout:
    """The layout of one file that is being read.

    Args:
        config: what the connector file says about it.
        top: its first lines.
        wanted: columns the mapping reads.
    """

    def __init__(
        self, config: FolderConfig, top: Sequence[Sequence[Any]], wanted: Sequence[str]
    ) -> None:
        self._blocks = {name: re.compile(text) for name, text in config.blok.items()}
        inside = [name for name in wanted if name not in self._blocks]
        found = find_header(top, inside, config.judul_baris)
        self._width = len(found.names)
        first = max(0, found.row - config.judul_baris + 1)
        self._headings = [_texts(row) for row in top[first : found.row + 1]]
        self._down = [_place(found, name) for name in config.isi_turun]
        missing = (
            *found.missing,
            *(
                name
                for name, at in zip(config.isi_turun, self._down, strict=True)
                if at is None and name not in found.missing
            ),
        )
        self.header = Header(found.row, (*found.names, *self._blocks), missing)
        self.width = self._width
        self.is_plain = not self._blocks and not self._down

    def rows(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines that are rows, with what stands above them filled in.

        Args:
            lines: all lines of the file, from its first.
        """
        return self._below(lines) if self.is_plain else self._filled(lines)

    def _below(self, lines: Iterator[Line]) -> Iterator[Line]:
        first = self.header.row + 2
        for cells, number in lines:
            if number < first or is_blank(cells) or self._is_heading(cells):
                continue
            if number == first and is_numbering(cells):
                continue
            yield cells, number

    def _is_heading(self, cells: Sequence[Any]) -> bool:
        """The headings again, as over each block or on each printed page."""
        for heading in self._headings:
            at, text = heading[0] if heading else (0, "")
            if heading and at < len(cells) and cells[at] == text:
                return _texts(cells) == heading
        return False

    def _filled(self, lines: Iterator[Line]) -> Iterator[Line]:
        carried: dict[str, str | None] = dict.fromkeys(self._blocks)
        above: dict[int, Any] = {}
        for cells, number in self._below(self._first_heads(lines, carried)):
            if heads := self._heads(cells):
                carried.update(heads)
                above.clear()
                continue
            row = list(cells[: self._width])
            row += [None] * (self._width - len(row))
            for at in self._down:
                if at is not None:
                    _take_down(row, at, above)
            yield [*row, *carried.values()], number

    def _first_heads(
        self, lines: Iterator[Line], carried: dict[str, str | None]
    ) -> Iterator[Line]:
        """All lines; the first block's heading may stand above the columns'."""
        for cells, number in lines:
            if number <= self.header.row:
                carried.update(self._heads(cells))
            yield cells, number

    def _heads(self, cells: Sequence[Any]) -> dict[str, str]:
        """What a block's heading says; empty for an ordinary row."""
        if not self._blocks:
            return {}
        text = " ".join(str(cell).strip() for cell in cells if cell not in (None, ""))
        found = {}
        for name, pattern in self._blocks.items():
            if match := pattern.search(text):
                found[name] = match[1].strip()
        return found


def _texts(cells: Sequence[Any]) -> list[tuple[int, str]]:
    """The filled cells with their places."""
    texts = (("" if cell is None else str(cell)) for cell in cells)
    return [(at, text) for at, text in enumerate(texts) if text.strip()]


def _take_down(row: list[Any], at: int, above: dict[int, Any]) -> None:
    if row[at] is None or not str(row[at]).strip():
        row[at] = above.get(at)
    else:
        above[at] = row[at]


def _place(header: Header, name: str) -> int | None:
    names = [folded(each) for each in header.names]
    return names.index(folded(name)) if folded(name) in names else None
