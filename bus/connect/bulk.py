"""Rows of a source that remembers nothing, straight to packed records.

One generated function takes all rows of a batch to keys, ids and Avro bytes; here
they get their headers and partitions. What comes out is what `RowEngine` and
`RecordMaker` would make of the same rows, byte by byte; a test compares them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bus.connect.outcome import Outcome, refused_row
from bus.connect.row_shape import Picker
from bus.kafka.packing import packed_headers, sized
from bus.kafka.partitioner import partitions_of
from bus.record import DIBUAT, id_maker, iso_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.connector import Connector
    from bus.connect.mapping.compiled import Packed
    from bus.connect.memory import RowMemory
    from bus.connect.record_maker import RecordMaker
    from bus.connect.source import Batch, Reading, Row
    from bus.errors import PoisonError
    from bus.kafka.staging import Staging

_ALL_HEADERS = 9
_ID, _TIME, _CORRELATION = (
    sized(b"ce_id") + b"\x40",
    sized(b"ce_time") + b"\x30",
    sized(b"ce_correlationid") + b"\x40",
)
"""Names of the headers that vary, with the lengths of their values: 32, 24, 32."""


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
        self._forgetful = not reading.remembers_all
        self._memory = memory
        self._maker = maker
        self._identify = id_maker(maker.source)
        self._writers: list[dict[str, Callable[..., bytes]]] | None = None
        self._headers: dict[tuple[str, str], bytes] = {}
        self._pick = Picker(connector.compiled.columns)

    def takes(self, batch: Batch) -> bool:
        """Whether nothing has to be remembered or compared for this batch."""
        return self._forgetful and not len(self._memory) and not any(batch.marks)

    def work(self, batch: Batch, staged: Staging, now_ms: int) -> Outcome:
        """Stage the events of a batch; rejections are left to the caller.

        Raises:
            ConfigError: the rows lack a column the mapping reads.
        """
        outcome = Outcome(rows=len(batch.rows))
        columns, prefix = self._compiled.columns, self._prefix

        def refuse(row: Row, ref: str, error: PoisonError) -> None:
            outcome.refused.append(refused_row(columns, row, prefix + ref, error))

        made: list[Packed] = []
        outcome.skipped = self._compiled.map_rows(
            self._pick.rows(batch), prefix, self._tools(), self._identify, made, refuse
        )
        self._stage(made, staged, now_ms)
        outcome.packed = Counter(event[1] for event in made)
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

    def _stage(self, made: Sequence[Packed], staged: Staging, now_ms: int) -> None:
        now = iso_time(now_ms).encode()
        keys = [event[2].encode() for event in made]
        places = self._places(made, keys)
        add = staged.append_packed
        for event, key, place in zip(made, keys, places, strict=True):
            _, event_type, _, time_ms, operation, ident, data = event
            start = self._headers.get((event_type, operation or DIBUAT))
            if start is None:
                start = self._constant(event_type, operation or DIBUAT)
            mark = ident.encode()
            time = now if time_ms is None else iso_time(time_ms).encode()
            rest = b"%b%b%b%b%b%b%b%b%b" % (
                *(sized(key), sized(data), start, _ID, mark, _TIME, time),
                *(_CORRELATION, mark),
            )
            add(place, rest, now_ms)

    def _places(
        self, made: Sequence[Packed], keys: Sequence[bytes]
    ) -> list[tuple[str, int]]:
        """Topic and partition of each event."""
        topics = [
            {name: self._maker.topic(ref) for name, ref in routes.items()}
            for routes in self._compiled.contracts
        ]
        names = [topics[event[0]][event[1]] for event in made]
        found: dict[str, list[int]] = {}
        for name in dict.fromkeys(names):
            found[name] = partitions_of(keys, self._maker.partitions[name])
        return [(name, found[name][at]) for at, name in enumerate(names)]

    def _constant(self, event_type: str, operation: str) -> bytes:
        headers = self._maker.constant_headers(event_type, operation)
        start = packed_headers(_ALL_HEADERS, headers)
        self._headers[event_type, operation] = start
        return start
