"""What the demo found in Kafka and in the receiving apps, as plain numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bus.connect.views.claims import ClaimsFold
from bus.contracts import topic_name
from bus.kafka.reader import read_committed
from bus.record import event_from, header
from bus.streams.wiring.deadletter import DEAD_LETTERS
from ops.showcase.complaints import INCIDENTS, REPORTS, Complaints
from ops.showcase.differences import DIFFERENCES, Differences

if TYPE_CHECKING:
    from bus.contracts import Contract
    from bus.record import Record
    from ops.runtime import Base

CLAIMS = "sosial.santunan.fact.v1"
PAID = "SantunanDicairkan"


@dataclass(slots=True)
class Findings:
    """Counts over all topics.

    Attributes:
        topics: contract reference → event type → records.
        dead: (origin, code) → dead letters.
        reasons: (origin, code) → one example of the reason in words.
        claims: the claims as they stand now.
        types: subjek_id → the event types of its claim.
        first_seen: subjek_id → time of the first event of its claim, in ms.
        differences: what flow F4 found.
        complaints: what flow F5 made of the citizens' reports.
    """

    topics: dict[str, Counter[str]] = field(default_factory=dict)
    dead: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    claims: ClaimsFold = field(default_factory=ClaimsFold)
    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first_seen: dict[str, int] = field(default_factory=dict)
    differences: Differences = field(default_factory=Differences)
    complaints: Complaints = field(default_factory=Complaints)


async def look(parts: Base) -> Findings:
    """Read every topic of the tenant once.

    Raises:
        RetriableError: broker or registry away.
    """
    found = Findings()
    for contract in parts.catalog.contracts:
        if contract.ref != DEAD_LETTERS and _internal(contract):
            continue
        counted: Counter[str] = Counter()
        topic = topic_name(parts.tenant.id, contract.ref)
        async for record in read_committed(parts.settings.bootstrap, topic):
            counted[header(record.headers, "ce_type") or "?"] += 1
            if record.value:
                _note(parts, contract.ref, record, found)
        if counted:
            found.topics[contract.ref] = counted
    return found


def _note(parts: Base, ref: str, record: Record, found: Findings) -> None:
    """One record of a topic whose content the summary shows."""
    if ref == CLAIMS:
        _claim(parts, record, found)
    elif ref == DEAD_LETTERS:
        _dead(_decoded(parts, record)[1], found)
    elif ref == DIFFERENCES:
        operation = header(record.headers, "ce_operation") or ""
        found.differences.note(_decoded(parts, record)[1], operation)
    elif ref in {REPORTS, INCIDENTS}:
        found.complaints.note(*_decoded(parts, record))


def _decoded(parts: Base, record: Record) -> tuple[str, dict[str, Any]]:
    return parts.serde.decode(record.value or b"")


def _internal(contract: Contract) -> bool:
    return contract.kind == "changelog" or contract.name.startswith("platform.")


def _dead(letter: dict[str, Any], found: Findings) -> None:
    place = (letter["origin"], letter["code"])
    found.dead[place] += 1
    found.reasons.setdefault(place, letter["message"])


def _claim(parts: Base, record: Record, found: Findings) -> None:
    if record.value is None or record.key is None:
        return
    name, value = parts.serde.decode(record.value)
    key = record.key.decode()
    found.types[key].add(name)
    found.first_seen.setdefault(key, _time_ms(record))
    found.claims.add(name, value)


def _time_ms(record: Record) -> int:
    return event_from(record.headers, "", None).time_ms


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies; values not empty."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
