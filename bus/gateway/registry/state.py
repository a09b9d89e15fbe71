"""The registry's state: a fold over the `_schemas` topic. Pure."""

import json
import logging

from bus.gateway.registry.entry import (
    CONFIG,
    DELETE_SUBJECT,
    SCHEMA,
    Entry,
    SchemaVersion,
    parse_entry,
)
from bus.gateway.registry.failures import (
    schema_not_found,
    subject_not_found,
    version_not_found,
)
from bus.serde.registry import fingerprint

log = logging.getLogger(__name__)

DEFAULT_LEVEL = "BACKWARD_TRANSITIVE"
"""Contracts promise it: a new reader reads everything still in the log."""


class RegistryState:
    """Subjects, versions, ids and compatibility levels as of the records applied."""

    def __init__(self) -> None:
        self._subjects: dict[str, dict[int, SchemaVersion]] = {}
        self._texts: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        self._levels: dict[str | None, str] = {}

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take in one record; what is not understood is passed over with a warning."""
        try:
            entry = parse_entry(key or b"", value)
            self._apply(entry)
        except (ValueError, KeyError, TypeError) as error:
            log.warning("_schemas: a record is not understood: %s", error)

    def _apply(self, entry: Entry) -> None:
        if entry.kind == SCHEMA and entry.subject is not None:
            self._put_schema(entry.subject, entry)
        elif entry.kind == DELETE_SUBJECT and entry.subject is not None:
            self._delete_subject(entry.subject, entry.version)
        elif entry.kind == CONFIG and entry.value is None:
            self._levels.pop(entry.subject, None)
        elif entry.kind == CONFIG and entry.value is not None:
            self._levels[entry.subject] = entry.value["compatibilityLevel"]

    def _put_schema(self, subject: str, entry: Entry) -> None:
        versions = self._subjects.setdefault(subject, {})
        if entry.value is None:
            versions.pop(entry.version, None)
            return
        text: str = entry.value["schema"]
        schema_id = int(entry.value["id"])
        versions[entry.version] = SchemaVersion(
            subject, entry.version, schema_id, text, bool(entry.value.get("deleted"))
        )
        self._texts[schema_id] = text
        self._ids.setdefault(fingerprint(json.loads(text)), schema_id)

    def _delete_subject(self, subject: str, up_to: int) -> None:
        versions = self._subjects.get(subject, {})
        for number, old in versions.items():
            if number <= up_to:
                versions[number] = SchemaVersion(
                    subject, number, old.id, old.schema, deleted=True
                )

    def subjects(self) -> list[str]:
        """Subjects with at least one live version, sorted."""
        return sorted(name for name in self._subjects if self.live(name))

    def live(self, subject: str) -> list[SchemaVersion]:
        """Versions of a subject that are not deleted, oldest first; maybe none."""
        versions = self._subjects.get(subject, {})
        return [versions[n] for n in sorted(versions) if not versions[n].deleted]

    def versions(self, subject: str) -> list[SchemaVersion]:
        """Live versions of a subject, oldest first.

        Raises:
            RegistryError: 40401, there are none.
        """
        found = self.live(subject)
        if not found:
            raise subject_not_found(subject)
        return found

    def version(self, subject: str, number: int | None) -> SchemaVersion:
        """One live version; None is the newest.

        Raises:
            RegistryError: 40401 or 40402.
        """
        found = self.versions(subject)
        if number is None:
            return found[-1]
        for version in found:
            if version.version == number:
                return version
        raise version_not_found(number)

    def find(self, subject: str, mark: str) -> SchemaVersion | None:
        """The newest live version of a subject with this fingerprint."""
        for version in reversed(self.live(subject)):
            if fingerprint(json.loads(version.schema)) == mark:
                return version
        return None

    def text(self, schema_id: int) -> str:
        """The schema of an id, deleted ones included: events still carry it.

        Raises:
            RegistryError: 40403.
        """
        found = self._texts.get(schema_id)
        if found is None:
            raise schema_not_found(str(schema_id))
        return found

    def uses(self, schema_id: int) -> list[SchemaVersion]:
        """Live versions that have this id.

        Raises:
            RegistryError: 40403.
        """
        self.text(schema_id)
        return [v for s in self.subjects() for v in self.live(s) if v.id == schema_id]

    def id_of(self, mark: str) -> int | None:
        """The id that this schema has already, under any subject."""
        return self._ids.get(mark)

    def next_id(self) -> int:
        """An id that no schema has or had."""
        return max(self._texts, default=0) + 1

    def next_version(self, subject: str) -> int:
        """The number after the subject's newest version, deleted ones included."""
        return max(self._subjects.get(subject, {}), default=0) + 1

    def level(self, subject: str | None = None) -> str:
        """The compatibility level that holds for a subject, or for all."""
        return self._levels.get(subject) or self._levels.get(None) or DEFAULT_LEVEL

    def own_level(self, subject: str) -> str | None:
        """The level set for just this subject, if one is."""
        return self._levels.get(subject)
