"""How many differences of plan, budget and spending stand open, and how many closed."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from bus.metrics import DIFFERENCES, DIFFERENCES_RUPIAH

if TYPE_CHECKING:
    from bus.record import Value

OPEN = "TERBUKA"
STATES = (OPEN, "DITUTUP")
Place = tuple[str, str, str]


class DifferencesFold:
    """Kind, severity and state of every finding, by its newest event."""

    topic = "keuangan.selisih.state.v1"
    types = frozenset({"SelisihAnggaranDitemukan"})

    def __init__(self) -> None:
        self._found: dict[str, tuple[Place, Decimal]] = {}
        self._shown: set[tuple[str, str]] = set()

    def add(self, event_type: str, value: Value, operation: str) -> None:
        """One event of the topic."""
        del event_type, operation
        place = (value["jenis"], value["keparahan"], value["status"])
        self._found[value["temuan_id"]] = (place, value["selisih"])

    def totals(self) -> tuple[Counter[Place], dict[Place, Decimal]]:
        """Numbers and rupiah by kind, severity and state."""
        numbers: Counter[Place] = Counter()
        rupiah: defaultdict[Place, Decimal] = defaultdict(Decimal)
        for place, amount in self._found.values():
            numbers[place] += 1
            rupiah[place] += abs(amount)
        return numbers, rupiah

    def publish(self) -> None:
        """Set the gauges; what is gone becomes 0."""
        numbers, rupiah = self.totals()
        self._shown |= {(kind, severity) for kind, severity, _ in numbers}
        for kind, severity in self._shown:
            for status in STATES:
                number = numbers[kind, severity, status]
                DIFFERENCES.labels(kind, severity, status).set(number)
            amount = rupiah.get((kind, severity, OPEN), Decimal(0))
            DIFFERENCES_RUPIAH.labels(kind, severity).set(float(amount))
