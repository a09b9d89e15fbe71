"""What the serde needs of a schema registry, and how schemas are compared."""

import json
from hashlib import sha256
from typing import Any, Protocol

Schema = dict[str, Any]


class SchemaRegistry(Protocol):
    """Schemas by id; an id, once given, means the same schema for ever."""

    def register(self, subject: str, schema: Schema, compatibility: str = "") -> int:
        """The id of this schema under this subject, made if it is new.

        Args:
            subject: `<topic>-<record full name>`.
            schema: self-contained.
            compatibility: the contract's level; becomes the subject's where it has
                none of its own, so that a registry with another default obeys it.

        Raises:
            ConfigError: the registry refuses it (incompatible, not valid).
            RetriableError: the registry is away and the id is not known here.
        """
        ...

    def schema(self, schema_id: int) -> Schema:
        """The schema of an id.

        Raises:
            DecodeError: `SKEMA_TIDAK_DIKENAL`, the registry has no such id.
            RetriableError: the registry is away and the schema is not known here.
        """
        ...


def schema_text(schema: Any) -> str:
    """The schema as compact JSON, attributes in their order."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def fingerprint(schema: Any) -> str:
    """Equal for schemas that differ in white space and attribute order only."""
    text = json.dumps(schema, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
