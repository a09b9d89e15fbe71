"""One pushed connector at work: batches of rows to staged records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bus.connect.control.topic import CONTROL
from bus.connect.rows.engine import RowEngine
from bus.connect.rows.memory import RowMemory
from bus.connect.rows.outcome import MOST_PAYLOAD, Outcome, Refused
from bus.connect.rows.packer import Packer
from bus.connect.rows.record_maker import LETTER, STATUS, RecordMaker
from bus.connect.source import Reading
from bus.record import event_id

if TYPE_CHECKING:
    from bus.clock import Clock
    from bus.connect.files.connector import Connector
    from bus.connect.push import BodyRefusedError
    from bus.connect.source import Batch
    from bus.contracts import Catalog
    from bus.gateway.receive.gate import Gate
    from bus.kafka.staging import Staging
    from bus.serde import Serde

MOST_TOLD = 20
"""Ids and refused rows in an answer."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all lines share.

    Attributes:
        tenant: tenant id.
        catalog: contracts.
        serde: values to bytes.
        clock: the time.
        partitions: partition count by topic, filled before the first batch.
        worker: name of this process in the status records.
    """

    tenant: str
    catalog: Catalog
    serde: Serde
    clock: Clock
    partitions: dict[str, int]
    worker: str


class Line:
    """Rows of one connector to records; not safe for two threads.

    Args:
        connector: loaded connector.
        bench: shared parts.
        gate: whether its posts are taken.
    """

    def __init__(self, connector: Connector, bench: Bench, gate: Gate) -> None:
        self.name = connector.name
        self.gate = gate
        self._connector = connector
        self._bench = bench
        source = f"/{bench.tenant}/{connector.definition.app}/{connector.objek}"
        names = (bench.tenant, connector.name, source)
        self._maker = RecordMaker(names, bench.serde, bench.catalog, bench.partitions)
        self._packer = Packer(self._maker)
        self._engine = RowEngine(
            connector,
            Reading(remembers_all=False),
            RowMemory(),
            source,
            self._maker.encoder,
            keep_values=False,
        )

    @property
    def topics(self) -> list[str]:
        """Full names of all topics it writes."""
        refs = {
            ref
            for mapping in self._connector.compiled.contracts
            for ref in mapping.values()
        }
        own = [self._maker.topic_of(name) for name in (LETTER, STATUS, CONTROL)]
        return sorted({*map(self._maker.topic, refs), *own})

    def work(self, batch: Batch, staged: Staging) -> Outcome:
        """Stage the events and dead letters of one post.

        Raises:
            RetriableError: the registry is away and a schema not known yet.
        """
        outcome = self._engine.work(batch)
        self._stage(outcome, staged)
        return outcome

    def bury(self, body: bytes, error: BodyRefusedError, staged: Staging) -> Outcome:
        """Stage the dead letter of a body without rows."""
        ref = f"{self._connector.ref_prefix}{event_id(body)}"
        refused = Refused(ref, error, body[:MOST_PAYLOAD])
        outcome = Outcome(rows=1, refused=[refused])
        self._stage(outcome, staged)
        return outcome

    def tell(self, staged: Staging) -> None:
        """Stage word whether this process takes its posts, and that none shall."""
        now, gate = self._bench.clock.now_ms(), self.gate
        staged.append(
            *self._maker.status(gate.state, gate.message, self._bench.worker, now)
        )
        if (wish := gate.wish(now)) is not None:
            staged.append(*self._maker.wish(wish))

    def _stage(self, outcome: Outcome, staged: Staging) -> None:
        now = self._bench.clock.now_ms()
        self._packer.made(outcome.events, staged, now)
        for record in self._maker.letters(outcome.refused, now):
            staged.append(*record)


def told(outcome: Outcome) -> dict[str, Any]:
    """What the sender learns of its rows: nothing of what stands in them.

    An answer is kept for repetitions, so it has to stay small.
    """
    refused = [
        {"rujukan": item.ref, "kode": item.error.code, "pesan": item.error.message}
        for item in outcome.refused[:MOST_TOLD]
    ]
    body: dict[str, Any] = {
        "diterima": outcome.rows - len(outcome.refused),
        "peristiwa": [made.id for made in outcome.events[:MOST_TOLD]],
    }
    if refused:
        body |= {"jumlah_ditolak": len(outcome.refused), "ditolak": refused}
    return body
