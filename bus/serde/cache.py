"""Schemas and ids on disk, so that a process starts while the registry is down."""

import json
import logging
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from bus.serde.registry import Schema, fingerprint

log = logging.getLogger(__name__)


class SchemaCache:
    """What one registry has answered: id → schema, subject and schema → id.

    One small file each, written whole and then renamed. A file that cannot be read
    or written costs a question to the registry and nothing else.

    Args:
        folder: made on first write; belongs to one registry.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def schema(self, schema_id: int) -> Schema | None:
        """The schema of an id, if known."""
        found = self._read(self._of_id(schema_id))
        return found if isinstance(found, dict) else None

    def keep_schema(self, schema_id: int, schema: Schema) -> None:
        self._write(self._of_id(schema_id), schema)

    def id_of(self, subject: str, schema: Schema) -> int | None:
        """The id under which the schema was registered there, if known."""
        found = self._read(self._of_subject(subject, schema))
        return found["id"] if isinstance(found, dict) else None

    def keep_id(self, subject: str, schema: Schema, schema_id: int) -> None:
        content = {"subject": subject, "id": schema_id}
        self._write(self._of_subject(subject, schema), content)

    def _of_id(self, schema_id: int) -> Path:
        return self.folder / "ids" / f"{schema_id}.json"

    def _of_subject(self, subject: str, schema: Schema) -> Path:
        name = sha256(f"{subject}\n{fingerprint(schema)}".encode()).hexdigest()
        return self.folder / "subjects" / f"{name[:32]}.json"

    def _read(self, path: Path) -> Any:
        try:
            return json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("schema cache: %s is not usable: %s", path, error)
            return None

    def _write(self, path: Path, content: Any) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as out:
                out.write(json.dumps(content, ensure_ascii=False).encode())
            Path(out.name).replace(path)
        except OSError as error:
            log.warning("schema cache: cannot write %s: %s", path, error)
