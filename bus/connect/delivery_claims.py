"""How many death grant claims stand in which state, with their rupiah.

A fold over `sosial.santunan.fact`, read from its beginning at each start and never
committed: the numbers are a view of the log, not a count kept aside.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from decimal import Decimal
from uuid import uuid4

from bus.connect.delivery_sort import Decoder
from bus.contracts import topic_name
from bus.errors import DecodeError, RetriableError, StateError
from bus.kafka.consumer import GroupConsumer
from bus.metrics import CLAIMS, CLAIMS_RUPIAH
from bus.record import REDRIVE, Record, Value, header

log = logging.getLogger(__name__)

TOPIC = "sosial.santunan.fact.v1"
RETRY_SECONDS = 5.0
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

    def __init__(self) -> None:
        self._claims: dict[str, tuple[str, Decimal]] = {}

    def add(self, event_type: str, value: Value) -> None:
        """One event of the topic; other types are ignored."""
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


async def watch_claims(
    bootstrap: str,
    tenant: str,
    decoder: Decoder,
    publish: Callable[[ClaimsFold], None] | None = None,
) -> None:
    """Keep `opdbus_claims` and `opdbus_claims_rupiah` up to date until cancelled."""
    publish = publish or show
    while True:
        group = f"claims-{tenant}-{uuid4().hex}"
        consumer = GroupConsumer(bootstrap, group, [topic_name(tenant, TOPIC)])
        fold = ClaimsFold()
        try:
            await consumer.start()
            while True:
                batch = await consumer.fetch(2000, 1.0)
                _fold(fold, decoder, batch.records)
                publish(fold)
        except (RetriableError, StateError) as error:
            log.warning("claims per state are not known at the moment: %s", error)
        finally:
            await consumer.stop()
        await asyncio.sleep(RETRY_SECONDS)


def show(fold: ClaimsFold) -> None:
    """Set the gauges."""
    for state, (number, rupiah) in fold.totals().items():
        CLAIMS.labels(state).set(number)
        CLAIMS_RUPIAH.labels(state).set(float(rupiah))


def _fold(fold: ClaimsFold, decoder: Decoder, records: Iterable[Record]) -> None:
    for record in records:
        event_type = header(record.headers, "ce_type") or ""
        if record.value is None or (event_type not in ENTRY | DECISION):
            continue
        if header(record.headers, REDRIVE):
            continue  # told before, and since then perhaps newer ones
        try:
            fold.add(event_type, decoder.decode(record.value)[1])
        except DecodeError as error:
            log.warning("claims: a record cannot be read: %s", error)
