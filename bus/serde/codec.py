"""Values to bytes and bytes to values, by contract and schema registry."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.read import SchemaResolutionError

from bus.errors import DecodeError, RetriableError
from bus.privacy.protect import Protector, Transparent
from bus.privacy.walk import Walk, compile_protect, compile_reveal
from bus.serde.failures import (
    ISI_RUSAK,
    MOST_BYTES,
    REFUSED,
    SKEMA_TIDAK_COCOK,
    SKEMA_TIDAK_DIKENAL,
    too_large,
)
from bus.serde.mismatch import encode_error
from bus.serde.reader import compile_reader
from bus.serde.spread import Shape, compile_spread, put_together
from bus.serde.subject import subject_for
from bus.serde.view import Parsed, in_process, parsed
from bus.serde.wire import HEADER_BYTES, header_of, schema_id_of
from bus.serde.writer import compile_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bus.contracts import Catalog, EventContract
    from bus.record import Value
    from bus.serde.registry import Schema, SchemaRegistry

    Writer = Callable[[Value], bytes]
    Reader = tuple[str, Callable[[bytes], Value], Walk | None]

_BROKEN = (
    *(EOFError, ValueError, LookupError, ArithmeticError, TypeError),
    *(MemoryError, struct.error),
)


QUESTIONS_AT_ONCE = 8


class Encoder(Protocol):
    """Encodes values of one event type for one topic."""

    def __call__(self, value: Value, key: str = "") -> bytes:
        """The value in the wire format.

        Args:
            value: the payload.
            key: the record's key: whose personal fields they are where the value
                has no `subjek_id`; give it here and to `decode`, or to neither.

        Raises:
            EncodeError: the value does not fit; names the field, never the value.
        """
        ...


class Serde:
    """Encodes by event type and topic, decodes by what the bytes say of themselves.

    Values: `date` is an int of days since 1970-01-01, `timestamp-millis` an int of
    milliseconds UTC, `decimal` a `decimal.Decimal`, enums are str. What was written
    with another version of a schema is read with the catalogue's newest, so fields
    added since have their defaults. Safe to use from several threads.

    Args:
        catalog: the contracts.
        registry: schema ids; asked once per schema, not per record.
        protector: the step for fields tagged personal (`bus.privacy`); by default
            one that does nothing, which costs nothing.

    Attributes:
        catalog: the contracts.
    """

    def __init__(
        self,
        catalog: Catalog,
        registry: SchemaRegistry,
        protector: Protector | None = None,
    ) -> None:
        self.catalog = catalog
        self._registry = registry
        self._protector = protector or Transparent()
        self._encoders: dict[tuple[str, str], Encoder] = {}
        self._readers: dict[bytes, Reader] = {}

    def encoder(self, topic: str, event_type: str) -> Encoder:
        """The function that encodes one event type for one topic; made once.

        The function raises EncodeError (dead letter) when a value does not fit.

        Args:
            topic: full topic name, part of the registry subject.
            event_type: Avro record name, as in the catalogue.

        Raises:
            ConfigError: not in the catalogue, or the registry refuses the schema.
            RetriableError: the registry is away and the id is not cached.
        """
        found = self._encoders.get((topic, event_type))
        if found is None:
            event = self.catalog.event(event_type)
            header = self._header(topic, event)
            walk = compile_protect(event.schema, event.personal_fields, self._protector)
            found = _encoder(event_type, event.schema, header, walk)
            self._encoders[topic, event_type] = found
        return found

    def prepare(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Make encoders for pairs of topic and event type, several at a time.

        What the registry cannot be asked now is asked when it is first encoded.

        Raises:
            ConfigError: not in the catalogue, or the registry refuses a schema.
        """

        def one(pair: tuple[str, str]) -> None:
            with suppress(RetriableError):
                self.encoder(*pair)

        with ThreadPoolExecutor(QUESTIONS_AT_ONCE) as pool:
            list(pool.map(one, wanted))

    def spread_encoder(
        self, topic: str, event_type: str, shape: Shape
    ) -> Callable[..., bytes]:
        """As `encoder`, for values whose parts are arguments (`bus.serde.writer`).

        Raises:
            ConfigError, RetriableError: as `encoder`.
        """
        encode, event = self.encoder(topic, event_type), self.catalog.event(event_type)
        personal = event.personal_fields
        if compile_protect(event.schema, personal, self._protector) is None:
            header = self._header(topic, event)
            write = compile_spread(in_process(event.schema), header, shape, encode)
            if write is not None:
                return write
        return lambda *given: encode(put_together(shape, given))

    def _header(self, topic: str, event: EventContract) -> bytes:
        subject = subject_for(topic, event.fullname)
        level = self.catalog.contract(event.contract).compatibility
        return header_of(self._registry.register(subject, event.schema, level))

    def encode(self, topic: str, event_type: str, value: Value, key: str = "") -> bytes:
        """One value as bytes; for many, keep `encoder`.

        Raises:
            EncodeError: the value does not fit; names the field, never the value.
            ConfigError, RetriableError: as `encoder`.
        """
        return self.encoder(topic, event_type)(value, key)

    def decode(self, data: bytes, key: str = "") -> tuple[str, Value]:
        """Record name and value.

        Args:
            data: bytes in the wire format.
            key: the record's key, if it was given to the encoder.

        Raises:
            DecodeError: with code `BUKAN_AVRO`, `SKEMA_TIDAK_DIKENAL`,
                `SKEMA_TIDAK_COCOK` or `ISI_RUSAK`.
            RetriableError: the registry is away and the schema is not cached.
        """
        reader = self._readers.get(data[:HEADER_BYTES])
        if reader is None:
            reader = self._reader(data)
        name, read, reveal = reader
        try:
            value = read(data)
        except SchemaResolutionError as error:
            raise DecodeError(
                SKEMA_TIDAK_COCOK,
                f"{name}: schema id {schema_id_of(data)} cannot be read with the "
                f"catalogue's schema: {error}",
            ) from None
        except _BROKEN as error:
            raise _broken(name, data, type(error).__name__) from None
        return name, value if reveal is None else reveal(value, key)

    def _reader(self, data: bytes) -> Reader:
        schema_id = schema_id_of(data)
        schema = self._registry.schema(schema_id)
        if schema.get("type") != "record":
            raise DecodeError(
                SKEMA_TIDAK_DIKENAL, f"schema id {schema_id} is not the id of a record"
            )
        view: Any = in_process(schema)
        name: str = view["name"].rpartition(".")[2]
        event, wanted, reveal = self.catalog.events.get(name), None, None
        if event is not None and event.fullname == view["name"]:
            reveal = compile_reveal(
                event.schema, event.personal_fields, self._protector
            )
            if in_process(event.schema) != view:
                wanted = parsed(event.schema)
        read = None if wanted else compile_reader(view, HEADER_BYTES)
        reader = (name, read or _general_reader(parse_schema(view), wanted), reveal)
        self._readers[data[:HEADER_BYTES]] = reader
        return reader


def _encoder(
    event_type: str, schema: Schema, header: bytes, protect: Walk | None
) -> Encoder:
    view = in_process(schema)
    write = compile_writer(view, header) or _general_writer(parse_schema(view), header)

    def encode(value: Value, key: str = "") -> bytes:
        try:
            data = write(value if protect is None else protect(value, key))
        except REFUSED:
            raise encode_error(event_type, view, value) from None
        if len(data) > MOST_BYTES:
            raise too_large(event_type, len(data))
        return data

    return encode


def _general_writer(ready: Parsed, header: bytes) -> Writer:
    """For schemas with forms that `compile_writer` does not know."""

    def write(value: Value) -> bytes:
        out = BytesIO()
        out.write(header)
        schemaless_writer(out, ready, value, strict_allow_default=True)
        return out.getvalue()

    return write


def _general_reader(written: Parsed, wanted: Parsed | None) -> Callable[[bytes], Value]:
    """For another writer's schema, and for forms `compile_reader` does not know."""

    def read(data: bytes) -> Value:
        body = BytesIO(data)
        body.seek(HEADER_BYTES)
        value: Value = schemaless_reader(body, written, wanted)
        if body.tell() != len(data):
            raise ValueError("too many bytes")
        return value

    return read


def _broken(name: str, data: bytes, what: str) -> DecodeError:
    return DecodeError(
        ISI_RUSAK,
        f"{name}: schema id {schema_id_of(data)}, {len(data)} bytes: the body is "
        f"not what its schema says ({what}); it was cut off or damaged",
    )
