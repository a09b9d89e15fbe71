"""How many death grant claims stand in which state, with their rupiah."""

from decimal import Decimal
from typing import NamedTuple

from bus.metrics import CLAIMS, CLAIMS_RUPIAH
from bus.record import DIBUAT, Value

ENTRY = {"SantunanDisiapkan": "DISIAPKAN", "SantunanDiajukan": "DIAJUKAN"}
DECISION = {
    "SantunanDiverifikasi": "DIVERIFIKASI",
    "SantunanMenungguAnggaran": "MENUNGGU_ANGGARAN",
    "SantunanDisetujui": "DISETUJUI",
    "SantunanDitolak": "DITOLAK",
    "SantunanDicairkan": "DICAIRKAN",
    "SantunanDibatalkan": "DIBATALKAN",
    "SantunanDikembalikan": "DIKEMBALIKAN",
}
STATES = (*ENTRY.values(), *DECISION.values())


class _Claim(NamedTuple):
    state: str = ""
    amount: Decimal = Decimal(0)
    no_reg: str | None = None


class ClaimsFold:
    """State and amount of every claim, by the events in the order of its partition.

    One deceased is one claim: apps number their applications as they like. A prefilled
    or filed claim does not undo a decision. What happens to a second application,
    rejected as a double (`DUPLIKAT`) or withdrawn, leaves the first where it stands.
    """

    topic = "sosial.santunan.fact.v1"
    types = frozenset({*ENTRY, *DECISION})

    def __init__(self) -> None:
        self._claims: dict[str, _Claim] = {}

    def add(self, event_type: str, value: Value, operation: str = DIBUAT) -> None:
        """One event of the topic; other types are ignored."""
        del operation
        deceased = _subject(value)
        state = ENTRY.get(event_type) or DECISION.get(event_type)
        if not deceased or not state:
            return
        last = self._claims.get(deceased, _Claim())
        amount = value.get("jumlah") or last.amount
        if _keeps(last, event_type, value):
            self._claims[deceased] = last._replace(amount=amount)
        else:
            self._claims[deceased] = _Claim(state, amount, value.get("no_reg"))

    def totals(self) -> dict[str, tuple[int, Decimal]]:
        """State → number of claims and rupiah; every state is there."""
        found = {state: (0, Decimal(0)) for state in STATES}
        for state, amount, _ in self._claims.values():
            number, rupiah = found[state]
            found[state] = (number + 1, rupiah + amount)
        return found

    def publish(self) -> None:
        """Set the gauges."""
        for state, (number, rupiah) in self.totals().items():
            CLAIMS.labels(state).set(number)
            CLAIMS_RUPIAH.labels(state).set(float(rupiah))


def _subject(value: Value) -> str | None:
    """The deceased, in full or as an id."""
    whose = value.get("almarhum")
    return whose.get("subjek_id") if isinstance(whose, dict) else whose


def _keeps(last: _Claim, event_type: str, value: Value) -> bool:
    """Whether a claim stands where it stood in spite of this event."""
    if last.state in {"", "DISIAPKAN"}:
        return False
    if last.state == "DIAJUKAN":
        return event_type == "SantunanDisiapkan"
    withdrawn = event_type == "SantunanDibatalkan"
    second = withdrawn and value.get("no_reg") not in {None, last.no_reg}
    return second or event_type in ENTRY or value.get("alasan_kode") == "DUPLIKAT"
