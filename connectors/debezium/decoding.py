"""Bytes of Debezium's records to changes, JSON or Avro."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bus.connect.topic import AvroBodies
from bus.errors import RowError
from connectors.debezium.cells import KINDS
from connectors.debezium.envelope import (
    Change,
    change_of,
    from_avro,
    from_connect,
)

if TYPE_CHECKING:
    from bus.clock import Clock
    from connectors.debezium.config import DebeziumConfig
    from connectors.debezium.envelope import Converters


class JsonRecords:
    """Connect's JSON, `schemas.enable` or not.

    Args:
        config: types of columns where records do not tell them.
    """

    def __init__(self, config: DebeziumConfig) -> None:
        self._types = {name: KINDS[kind] for name, kind in config.types.items()}
        self._schema: Any = None
        self._converters: Converters = self._types

    def change(self, key: bytes | None, value: bytes) -> Change:
        """The change a record tells.

        Raises:
            RowError: it is no JSON, or no envelope.
        """
        found = _json(value)
        converters: Converters = self._types
        if _has_schema(found):
            if found["schema"] != self._schema:
                self._schema = found["schema"]
                told = from_connect(self._schema or {})
                self._converters = {**self._types, **told}
            found, converters = found["payload"], self._converters
        row: Any = _json(key) if key else None
        if _has_schema(row):
            row = row["payload"]
        return change_of(found, row, converters)

    def close(self) -> None:
        """Nothing is held."""


class AvroRecords:
    """Confluent's wire format.

    Args:
        config: where the schemas are.
        clock: for the registry's pauses.
    """

    def __init__(self, config: DebeziumConfig, clock: Clock) -> None:
        self._bodies = AvroBodies(config.registry, clock)
        self._known: dict[int, Converters] = {}

    def change(self, key: bytes | None, value: bytes) -> Change:
        """As `JsonRecords.change`.

        Raises:
            PoisonError: no Avro, or no envelope. RetriableError: no registry.
        """
        found, schema = self._bodies.decode(value)
        if id(schema) not in self._known:
            self._known[id(schema)] = from_avro(schema)
        row = self._bodies.decode(key)[0] if key else None
        return change_of(found, row, self._known[id(schema)])

    def close(self) -> None:
        """Let go of the registry; may be called twice."""
        self._bodies.close()


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise RowError("ISI_RUSAK", "isi pesan bukan JSON yang sah.") from None


def _has_schema(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"schema", "payload"}
