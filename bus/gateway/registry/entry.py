"""Records of the `_schemas` topic, in the format Confluent and Karapace read and write.

A site can therefore point a real registry at the same topic later, and every id in
every event already written stays right. Keys are compared byte by byte when Kafka
compacts, so their attributes are written in one fixed order.
"""

import json
from dataclasses import dataclass
from typing import Any

SCHEMA, CONFIG, DELETE_SUBJECT = "SCHEMA", "CONFIG", "DELETE_SUBJECT"


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of a subject.

    Attributes:
        subject: `<topic>-<record full name>`.
        version: counts from 1 within the subject.
        id: global id of the schema, as in the wire format.
        schema: the schema as JSON text.
        deleted: soft-deleted: not offered any more, its id still resolves.
    """

    subject: str
    version: int
    id: int
    schema: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One record, parsed.

    Attributes:
        kind: `SCHEMA`, `CONFIG`, `DELETE_SUBJECT`, or a kind we pass over.
        subject: None in a CONFIG entry means all subjects.
        version: of SCHEMA and DELETE_SUBJECT entries.
        value: the value's JSON object; None is a tombstone.
    """

    kind: str
    subject: str | None
    version: int
    value: dict[str, Any] | None


def parse_entry(key: bytes, value: bytes | None) -> Entry:
    """A record of the topic.

    Raises:
        ValueError: the key or the value is not a JSON object.
    """
    found, content = json.loads(key), json.loads(value) if value else None
    if not isinstance(found, dict) or not isinstance(content, dict | None):
        raise ValueError("expected JSON objects")  # noqa: TRY004 - about bytes
    version = found.get("version")
    if version is None:
        version = (content or {}).get("version", 0)
    return Entry(
        kind=str(found.get("keytype", "")),
        subject=found.get("subject"),
        version=int(version),
        value=content,
    )


def schema_entry(found: SchemaVersion) -> tuple[bytes, bytes]:
    """Key and value of a SCHEMA record."""
    key = {
        "keytype": SCHEMA,
        "subject": found.subject,
        "version": found.version,
        "magic": 1,
    }
    value = {
        "subject": found.subject,
        "version": found.version,
        "id": found.id,
        "schema": found.schema,
        "deleted": found.deleted,
    }
    return _json(key), _json(value)


def config_entry(subject: str | None, level: str) -> tuple[bytes, bytes]:
    """Key and value of a CONFIG record; subject None is the level of all."""
    key = {"keytype": CONFIG, "subject": subject, "magic": 0}
    return _json(key), _json({"compatibilityLevel": level})


def noop_entry() -> tuple[bytes, bytes | None]:
    """Key and value of a NOOP record, which changes nothing."""
    return _json({"keytype": "NOOP", "magic": 0}), None


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
