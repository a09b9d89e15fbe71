"""Where a capturing source stands, in its table and in the log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.sql.capture.log import Place


@dataclass(frozen=True, slots=True)
class Position:
    """Attributes name what stands in the cursor.

    Attributes:
        log: read up to here; None before the first look.
        skip: changes of the next transaction that are read already.
        reading: a pass over the table is under way.
        after: key of the last row that this pass has read.
        shape: of the wanted columns, when the log was begun.
    """

    log: Place | None = None
    skip: int = 0
    reading: bool = True
    after: list[Any] | None = None
    shape: str = ""

    @classmethod
    def from_cursor(cls, cursor: str | None) -> Position:
        """The inverse of `cursor`."""
        return cls(**json.loads(cursor)) if cursor else cls()

    def cursor(self) -> str:
        """As a source keeps it."""
        found = {
            "log": self.log,
            "skip": self.skip,
            "reading": self.reading,
            "after": self.after,
            "shape": self.shape,
        }
        return json.dumps(found)
