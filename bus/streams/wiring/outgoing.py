"""A record on its way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bus.record import Headers


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to send, encoded and placed."""

    topic: str
    partition: int
    key: bytes
    value: bytes | None
    headers: Headers
    timestamp_ms: int | None = None
