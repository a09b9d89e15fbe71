"""The demo's closing summary, for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Column, Table

from ops.showcase.findings import PAID, percentile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rich.console import Console

    from ops.showcase.findings import Findings


def print_rows(
    console: Console,
    rows: Mapping[str, int],
    events: Mapping[str, int],
    found: Findings,
) -> None:
    """What was read from each app, what came of it, what was rejected and why."""
    table = Table(
        "connector",
        "rows read",
        "events",
        "rejected",
        title="Read from the apps",
        caption="A table that does not tell what has changed is read whole at each "
        "look, and its rows are counted each time; a row that is as before makes no "
        "event.",
    )
    rejected: Counter[str] = Counter()
    for (origin, _), number in found.dead.items():
        rejected[origin] += number
    for connector, number in sorted(rows.items()):
        made = (events.get(connector, 0), rejected[connector])
        table.add_row(connector, f"{number:,}", *(f"{n:,}" for n in made))
    console.print(table)
    if found.dead:
        reasons = Table("where", "code", "how many", "for example", title="Rejected")
        for place, number in sorted(found.dead.items()):
            reasons.add_row(*place, f"{number:,}", found.reasons[place])
        console.print(reasons)


def print_topics(console: Console, found: Findings) -> None:
    """Events per topic."""
    names = Column("topic", overflow="fold")
    table = Table(names, "events", "types", title="On the bus")
    for ref, counted in sorted(found.topics.items()):
        kinds = ", ".join(
            f"{name} {number:,}" for name, number in counted.most_common()
        )
        table.add_row(ref, f"{counted.total():,}", kinds)
    console.print(table)


def print_claims(console: Console, found: Findings) -> None:
    """Claims per state, with the money."""
    totals = found.claims.totals()
    table = Table("state", "claims", "rupiah", title="Death grant claims")
    for state, (count, rupiah) in sorted(totals.items(), key=lambda t: -t[1][0]):
        if count:
            table.add_row(state, f"{count:,}", _rupiah(rupiah))
    console.print(table)


def print_latency(console: Console, seconds: list[float]) -> None:
    """How long a pre-filled claim took."""
    if not seconds:
        console.print("latency: no death was reported while the bus was running")
        return
    console.print(
        "Death typed in a village → pre-filled claim in e-Sakti "
        f"({len(seconds)} deaths, villages polled every 0.5 s): "
        f"p50 {percentile(seconds, 0.5):.2f} s, p99 {percentile(seconds, 0.99):.2f} s"
    )


def example(found: Findings, since: set[str]) -> str | None:
    """The subjek_id of a case worth following: reported live, and paid if possible."""
    live = [key for key in found.types if key in since] or list(found.types)
    live.sort(key=lambda key: (PAID not in found.types[key], -len(found.types[key])))
    return live[0] if live else None


def _rupiah(amount: Decimal) -> str:
    """`Rp1.000.000`."""
    return "Rp" + f"{int(amount):,}".replace(",", ".")
