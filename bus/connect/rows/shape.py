"""Rows as the engine needs them: picked cells, comparable contents, JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import blake2b
from json.encoder import encode_basestring
from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any

from bus.connect.mapping.support import acuan_rusak, pecah
from bus.connect.rows.memory import CONTENT_DIGEST
from bus.errors import ConfigError, RowError
from bus.serde.failures import MOST_BYTES, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bus.connect.mapping.compiled import Mapped
    from bus.connect.source import Batch, Row


def picker(batch: Batch, wanted: tuple[str, ...]) -> Callable[[Row], Row]:
    """A function that takes the wanted cells of each row, in the wanted order.

    Raises:
        ConfigError: the batch lacks one of them.
    """
    if batch.columns == wanted:
        return tuple
    missing = [name for name in wanted if name not in batch.columns]
    if missing:
        raise ConfigError(
            f"{batch.origin}: no column {', '.join(map(repr, missing))}; "
            f"columns there: {', '.join(batch.columns)}"
        )
    places = [batch.columns.index(name) for name in wanted]
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)


class Picker:
    """Takes the wanted cells of rows; remembers how, as long as batches are alike.

    Args:
        wanted: columns in the wanted order.
    """

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self._wanted = wanted
        self._columns: tuple[str, ...] = ()
        self._pick: Callable[[Row], Row] = tuple

    def rows(self, batch: Batch) -> Iterable[Row]:
        """The rows of a batch.

        Raises:
            ConfigError: they lack a column.
        """
        if self._columns != batch.columns:
            self._pick = picker(batch, self._wanted)
            self._columns = batch.columns
        return map(self._pick, batch.rows)


def writable(ref: str) -> str:
    """The reference of a row.

    Raises:
        RowError: it has half of a character in it.
    """
    if not ref.isascii() and pecah(ref):
        raise acuan_rusak()
    return ref


def nameless() -> RowError:
    """A row of which no column of the reference is filled."""
    return RowError(
        "REF_KOSONG",
        "semua kolom `ref` baris ini kosong, jadi baris ini tidak punya pengenal; "
        "mungkin ini judul, jumlah, atau sisa. Isi kolom itu, atau hapus barisnya.",
    )


def doubled() -> RowError:
    """Two rows of one pass with one reference."""
    return RowError(
        "REF_GANDA",
        "rujukan baris ini dipakai dua kali dalam satu pembacaan dengan isi "
        "berbeda. Hapus salah satu baris, atau tambah kolom pada `ref` konektor.",
    )


def said_by(mapped: Mapped, *, with_time: bool) -> str:
    """What an event says, as comparable text.

    Args:
        mapped: the event.
        with_time: count when the source recorded it as part of it.
    """
    _, event_type, key, value, _, _, said = mapped
    if with_time:
        return f"{event_type}|{key}|{value.get('dicatat_pada')}|{said}"
    return f"{event_type}|{key}|{said}"


def content_of(said: str) -> bytes:
    """Hash of what an event says."""
    text = said.encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=CONTENT_DIGEST).digest()


def plain(value: Any) -> Any:
    """A cell as JSON can hold it, read back by the normalisers as the same."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return _decoded(bytes(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


class Scope:
    """Values of some columns that a pass contained: others were not read by it.

    Args:
        columns: of the rows.
        names: of the columns; none, and the pass covers everything.
    """

    def __init__(self, columns: Sequence[str], names: Sequence[str]) -> None:
        self._places = [columns.index(name) for name in names]
        self._seen: set[Row] = set()

    def see(self, row: Row) -> None:
        """The pass contains this row."""
        if self._places:
            self._seen.add(tuple(plain(row[at]) for at in self._places))

    def covers(self, kept: bytes) -> bool:
        """Whether the pass would have contained a row remembered as `row_json`."""
        if not self._places:
            return True
        cells = cells_of(kept)
        return bool(cells) and tuple(cells[at] for at in self._places) in self._seen

    def clear(self) -> None:
        """Another pass begins."""
        self._seen.clear()


def with_old_cells(row: Row, places: Sequence[int], old: bytes) -> Row:
    """The row with cells of an earlier version of it, `row_json`, at some places."""
    cells = cells_of(old)
    if len(cells) != len(row):
        return row
    mixed = list(row)
    for place in places:
        mixed[place] = cells[place]
    return tuple(mixed)


def _quoted(value: date | datetime) -> str:
    return f'"{value.isoformat()}"'


_encode = json.JSONEncoder(ensure_ascii=False, default=plain).encode
_decode = json.JSONDecoder().raw_decode
_CELLS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    NoneType: lambda _: "null",
    date: _quoted,
    datetime: _quoted,
}
"""Kinds of cells that are nearly all of them; each as `_encode` writes it."""


def row_json(row: Row) -> bytes:
    """The cells as a JSON list.

    Raises:
        PoisonError: it is too large to be remembered.
    """
    write = _CELLS.get
    cells = [write(cell.__class__, _encode)(cell) for cell in row]
    data = f"[{', '.join(cells)}]".encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        raise too_large("baris", len(data))
    return data


def cells_of(kept: bytes) -> list[Any]:
    """The cells of a `row_json`; none if nothing was kept."""
    found: list[Any] = _decode(kept.decode())[0] if kept else []
    return found


def is_still(cell: Any, kept: Any) -> bool:
    """Whether a cell is what `row_json` kept of it."""
    if cell.__class__ is not kept.__class__:
        cell = plain(cell)
    return cell.__class__ is kept.__class__ and bool(cell == kept)
