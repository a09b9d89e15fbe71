"""Events and Kafka records as plain values, and the CloudEvents headers between them.

Envelope: CloudEvents 1.0, Kafka binary mode (`ce_*` headers) plus the extensions
`correlationid`, `causationid`, `operation`, `classification`, `traceparent`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Any

Headers = list[tuple[str, bytes]]
Value = dict[str, Any]

DIBUAT, DIKOREKSI, DIBATALKAN = "DIBUAT", "DIKOREKSI", "DIBATALKAN"

_EPOCH = date(1970, 1, 1).toordinal()
_FIXED: Headers = [("ce_specversion", b"1.0"), ("content-type", b"application/avro")]


@dataclass(slots=True)
class Event:
    """One domain event, decoded. Dates are days and times are ms since 1970-01-01 UTC.

    Nobody changes one: `dataclasses.replace` makes another. It is not declared frozen
    because that makes each one twice as dear, and a stream makes two per record.

    Attributes:
        type: event type = Avro record name, `KematianDilaporkan`.
        key: record key; never personal data.
        value: the payload; None is a tombstone.
        id: 32 hex digits, deterministic (`event_id`).
        source: CloudEvents source, `/k3325/esakti/tb_santunan`.
        time_ms: when it happened or was recorded at the source.
        operation: DIBUAT, DIKOREKSI or DIBATALKAN.
        classification: PUBLIK, INTERNAL, PRIBADI_UMUM or PRIBADI_SPESIFIK.
        correlation_id: id of the first event of the chain.
        causation_id: id of the event that directly caused this one.
        traceparent: W3C trace context, carried along unchanged.
    """

    type: str
    key: str
    value: Value | None
    id: str
    source: str
    time_ms: int
    operation: str = DIBUAT
    classification: str = "PRIBADI_UMUM"
    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record as bytes, with where it stands."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default_factory=list)

    @property
    def timestamp(self) -> int:
        """`timestamp_ms` under the name the Kafka client gives it."""
        return self.timestamp_ms


def event_id(*parts: str | bytes) -> str:
    """Deterministic id: 32 hex digits over the parts, order and borders kept.

    The same parts always give the same id, so reading a row twice or deciding a
    case twice cannot make two events (`design.md` §4).
    """
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(4, "big"))
        digest.update(data)
    return digest.hexdigest()


def id_maker(first: str) -> Callable[[str, str, str], str]:
    """`event_id` of four parts whose first is always the same, in half the time."""
    data = first.encode()
    start = blake2b(len(data).to_bytes(4, "big") + data, digest_size=16)

    def make(second: str, third: str, fourth: str) -> str:
        a, b, c = second.encode(), third.encode(), fourth.encode()
        digest = start.copy()
        digest.update(b"".join((_size(len(a)), a, _size(len(b)), b, _size(len(c)), c)))
        return digest.hexdigest()

    return make


_size = Struct(">I").pack


def iso_time(time_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    day, in_day = divmod(time_ms, 86_400_000)
    minute, rest = divmod(in_day, 60_000)
    second, ms = divmod(rest, 1000)
    return f"{_iso_day(day)}{_MINUTES[minute]}{_SECONDS[second]}{_MILLIS[ms]}"


_SECONDS = [f"{second:02d}" for second in range(60)]
_MILLIS = [f".{ms:03d}Z" for ms in range(1000)]
_MINUTES = [f"T{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60)]


@lru_cache(maxsize=4096)
def _iso_day(day: int) -> str:
    return date.fromordinal(day + _EPOCH).isoformat()


@lru_cache(maxsize=4096)
def kind_headers(
    event_type: str, source: str, operation: str, classification: str
) -> Headers:
    """The headers that all events of one kind share; not to be changed."""
    return [
        *_FIXED,
        ("ce_source", source.encode()),
        ("ce_type", event_type.encode()),
        ("ce_operation", operation.encode()),
        ("ce_classification", classification.encode()),
    ]


def headers_of(event: Event) -> Headers:
    """The event's envelope as Kafka headers; empty extensions are left out."""
    identity = event.id.encode()
    headers = [
        *kind_headers(event.type, event.source, event.operation, event.classification),
        ("ce_id", identity),
        ("ce_time", iso_time(event.time_ms).encode()),
        ("ce_correlationid", event.correlation_id.encode() or identity),
    ]
    if event.causation_id:
        headers.append(("ce_causationid", event.causation_id.encode()))
    if event.traceparent:
        headers.append(("traceparent", event.traceparent.encode()))
    return headers


def event_from(
    headers: Iterable[tuple[str, bytes]], key: str, value: Value | None
) -> Event:
    """The event behind a record's headers; the inverse of `headers_of`.

    Raises:
        KeyError: a required `ce_*` header is missing; the name is the argument.
        ValueError: `ce_time` is no RFC 3339 time.
    """
    found: Mapping[str, bytes] = dict(headers)
    get = found.get
    return Event(
        found["ce_type"].decode(),
        key,
        value,
        found["ce_id"].decode(),
        found["ce_source"].decode(),
        _parse_time(found["ce_time"].decode()),
        get("ce_operation", b"DIBUAT").decode(),
        get("ce_classification", b"PRIBADI_UMUM").decode(),
        get("ce_correlationid", b"").decode(),
        get("ce_causationid", b"").decode(),
        get("traceparent", b"").decode(),
    )


_OURS = len("2026-03-02T16:40:11.123Z")


def _parse_time(text: str) -> int:
    """Milliseconds of an RFC 3339 time; quick for the form of `iso_time`."""
    if len(text) == _OURS and text[19::4] == ".Z" and text[20:23].isdecimal():
        return _second_ms(text[:19]) + int(text[20:23])
    return _any_time(text)


@lru_cache(maxsize=4096)
def _second_ms(text: str) -> int:
    return _any_time(text + "Z")


def _any_time(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("ce_time has no time zone")
    return round(moment.timestamp() * 1000)


def header(headers: Iterable[tuple[str, bytes]], name: str) -> str | None:
    """One header as text, without building a dict; None if absent."""
    for found, value in headers:
        if found == name:
            return value.decode()
    return None
