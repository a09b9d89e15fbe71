"""How many citizen reports stand in which state, and how many open ones are late."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bus.metrics import REPORTS, REPORTS_OVERDUE

if TYPE_CHECKING:
    from bus.record import Value

ENDED = frozenset({"SELESAI", "DIRUJUK", "DIGABUNGKAN", "DIBATALKAN"})
LEVELS = (1, 2, 3)


class ReportsFold:
    """State and escalation level of every report, by its newest event."""

    topic = "aduan.status.state.v1"
    types = frozenset({"LaporanStatusDimutakhirkan"})

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, int]] = {}
        self._shown: set[str] = set()

    def add(self, event_type: str, value: Value, operation: str) -> None:
        """One event of the topic."""
        del event_type, operation
        self._found[value["laporan_id"]] = (value["status"], value["tingkat"])

    def totals(self) -> tuple[Counter[str], Counter[int]]:
        """Reports by state, and open ones by the level they were escalated to."""
        states: Counter[str] = Counter()
        late: Counter[int] = Counter()
        for state, level in self._found.values():
            states[state] += 1
            if level and state not in ENDED:
                late[level] += 1
        return states, late

    def publish(self) -> None:
        """Set the gauges; what is gone becomes 0."""
        states, late = self.totals()
        self._shown |= states.keys()
        for state in self._shown:
            REPORTS.labels(state).set(states[state])
        for level in LEVELS:
            REPORTS_OVERDUE.labels(str(level)).set(late[level])
