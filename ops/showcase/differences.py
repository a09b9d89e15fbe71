"""What flow F4 found in the demo: differences of plan, budget and spending."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

DIFFERENCES = "keuangan.selisih.state.v1"
WEIGHTS = ("BERAT", "PERINGATAN", "INFO")
CLOSED, FIRST = "DITUTUP", "DIBUAT"
MILLION = 1_000_000


@dataclass(slots=True)
class Differences:
    """Findings as their newest events leave them.

    Attributes:
        standing: finding → (kind, weight, rupiah) while it is open.
        opened: kind → how often one was opened.
        closed: kind → how often one was closed.
    """

    standing: dict[str, tuple[str, str, Decimal]] = field(default_factory=dict)
    opened: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)

    def note(self, value: dict[str, Any], operation: str) -> None:
        """One `SelisihAnggaranDitemukan`; a finding's events in their order."""
        kind, number = value["jenis"], value["temuan_id"]
        if value["status"] == CLOSED:
            self.closed[kind] += 1
            self.standing.pop(number, None)
            return
        self.opened[kind] += operation == FIRST
        self.standing[number] = (kind, value["keparahan"], value["selisih"])


def print_differences(console: Console, found: Differences) -> None:
    """Open findings by kind and weight, and how many came and went."""
    rupiah: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    number: Counter[tuple[str, str]] = Counter()
    for kind, weight, amount in found.standing.values():
        number[kind, weight] += 1
        rupiah[kind, weight] += amount
    table = Table(
        title="Plan, budget and spending: differences that stand, in million rupiah"
    )
    table.add_column("difference", no_wrap=True)
    for name in (*WEIGHTS, "opened", "closed"):
        table.add_column(name, justify="right")
    for kind, opened in found.opened.most_common():
        cells = [_cell(number[kind, w], rupiah[kind, w]) for w in WEIGHTS]
        table.add_row(kind, *cells, f"{opened:,}", f"{found.closed[kind]:,}")
    console.print(table)


def _cell(number: int, amount: Decimal) -> str:
    if not number:
        return ""
    return f"{number:,}: {round(amount / MILLION):,}".replace(",", ".")
