"""A record on its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bus.record import Headers


class Outgoing(NamedTuple):
    """One record to send, encoded and placed."""

    topic: str
    partition: int
    key: bytes
    value: bytes | None
    headers: Headers
