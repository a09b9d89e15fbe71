"""What the registry accepts: valid Avro, compatible with what is there. Pure."""

import json
import warnings
from dataclasses import dataclass
from typing import Any

from avro.errors import AvroException
from avro.schema import parse
from fastavro.schema import (
    SchemaParseException,
    UnknownType,
    parse_schema,
)

from bus.contracts.compatibility import MODES, incompatibilities
from bus.errors import ConfigError
from bus.gateway.registry.entry import SchemaVersion
from bus.gateway.registry.failures import (
    INCOMPATIBLE,
    INVALID_COMPATIBILITY,
    INVALID_SCHEMA,
    RegistryError,
)
from bus.gateway.registry.state import RegistryState
from bus.serde.registry import fingerprint, schema_text


@dataclass(frozen=True, slots=True)
class AvroSchema:
    """A schema that parses.

    Attributes:
        schema: as Python values.
        text: as compact JSON.
        mark: its fingerprint.
    """

    schema: Any
    text: str
    mark: str


def parse_avro(text: Any, kind: str = "AVRO") -> AvroSchema:
    """The schema of a request.

    Raises:
        RegistryError: 42201, no text, no JSON, no valid Avro, or another type.
    """
    if kind != "AVRO":
        raise RegistryError(INVALID_SCHEMA, f"Schema type {kind}: only AVRO is served.")
    if not isinstance(text, str):
        raise RegistryError(INVALID_SCHEMA, "Attribute 'schema' must be JSON text.")
    try:
        schema = json.loads(text)
        parse_schema(schema)  # we must be able to read with it
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # logical types it does not know
            parse(text)  # and it must be Avro for others: names, defaults
    except (ValueError, SchemaParseException, UnknownType, AvroException) as error:
        words = f"Invalid schema: {type(error).__name__}: {error}"
        raise RegistryError(INVALID_SCHEMA, words) from None
    except (TypeError, KeyError, AttributeError) as error:
        words = f"Invalid schema: not Avro ({type(error).__name__}: {error})"
        raise RegistryError(INVALID_SCHEMA, words) from None
    return AvroSchema(schema, schema_text(schema), fingerprint(schema))


def registration(
    state: RegistryState, subject: str, schema: AvroSchema
) -> tuple[SchemaVersion, bool]:
    """The version this schema has under the subject, and whether it is new.

    The same schema under another subject gets the same id, as in Confluent's.

    Raises:
        RegistryError: 409, it breaks a version that is there.
    """
    found = state.find(subject, schema.mark)
    if found is not None:
        return found, False
    if broken := breaks(schema, state.live(subject), state.level(subject)):
        raise RegistryError(
            INCOMPATIBLE,
            f"Schema being registered is incompatible with an earlier schema for "
            f"subject '{subject}' ({state.level(subject)}): {'; '.join(broken)}",
        )
    schema_id = state.id_of(schema.mark) or state.next_id()
    version = state.next_version(subject)
    return SchemaVersion(subject, version, schema_id, schema.text), True


def breaks(schema: AvroSchema, earlier: list[SchemaVersion], level: str) -> list[str]:
    """What the schema would break, in words; nothing if it is compatible.

    Raises:
        RegistryError: 42201, the schema is not valid Avro for the official checker.
    """
    if level == "NONE" or not earlier:
        return []
    try:
        return incompatibilities(
            schema.schema, [json.loads(v.schema) for v in earlier], level
        )
    except ConfigError as error:
        raise RegistryError(INVALID_SCHEMA, f"Invalid schema: {error}") from None


def check_level(level: Any) -> str:
    """A compatibility level.

    Raises:
        RegistryError: 42203.
    """
    if level not in MODES:
        raise RegistryError(
            INVALID_COMPATIBILITY,
            f"Invalid compatibility level; valid: {', '.join(MODES)}",
        )
    return str(level)
