"""Client of any Confluent-compatible schema registry, with a disk cache."""

import json
import logging
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from bus.clock import Clock
from bus.errors import ConfigError, DecodeError, RetriableError
from bus.serde.cache import SchemaCache
from bus.serde.failures import SKEMA_TIDAK_DIKENAL
from bus.serde.registry import Schema, fingerprint, schema_text

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
REST_SECONDS = 5.0
"""How long a failing registry is left alone when the cache has an answer."""


class HttpRegistry:
    """A registry by URL; safe to use from several threads.

    Each question is put to the registry once per process. The disk cache answers
    only while the registry is away: a registry that was emptied and filled anew
    gives other ids, and old ones from the cache would spoil what is written.

    Args:
        url: base URL, user and password in it if needed.
        cache_dir: folder of the disk cache; each URL has a subfolder of its own.
        clock: for the pause after a failure.
        timeout_seconds: of one request.
    """

    def __init__(
        self, url: str, cache_dir: Path, clock: Clock, timeout_seconds: float = 5.0
    ) -> None:
        parts = httpx.URL(url)
        self.url = str(parts.copy_with(username=None, password=None)).rstrip("/")
        self.cache = SchemaCache(cache_dir / sha256(self.url.encode()).hexdigest()[:12])
        self._clock = clock
        self._away_until = -1.0
        self._unknown_until: dict[int, float] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._schemas: dict[int, Schema] = {}
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            timeout=timeout_seconds,
            trust_env=False,
            headers={"Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE},
        )

    def register(self, subject: str, schema: Schema, compatibility: str = "") -> int:
        """The id of this schema under this subject, made if it is new.

        A subject without a level of its own gets `compatibility` first; a registry
        that does not let us set it is warned about and used as it is.

        Raises:
            ConfigError: the registry refuses it; says what does not fit.
            RetriableError: the registry is away and the cache does not know it.
        """
        place = (subject, fingerprint(schema))
        if place not in self._ids:
            self._ids[place] = self._register(subject, schema, compatibility)
        return self._ids[place]

    def schema(self, schema_id: int) -> Schema:
        """The schema of an id.

        Raises:
            DecodeError: `SKEMA_TIDAK_DIKENAL`, the registry has no such id.
            RetriableError: the registry is away and the cache does not know it.
        """
        if schema_id not in self._schemas:
            self._schemas[schema_id] = self._schema(schema_id)
        return self._schemas[schema_id]

    def close(self) -> None:
        """Close the connections; what is cached stays usable."""
        self._client.close()

    def _register(self, subject: str, schema: Schema, compatibility: str) -> int:
        cached = self.cache.id_of(subject, schema)
        known = cached is not None
        path = f"/subjects/{quote(subject, safe='')}/versions"
        content = {"schema": schema_text(schema)}
        try:
            if compatibility:
                self._set_level(subject, compatibility, known=known)
            status, body = self._ask("POST", path, content, known=known)
        except RetriableError:
            if cached is None:
                raise
            return cached
        if status != HTTPStatus.OK:
            raise ConfigError(_refusal(self.url, subject, status, body))
        schema_id = int(body["id"])
        self.cache.keep_id(subject, schema, schema_id)
        self.cache.keep_schema(schema_id, schema)
        self._schemas.setdefault(schema_id, schema)
        return schema_id

    def _set_level(self, subject: str, level: str, *, known: bool) -> None:
        """The subject's level, where it has none; what somebody has set stays."""
        path = f"/config/{quote(subject, safe='')}"
        status, _ = self._ask("GET", path, known=known)
        if status != HTTPStatus.NOT_FOUND:
            return
        status, body = self._ask("PUT", path, {"compatibility": level}, known=known)
        if status != HTTPStatus.OK:
            log.warning(
                "%s: %s does not let us set the compatibility %s (%s); its default "
                "holds until its owner sets it",
                *(subject, self.url, level, body.get("message", f"HTTP {status}")),
            )

    def _schema(self, schema_id: int) -> Schema:
        if self._clock.monotonic() < self._unknown_until.get(schema_id, -1.0):
            raise self._unknown(schema_id)
        cached = self.cache.schema(schema_id)
        path = f"/schemas/ids/{schema_id}"
        try:
            status, body = self._ask("GET", path, known=cached is not None)
        except RetriableError:
            if cached is None:
                raise
            return cached
        if status == HTTPStatus.NOT_FOUND:
            self._unknown_until[schema_id] = self._clock.monotonic() + REST_SECONDS
            raise self._unknown(schema_id)
        if status != HTTPStatus.OK:
            raise ConfigError(
                _refusal(self.url, f"schema id {schema_id}", status, body)
            )
        found: Any = json.loads(body["schema"])
        schema: Schema = found if isinstance(found, dict) else {"type": found}
        self.cache.keep_schema(schema_id, schema)
        return schema

    def _unknown(self, schema_id: int) -> DecodeError:
        return DecodeError(
            SKEMA_TIDAK_DIKENAL,
            f"schema id {schema_id} is not in the registry at {self.url}; "
            "the writer used another registry, or wrote no Avro",
        )

    def _ask(
        self,
        method: str,
        path: str,
        asked: Mapping[str, str] | None = None,
        *,
        known: bool,
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON body; RetriableError unless the registry has decided."""
        if known and self._clock.monotonic() < self._away_until:
            raise RetriableError(f"schema registry {self.url} is away")
        content = None if asked is None else schema_text(asked).encode()
        try:
            answer = self._client.request(method, path, content=content)
            body: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(type(error).__name__, known=known) from error
        status = answer.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
            raise self._away(f"HTTP {status}", known=known)
        return status, body

    def _away(self, why: str, *, known: bool) -> RetriableError:
        self._away_until = self._clock.monotonic() + REST_SECONDS
        if known:
            log.warning(
                "schema registry %s is away (%s): using the cache", self.url, why
            )
        return RetriableError(
            f"schema registry {self.url} is away ({why}) and the schema is not in "
            f"the cache {self.cache.folder}; is `opdbus gateway run` running?",
            retry_after_seconds=REST_SECONDS,
        )


_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def _refusal(url: str, subject: str, status: int, body: dict[str, Any]) -> str:
    said = body.get("message", f"HTTP {status}")
    if status == HTTPStatus.CONFLICT:
        return (
            f"{subject}: the schema breaks what is registered at {url}: {said}; "
            "give new fields a default, do not remove or retype fields that have "
            "none, or start a new major version (v2) of the contract"
        )
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"{subject}: {url} does not let us in: {said}; check user and password"
    return f"{subject}: {url} answers: {said} (HTTP {status})"
