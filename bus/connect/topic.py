"""A Kafka topic as a source reads one: records, and Avro bodies of a registry."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from struct import Struct
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from fastavro import parse_schema, schemaless_reader

from bus.errors import RowError
from bus.kafka.tail import Tail
from bus.serde import HttpRegistry

if TYPE_CHECKING:
    from bus.clock import Clock

__all__ = ["AvroBodies", "Tail"]

_WIRE = Struct("!bI")


class AvroBodies:
    """Decodes what others have written with a Confluent registry.

    Args:
        url: of the registry.
        clock: for its pauses.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        cache = Path(gettempdir()) / "opdbus-foreign-schemas"
        self._registry = HttpRegistry(url, cache, clock)
        self._parsed: dict[int, tuple[Any, dict[str, Any]]] = {}

    def decode(self, data: bytes) -> tuple[Any, dict[str, Any]]:
        """The value and the schema it was written with.

        Raises:
            PoisonError: no Avro in this format, or of an unknown schema.
            RetriableError: the registry is away.
        """
        if len(data) < _WIRE.size or data[0]:
            raise RowError("BUKAN_AVRO", "isi pesan bukan Avro dengan nomor skema")
        _, number = _WIRE.unpack_from(data)
        if number not in self._parsed:
            schema = self._registry.schema(number)
            self._parsed[number] = (
                parse_schema(json.loads(json.dumps(schema))),
                schema,
            )
        parsed, schema = self._parsed[number]
        try:
            value = schemaless_reader(BytesIO(data[_WIRE.size :]), parsed, None)
        except (EOFError, ValueError, IndexError, TypeError) as error:
            raise RowError("ISI_RUSAK", f"isi pesan rusak: {error}") from error
        return value, schema

    def close(self) -> None:
        """Let go of the registry; may be called twice."""
        self._registry.close()
