"""Refusals as RFC 9457 problem details."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from bus.privacy.mask import mask_text

if TYPE_CHECKING:
    from bus.connect.refusal import RequestRefusedError

PROBLEM = "application/problem+json"


def problem(error: RequestRefusedError) -> Response:
    """The answer to a request that is not served."""
    headers: dict[str, str] = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_seconds)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = problem_body(error.status, error.code, str(error)) | error.more
    return JSONResponse(body, error.status, headers, media_type=PROBLEM)


def problem_body(status: int, code: str, detail: str) -> dict[str, Any]:
    """Its JSON; digits that may be a NIK are masked."""
    return {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": mask_text(detail),
    }
