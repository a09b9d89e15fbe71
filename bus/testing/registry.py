"""A schema registry in memory, with the same rules as the embedded one."""

import json

from bus.errors import ConfigError, DecodeError
from bus.gateway.registry.entry import config_entry, schema_entry
from bus.gateway.registry.failures import RegistryError
from bus.gateway.registry.rules import check_level, parse_avro, registration
from bus.gateway.registry.state import RegistryState
from bus.serde.failures import SKEMA_TIDAK_DIKENAL
from bus.serde.registry import Schema, schema_text


class MemoryRegistry:
    """A complete `SchemaRegistry`: ids, versions, compatibility levels.

    Attributes:
        state: for what a test wants to look at.
        log: every record written, as it would stand in `_schemas`.
    """

    def __init__(self) -> None:
        self.state = RegistryState()
        self.log: list[tuple[bytes, bytes | None]] = []

    def register(self, subject: str, schema: Schema, compatibility: str = "") -> int:
        """The id of this schema under this subject, made if it is new.

        Raises:
            ConfigError: not valid, or incompatible with an earlier version.
        """
        if compatibility and self.state.own_level(subject) is None:
            self.set_compatibility(compatibility, subject)
        try:
            avro = parse_avro(schema_text(schema))
            found, is_new = registration(self.state, subject, avro)
        except RegistryError as error:
            raise ConfigError(f"{subject}: {error}") from None
        if is_new:
            self._write(*schema_entry(found))
        return found.id

    def schema(self, schema_id: int) -> Schema:
        """The schema of an id.

        Raises:
            DecodeError: `SKEMA_TIDAK_DIKENAL`.
        """
        try:
            found: Schema = json.loads(self.state.text(schema_id))
        except RegistryError:
            raise DecodeError(
                SKEMA_TIDAK_DIKENAL, f"schema id {schema_id} is not in the registry"
            ) from None
        return found

    def set_compatibility(self, level: str, subject: str | None = None) -> None:
        """Set the compatibility level of one subject, or of all."""
        self._write(*config_entry(subject, check_level(level)))

    def _write(self, key: bytes, value: bytes | None) -> None:
        self.log.append((key, value))
        self.state.apply(key, value)
