"""Events and remembered rows as packed Kafka records; the hot path of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.connect.rows.record_maker import ROW
from bus.kafka.packing import NOTHING, packed_headers, sized
from bus.kafka.partitioner import partitions_of
from bus.record import DIBUAT, iso_time
from bus.serde.primitive import LENGTHS, zigzag
from bus.serde.spread import Always

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bus.connect.mapping.compiled import Packed
    from bus.connect.rows.outcome import Made
    from bus.connect.rows.record_maker import RecordMaker
    from bus.connect.rows.remembered import Remembered
    from bus.kafka.staging import Place, Staging
    from bus.serde.spread import Shape

_ALL_HEADERS = 9
_ID, _TIME, _CORRELATION = (
    (sized(name) + length).decode()
    for name, length in (
        *((b"ce_id", b"\x40"), (b"ce_time", b"\x30")),
        (b"ce_correlationid", b"\x40"),
    )
)
"""Names of the headers that vary, with the lengths of their values: 32, 24, 32.
All of them is ASCII, and one f-string is less work than joined bytes."""
_ROW_HEADERS = packed_headers(1, [("content-type", b"application/avro")])


class Packer:
    """Stages what a source makes in great number.

    Args:
        maker: of the connector's other records; knows topics, headers, encoders.
    """

    def __init__(self, maker: RecordMaker) -> None:
        self._maker = maker
        self._headers: dict[tuple[str, str], bytes] = {}
        self._encode: Callable[..., bytes] | None = None

    def made(self, events: Sequence[Made], staged: Staging, now_ms: int) -> None:
        """Stage events in their order."""
        topics = [self._maker.topic(event.contract) for event in events]
        self.events(
            topics,
            [(0, e.type, e.key, e.time_ms, e.operation, e.id, e.data) for e in events],
            staged,
            now_ms,
        )

    def events(
        self,
        topics: Sequence[str],
        events: Sequence[Packed],
        staged: Staging,
        now_ms: int,
    ) -> None:
        """Stage events in their order.

        Args:
            topics: where each of them goes.
            events: as the compiled mapping makes them.
            staged: takes them.
            now_ms: time of the poll, for events whose source keeps no time.
        """
        now = iso_time(now_ms)
        keys = [event[2].encode() for event in events]
        rests = []
        for event, key in zip(events, keys, strict=True):
            _, event_type, _, time_ms, operation, mark, data = event
            start = self._headers.get((event_type, operation or DIBUAT))
            if start is None:
                start = self._constant(event_type, operation or DIBUAT)
            time = now if time_ms is None else iso_time(time_ms)
            own = f"{_ID}{mark}{_TIME}{time}{_CORRELATION}{mark}".encode()
            size = len(data)
            many = LENGTHS[size] if size < len(LENGTHS) else zigzag(size)
            rests.append(b"".join((sized(key), many, data, start, own)))
        staged.extend_packed(self._places(topics, keys), rests, now_ms)

    def memory(
        self,
        changes: Sequence[tuple[str, Remembered | None]],
        staged: Staging,
        now_ms: int,
    ) -> None:
        """Stage what is remembered; None becomes a tombstone."""
        if not changes:
            return
        name, topic = self._maker.connector, self._maker.topic_of(ROW)
        encode = self._row_encoder()
        keys = [f"{name}|{ref}".encode() for ref, _ in changes]
        places = self._places([topic] * len(keys), keys)
        rests = []
        for (ref, row), key in zip(changes, keys, strict=True):
            if row is None:
                rests.append(b"".join((sized(key), NOTHING, _ROW_HEADERS)))
                continue
            data = encode(ref, row.state, row.ids, row.deleted, row.row or None)
            size = len(data)
            many = LENGTHS[size] if size < len(LENGTHS) else zigzag(size)
            rests.append(b"".join((sized(key), many, data, _ROW_HEADERS)))
        staged.extend_packed(places, rests, now_ms)

    def _row_encoder(self) -> Callable[..., bytes]:
        """As `as_record`, from its parts."""
        if self._encode is None:
            shape: Shape = {"connector": Always(self._maker.connector)}
            names = ("ref", "hash", "event_id", "deleted", "row")
            shape |= {name: at for at, name in enumerate(names)}
            contract = self._maker.contract_of(ROW)
            self._encode = self._maker.spread_encoder(contract, ROW, shape)
        return self._encode

    def _places(self, topics: Sequence[str], keys: Sequence[bytes]) -> list[Place]:
        """Topic and partition of each record."""
        found: dict[str, list[int]] = {}
        for topic in dict.fromkeys(topics):
            found[topic] = partitions_of(keys, self._maker.partitions[topic])
        return [(topic, found[topic][at]) for at, topic in enumerate(topics)]

    def _constant(self, event_type: str, operation: str) -> bytes:
        headers = self._maker.constant_headers(event_type, operation)
        start = packed_headers(_ALL_HEADERS, headers)
        self._headers[event_type, operation] = start
        return start
