"""May this schema follow those: the official Avro checker, with our words on why.

Modes are the registry's: BACKWARD (a consumer with the new schema reads old data),
FORWARD (a consumer with the old schema reads new data), FULL (both), each against
the latest version or, `_TRANSITIVE`, against all; NONE checks nothing.
"""

import json
import warnings
from collections.abc import Sequence
from typing import Any

from avro.compatibility import (
    ReaderWriterCompatibilityChecker,
    SchemaCompatibilityType,
)
from avro.errors import AvroException
from avro.schema import parse

from bus.contracts.resolution import breaks
from bus.errors import ConfigError

MODES = (
    "NONE",
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
)


def incompatibilities(new: Any, earlier: Sequence[Any], mode: str) -> list[str]:
    """Everything that breaks when `new` becomes the next version.

    Args:
        new: the schema proposed, self-contained.
        earlier: the versions there are, oldest first.
        mode: one of `MODES`.

    Returns:
        One line per problem: version, who breaks, field path, rule, next step.
        Empty: `new` may follow.

    Raises:
        ConfigError: unknown mode, or a schema is not valid Avro.
    """
    if mode not in MODES:
        raise ConfigError(f"compatibility {mode!r} is not valid; valid: {MODES}")
    if mode == "NONE":
        return []
    direction, _, transitive = mode.partition("_")
    numbered = list(enumerate(earlier, start=1))
    lines: list[str] = []
    for number, old in numbered if transitive else numbered[-1:]:
        if direction in ("BACKWARD", "FULL"):
            who = f"consumers on the new schema cannot read data of version {number}"
            lines += [f"{who}: {text}" for text in unreadable(new, old)]
        if direction in ("FORWARD", "FULL"):
            who = f"consumers on version {number} cannot read data of the new schema"
            lines += [f"{who}: {text}" for text in unreadable(old, new)]
    return lines


def unreadable(reader: Any, writer: Any) -> list[str]:
    """Why data written with `writer` cannot be read with `reader`; empty if it can.

    Raises:
        ConfigError: a schema is not valid Avro.
    """
    official = ReaderWriterCompatibilityChecker().get_compatibility(
        _parsed(reader), _parsed(writer)
    )
    told = [str(item) for item in breaks(reader, writer)]
    if told or official.compatibility is SchemaCompatibilityType.compatible:
        return told
    return [f"(schema): AVRO: {message}" for message in sorted(official.messages)] or [
        "(schema): AVRO: not compatible"
    ]


def _parsed(schema: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # logical types it does not know
            return parse(json.dumps(schema))
    except (AvroException, TypeError, ValueError) as error:
        raise ConfigError(f"not a valid Avro schema: {error}") from None
