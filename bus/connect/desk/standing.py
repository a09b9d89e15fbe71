"""All that is known of one connector: state, position, what operators want."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bus.connect.desk.stored_position import StoredPosition

if TYPE_CHECKING:
    from bus.connect.control.topic import Wish


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is known of one connector.

    Attributes:
        name: connector.
        state: of its task as last told; `UNKNOWN` if never.
        worker: process that told it.
        is_there: that process is a member of the workers' group now.
        message: why, for FAILED and PAUSED, and for a RUNNING task whose legacy
            system does not answer.
        since_ms: when it was told.
        position: where it stands.
        rows: rows read so far.
        moved_ms: when the position was last written.
        wish: what operators want.
    """

    name: str
    state: str = "UNKNOWN"
    worker: str = ""
    is_there: bool = False
    message: str | None = None
    since_ms: int = 0
    position: StoredPosition = field(default_factory=lambda: StoredPosition(None))
    rows: int = 0
    moved_ms: int = 0
    wish: Wish | None = None

    @property
    def told(self) -> str:
        """State in one word: what was asked for wins over what was last told."""
        if self.wish is not None and self.wish.is_paused:
            return "PAUSED"
        if self.state == "RUNNING" and not self.is_there:
            return "NOBODY"
        if self.state == "RUNNING" and self.message:
            return "WAITING"
        return self.state
