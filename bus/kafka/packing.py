"""Kafka record batches put together from records that are bytes already.

A source makes very many records whose headers differ in three values only. Handing
keys, values and lists of headers to aiokafka's builder costs more than the Avro
encoding; here a record is a few joined pieces. The format is Kafka's message format
v2 (record batch, KIP-98); the tests compare with aiokafka's builder byte by byte.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from aiokafka.record.util import calc_crc32c

from bus.record import headers_of, iso_time, kind_headers
from bus.serde.primitive import LENGTHS, zigzag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.record import Event, Headers

_HEAD = struct.Struct(">qiibIhiqqqhii")
_AFTER_LENGTH = 12
_CRC_AT, _ATTRIBUTES_AT = 17, 21
_NO_LEADER_EPOCH, _MAGIC, _TRANSACTIONAL = -1, 2, 0x10
_STARTS = tuple(b"\0\0" + zigzag(number) for number in range(1 << 13))
"""No attributes, time as the batch's, offset in the batch."""


NOTHING = b"\1"
"""The value of a tombstone: length -1."""


def sized(data: bytes) -> bytes:
    """Bytes after their length, as records hold keys and values."""
    size = len(data)
    return (LENGTHS[size] if size < len(LENGTHS) else zigzag(size)) + data


_NO_VALUE = zigzag(-1)
_ID, _CORRELATION, _CAUSATION, _TRACE = (
    sized(name)
    for name in (b"ce_id", b"ce_correlationid", b"ce_causationid", b"traceparent")
)
_TIME = sized(b"ce_time") + LENGTHS[len("2026-03-02T16:40:11.123Z")]
_OWN = 3
"""Headers that each event has for itself: id, time, correlation."""


def packed_headers(count: int, headers: Headers) -> bytes:
    """The start of a record's headers.

    Args:
        count: of all headers, also those that follow.
        headers: the first of them.
    """
    pairs = (sized(name.encode()) + sized(value) for name, value in headers)
    return zigzag(count) + b"".join(pairs)


_CHANGE_HEADERS = packed_headers(1, [("content-type", b"application/avro")])


def packed_change(key: bytes, value: bytes | None) -> bytes:
    """A record that only says its format, from the key on; None is a tombstone."""
    body = _NO_VALUE if value is None else sized(value)
    return b"%b%b%b" % (sized(key), body, _CHANGE_HEADERS)


def packed_event(key: bytes, value: bytes, event: Event) -> bytes:
    """A record with the envelope of an event (`headers_of`), from the key on."""
    cause, trace = event.causation_id, event.traceparent
    mark = event.id.encode()
    chain = event.correlation_id.encode() or mark
    kind = _kind(
        *(event.type, event.source, event.operation, event.classification),
        (cause != "") + (trace != ""),
    )
    size = len(value)
    try:
        rest = b"%b%b%b%b%b%b%b%b%b%b%b%b%b" % (
            *(LENGTHS[len(key)], key),
            *(LENGTHS[size] if size < len(LENGTHS) else zigzag(size), value),
            *(kind, _ID, LENGTHS[len(mark)], mark),
            *(_TIME, iso_time(event.time_ms).encode()),
            *(_CORRELATION, LENGTHS[len(chain)], chain),
        )
    except IndexError:  # a key or an id of a kilobyte
        headers = headers_of(event)
        return sized(key) + sized(value) + packed_headers(len(headers), headers)
    if cause:
        rest += _CAUSATION + sized(cause.encode())
    if trace:
        rest += _TRACE + sized(trace.encode())
    return rest


@lru_cache(maxsize=4096)
def _kind(
    event_type: str, source: str, operation: str, classification: str, more: int
) -> bytes:
    shared = kind_headers(event_type, source, operation, classification)
    return packed_headers(len(shared) + _OWN + more, shared)


class PackedBatch:
    """A batch of one partition; what `AIOKafkaProducer.send_batch` takes.

    Args:
        limit_bytes: of the batch; its first record is taken whatever its size.
        timestamp_ms: of all its records.
        transactional: it is sent inside a transaction.
    """

    def __init__(
        self, limit_bytes: int, timestamp_ms: int, *, transactional: bool = True
    ) -> None:
        self._attributes = _TRANSACTIONAL if transactional else 0
        self._limit = limit_bytes
        self._timestamp = timestamp_ms
        self._data = bytearray(_HEAD.size)
        self._count = 0
        self._closed = False
        self._producer = (-1, -1, 0)

    def add(self, rest: bytes) -> bool:
        """Add a record; False if the batch is full.

        Args:
            rest: of the record, from the key on.
        """
        count = self._count
        start = _STARTS[count] if count < len(_STARTS) else b"\0\0" + zigzag(count)
        size = len(start) + len(rest)
        length = LENGTHS[size] if size < len(LENGTHS) else zigzag(size)
        if count and len(self._data) + len(length) + size > self._limit:
            return False
        self._data += b"%b%b%b" % (length, start, rest)
        self._count = count + 1
        return True

    def add_many(self, rests: Sequence[bytes]) -> int:
        """Add records in their order while there is room; how many were taken."""
        before = count = self._count
        room = self._limit - len(self._data)
        parts: list[bytes] = []
        for rest in rests:
            start = _STARTS[count] if count < len(_STARTS) else b"\0\0" + zigzag(count)
            size = len(start) + len(rest)
            length = LENGTHS[size] if size < len(LENGTHS) else zigzag(size)
            room -= len(length) + size
            if room < 0 and count:
                break
            parts += (length, start, rest)
            count += 1
        self._data += b"".join(parts)
        self._count = count
        return count - before

    # What follows is called by aiokafka, by these names.

    def close(self) -> None:
        """No more records."""
        self._closed = True

    def closed(self) -> bool:
        """Whether it takes no more records."""
        return self._closed

    def size(self) -> int:
        """Bytes so far."""
        return len(self._data)

    def record_count(self) -> int:
        """Records so far."""
        return self._count

    def _set_producer_state(
        self, producer_id: int, producer_epoch: int, base_sequence: int
    ) -> None:
        self._producer = (producer_id, producer_epoch, base_sequence)

    def _build(self) -> bytearray:
        self._closed = True
        _HEAD.pack_into(
            self._data,
            0,
            0,
            len(self._data) - _AFTER_LENGTH,
            _NO_LEADER_EPOCH,
            _MAGIC,
            0,
            self._attributes,
            self._count - 1,
            self._timestamp,
            self._timestamp,
            *self._producer,
            self._count,
        )
        crc = calc_crc32c(memoryview(self._data)[_ATTRIBUTES_AT:])
        struct.pack_into(">I", self._data, _CRC_AT, crc)
        return self._data
