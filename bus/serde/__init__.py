"""Values to Avro bytes and back: Confluent wire format, schema registry."""

from bus.serde.client import HttpRegistry
from bus.serde.codec import Serde
from bus.serde.failures import (
    BUKAN_AVRO,
    ISI_RUSAK,
    SKEMA_TIDAK_COCOK,
    SKEMA_TIDAK_DIKENAL,
    TIDAK_SESUAI_SKEMA,
    EncodeError,
)
from bus.serde.registry import SchemaRegistry
from bus.serde.subject import subject_for

__all__ = [
    "BUKAN_AVRO",
    "ISI_RUSAK",
    "SKEMA_TIDAK_COCOK",
    "SKEMA_TIDAK_DIKENAL",
    "TIDAK_SESUAI_SKEMA",
    "EncodeError",
    "HttpRegistry",
    "SchemaRegistry",
    "Serde",
    "subject_for",
]
