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
REDRIVE, ATTEMPTS = "opdbus_redrive", "opdbus_attempts"
"""Headers of a rejected record that is sent again: for whom alone (pipeline or sink),
and how often it was tried before."""

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
    start = _begun(first)

    def make(second: str, third: str, fourth: str) -> str:
        a, b, c = second.encode(), third.encode(), fourth.encode()
        digest = start.copy()
        digest.update(b"".join((_size(len(a)), a, _size(len(b)), b, _size(len(c)), c)))
        return digest.hexdigest()

    return make


@lru_cache
def output_id_maker(pipeline: str) -> Callable[[str, int, str, str], str]:
    """`event_id` of what a pipeline emits: cause, running number, type and key."""
    start = _begun(pipeline)

    def make(cause: str, number: int, event_type: str, key: str) -> str:
        a, b, c, d = cause.encode(), b"%d" % number, event_type.encode(), key.encode()
        digest = start.copy()
        digest.update(
            b"%b%b%b%b%b%b%b%b"
            % (
                *(_size(len(a)), a, _size(len(b)), b),
                *(_size(len(c)), c, _size(len(d)), d),
            )
        )
        return digest.hexdigest()

    return make


def _begun(first: str) -> blake2b:
    data = first.encode()
    return blake2b(_size(len(data)) + data, digest_size=16)


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
    return event_in(dict(headers), key, value)


def event_in(envelope: Mapping[str, bytes], key: str, value: Value | None) -> Event:
    """As `event_from`, of headers by name."""
    get = envelope.get
    return Event(
        envelope["ce_type"].decode(),
        key,
        value,
        envelope["ce_id"].decode(),
        envelope["ce_source"].decode(),
        _time_ms(envelope["ce_time"]),
        get("ce_operation", b"DIBUAT").decode(),
        get("ce_classification", b"PRIBADI_UMUM").decode(),
        get("ce_correlationid", b"").decode(),
        get("ce_causationid", b"").decode(),
        get("traceparent", b"").decode(),
    )


_TO_SECONDS = len("2026-03-02T16:40:11")
_FRACTIONS = {text.encode(): ms for ms, text in enumerate(_MILLIS)}


def _time_ms(data: bytes) -> int:
    """Milliseconds of an RFC 3339 time; quick for the form of `iso_time`."""
    fraction = _FRACTIONS.get(data[_TO_SECONDS:])
    if fraction is None:
        return _any_time(data.decode())
    return _second_ms(data[:_TO_SECONDS]) + fraction


@lru_cache(maxsize=4096)
def _second_ms(data: bytes) -> int:
    return _any_time(data.decode() + "Z")


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


def is_for(headers: Iterable[tuple[str, bytes]], name: str) -> bool:
    """Whether this consumer takes a record; one sent again is for one of them only."""
    return header(headers, REDRIVE) in (None, name)


def tried_before(headers: Iterable[tuple[str, bytes]]) -> int:
    """How often a record that was sent again had been tried before; else 0."""
    return int(header(headers, ATTEMPTS) or 0)
