"""Rows of a source that remembers nothing, straight to packed records.

One generated function takes all rows of a batch to keys, ids and Avro bytes. What
comes out is what `RowEngine` would make of the same rows, byte by byte; a test
compares them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bus.connect.rows.outcome import Outcome, refused_row
from bus.connect.rows.packer import Packer
from bus.connect.rows.place import Placing
from bus.connect.rows.shape import Picker
from bus.record import id_maker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.files.connector import Connector
    from bus.connect.mapping.compiled import Packed
    from bus.connect.rows.memory import RowMemory
    from bus.connect.rows.record_maker import RecordMaker
    from bus.connect.source import Batch, Reading, Row
    from bus.errors import PoisonError
    from bus.kafka.staging import Staging


TOGETHER = 500
"""Rows mapped before they are packed: few enough for the processor's cache."""


class Bulk:
    """Works through batches of one connector; not safe for two threads.

    Args:
        connector: compiled connector.
        reading: how the source reads.
        memory: remembered rows; while there are any, batches are not taken.
        maker: of the connector's records.
    """

    def __init__(
        self,
        connector: Connector,
        reading: Reading,
        memory: RowMemory,
        maker: RecordMaker,
    ) -> None:
        self._compiled = connector.compiled
        self._prefix = connector.ref_prefix
        self._placing = Placing(connector)
        self._forgetful = not reading.remembers_all
        self._memory = memory
        self._maker = maker
        self._identify = id_maker(maker.source)
        self._writers: list[dict[str, Callable[..., bytes]]] | None = None
        self._packer = Packer(maker)
        self._topics = [
            {name: maker.topic(ref) for name, ref in routes.items()}
            for routes in connector.compiled.contracts
        ]
        self._pick = Picker(connector.compiled.columns)

    def takes(self, batch: Batch) -> bool:
        """Whether nothing has to be remembered or compared for this batch."""
        return (
            self._forgetful
            and not batch.places  # lines are counted one by one
            and not len(self._memory)
            and not any(batch.marks)
        )

    def work(self, batch: Batch, staged: Staging, now_ms: int) -> Outcome:
        """Stage the events of a batch; rejections are left to the caller.

        Raises:
            ConfigError: the rows lack a column the mapping reads.
        """
        outcome = Outcome(rows=len(batch.rows))
        columns, prefix = self._compiled.columns, self._prefix

        def refuse(row: Row, ref: str, error: PoisonError) -> None:
            place = self._placing.of(batch, 0, ref)
            name = prefix + ref
            outcome.refused.append(refused_row(columns, row, name, error, place))

        rows, tools = iter(self._pick.rows(batch)), self._tools()
        while some := list(islice(rows, TOGETHER)):
            made: list[Packed] = []
            outcome.skipped += self._compiled.map_rows(
                some, prefix, tools, self._identify, made, refuse
            )
            topics = [self._topics[event[0]][event[1]] for event in made]
            self._packer.events(topics, made, staged, now_ms)
            outcome.packed.update([event[1] for event in made])
        return outcome

    def _tools(self) -> Sequence[dict[str, Callable[..., bytes]]]:
        if self._writers is None:
            self._writers = [
                {
                    name: self._maker.spread_encoder(ref, name, shape)
                    for name, ref in routes.items()
                }
                for routes, shape in zip(
                    self._compiled.contracts, self._compiled.shapes, strict=True
                )
            ]
        return self._writers
