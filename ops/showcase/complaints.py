"""What flow F5 made of the citizens' reports in the demo: states, clocks, incidents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

REPORTS = "aduan.status.state.v1"
INCIDENTS = "trantib.insiden.fact.v1"
SHOWN = 8
CLOSED = "closed"


@dataclass(slots=True)
class Incident:
    """One incident as its newest event leaves it."""

    kind: str
    members: int
    priority: int
    state: str = "open"


@dataclass(slots=True)
class Complaints:
    """Reports and incidents as their newest events leave them.

    Attributes:
        reports: report → its state.
        incidents: incident → what it is.
    """

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)

    def note(self, name: str, value: dict[str, Any]) -> None:
        """One event of either topic; a key's events in their order."""
        if name == "LaporanStatusDimutakhirkan":
            self.reports[value["laporan_id"]] = value
            return
        number, count = value["insiden_id"], value["jumlah"]
        if name == "InsidenDibuka":
            kind = value["jenis"]
            self.incidents[number] = Incident(kind, count, value["prioritas"])
        elif number in self.incidents:
            found = self.incidents[number]
            found.members = count
            found.priority = value.get("prioritas", found.priority)
            found.state = CLOSED if name == "InsidenDitutup" else found.state


def print_complaints(console: Console, found: Complaints) -> None:
    """Reports per state with their clocks, then the largest incidents."""
    states = Counter(v["status"] for v in found.reports.values())
    clocks = Counter((v["status"], v["jam_jawaban"]) for v in found.reports.values())
    levels = Counter((v["status"], v["tingkat"]) for v in found.reports.values())
    table = Table(
        *("state", "reports", "running", "paused", "late 1", "late 2", "late 3"),
        title="Citizen reports: answer clocks, and late by level",
    )
    for state, number in states.most_common():
        cells = [clocks[state, "BERJALAN"], clocks[state, "JEDA"]]
        cells += [levels[state, level] for level in (1, 2, 3)]
        table.add_row(state, f"{number:,}", *(f"{n:,}" if n else "" for n in cells))
    console.print(table)
    if not found.incidents:
        return
    largest = sorted(found.incidents.values(), key=lambda i: (-i.members, i.priority))
    rows = Table("incident", "reports", "priority", "state", title="Incidents")
    for one in largest[:SHOWN]:
        rows.add_row(one.kind, f"{one.members:,}", str(one.priority), one.state)
    if len(largest) > SHOWN:
        rows.add_row(f"and {len(largest) - SHOWN:,} more", "", "", "")
    console.print(rows)
