"""How many death grant claims stand in which state, with their rupiah."""

from decimal import Decimal

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


class ClaimsFold:
    """State and amount of every claim, by the events in the order of its partition.

    A prefilled or filed claim does not undo a decision, and rejecting a second
    application as a double (`DUPLIKAT`) leaves the first one where it stands.
    """

    topic = "sosial.santunan.fact.v1"
    types = frozenset({*ENTRY, *DECISION})

    def __init__(self) -> None:
        self._claims: dict[str, tuple[str, Decimal]] = {}

    def add(self, event_type: str, value: Value, operation: str = DIBUAT) -> None:
        """One event of the topic; other types are ignored."""
        del operation
        claim = value.get("klaim_id")
        state = ENTRY.get(event_type) or DECISION.get(event_type)
        if not claim or not state:
            return
        now, amount = self._claims.get(claim, ("", Decimal(0)))
        amount = value.get("jumlah") or amount
        decided = now not in ("", *ENTRY.values())
        entry = event_type in ENTRY
        double = value.get("alasan_kode") == "DUPLIKAT"
        late = now == "DIAJUKAN" and state == "DISIAPKAN"
        if late or (decided and (entry or double)):
            state = now
        self._claims[claim] = (state, amount)

    def totals(self) -> dict[str, tuple[int, Decimal]]:
        """State → number of claims and rupiah; every state is there."""
        found = {state: (0, Decimal(0)) for state in STATES}
        for state, amount in self._claims.values():
            number, rupiah = found[state]
            found[state] = (number + 1, rupiah + amount)
        return found

    def publish(self) -> None:
        """Set the gauges."""
        for state, (number, rupiah) in self.totals().items():
            CLAIMS.labels(state).set(number)
            CLAIMS_RUPIAH.labels(state).set(float(rupiah))
