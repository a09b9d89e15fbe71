"""How often citizen reports were called endangered or late, by level."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bus.metrics import ESCALATIONS
from bus.record import DIBATALKAN

if TYPE_CHECKING:
    from bus.record import Value

ENDANGERED = "SlaTerancam"
LEVELS = (0, 1, 2, 3)


class EscalationsFold:
    """Warnings and escalations that were told and not taken back."""

    topic = "aduan.sla.fact.v1"
    types = frozenset({ENDANGERED, "SlaTerlampaui"})

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, int, int], None] = {}

    def add(self, event_type: str, value: Value, operation: str) -> None:
        """One event; a late decree on holidays takes some back (DIBATALKAN)."""
        level = 0 if event_type == ENDANGERED else value["level"]
        place = value["laporan_id"], value["jam"], value["percobaan"], level
        if operation == DIBATALKAN:
            self._told.pop(place, None)
        else:
            self._told[place] = None

    def totals(self) -> Counter[int]:
        """How many by level; 0 is the warning before the deadline."""
        return Counter(place[3] for place in self._told)

    def publish(self) -> None:
        """Set the gauge."""
        totals = self.totals()
        for level in LEVELS:
            ESCALATIONS.labels(str(level)).set(totals[level])
