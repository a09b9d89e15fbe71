"""Requests and answers of the registry API as JSON, errors in their one shape."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bus.gateway.registry.entry import SchemaVersion
from bus.gateway.registry.failures import (
    INVALID_SCHEMA,
    INVALID_VERSION,
    RegistryError,
)

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
MAX_BODY_BYTES = 1 << 20
MAX_VERSION = 2**31 - 1


def answer(content: Any, status: int = HTTPStatus.OK) -> Response:
    """JSON as registry clients expect it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, media_type=MEDIA_TYPE)


async def refused(_: Request, error: Exception) -> Response:
    """The answer for a RegistryError."""
    if not isinstance(error, RegistryError):
        raise error
    body = {"error_code": error.code, "message": str(error)}
    return answer(body, error.status)


async def not_served(_: Request, error: Exception) -> Response:
    """The answer for a path or method we do not have."""
    if not isinstance(error, HTTPException):
        raise error
    body = {"error_code": error.status_code, "message": f"HTTP {error.detail}"}
    return answer(body, error.status_code)


async def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object.

    Raises:
        RegistryError: 42201, it is none or it is over 1 MiB.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise RegistryError(INVALID_SCHEMA, "The body is over 1 MiB.")
        parts.append(part)
    try:
        body = json.loads(b"".join(parts))
    except ValueError:
        raise RegistryError(INVALID_SCHEMA, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise RegistryError(INVALID_SCHEMA, "The body is not a JSON object.")
    return body


def version_of(request: Request) -> int | None:
    """The version in the path; None for `latest` or -1.

    Raises:
        RegistryError: 42202, neither a version number nor `latest`.
    """
    text: str = request.path_params["version"]
    if text in ("latest", "-1"):
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_VERSION):
        raise RegistryError(
            INVALID_VERSION,
            f"The specified version '{text}' is not a valid version id. Allowed values "
            'are between [1, 2^31-1] and the string "latest"',
        )
    return int(text)


def described(found: SchemaVersion) -> dict[str, Any]:
    """A version as clients read it."""
    return {
        "subject": found.subject,
        "version": found.version,
        "id": found.id,
        "schema": found.schema,
    }


def numbers(found: Sequence[SchemaVersion]) -> list[int]:
    """Version numbers, oldest first."""
    return [version.version for version in found]
