"""A chatty device as the edge filter knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

State = tuple[str, ...]
Kept = dict[str, Any]
"""Column → cell as JSON holds it."""


@dataclass(slots=True)
class Device:
    """One device.

    Attributes:
        state: the state told last.
        row: the row it was told with, as JSON holds it.
        last: time of the newest reading, ms.
        coming: a state that has not lasted long enough, its row and begin.
        heard: until when it may have been heard before a restart, ms.
    """

    state: State
    row: Kept
    last: int
    coming: tuple[State, Kept, int] | None = None
    heard: int = 0

    @property
    def heard_by(self) -> int:
        """Until when it was heard, or may have been, ms."""
        return max(self.last, self.heard)
