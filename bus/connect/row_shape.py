"""Rows as the engine needs them: picked cells, comparable contents, JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from bus.connect.memory import CONTENT_DIGEST
from bus.errors import ConfigError
from bus.serde.failures import MOST_BYTES, too_large

if TYPE_CHECKING:
    from collections.abc import Callable

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


_encode = json.JSONEncoder(ensure_ascii=False, default=plain).encode


def row_json(row: Row) -> bytes:
    """The cells as a JSON list.

    Raises:
        PoisonError: it is too large to be remembered.
    """
    data = _encode(row).encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        raise too_large("baris", len(data))
    return data
