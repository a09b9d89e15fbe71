"""The gateway's HTTP application: what is served, under which path."""

from collections.abc import Sequence
from http import HTTPStatus

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.gateway.registry.answer import not_served, refused
from bus.gateway.registry.failures import RegistryError
from bus.gateway.registry.routes import registry_routes
from bus.gateway.registry.store import SchemaStore
from bus.health import Health


def gateway_app(
    store: SchemaStore, health: Health, others: Sequence[Route] = ()
) -> Starlette:
    """The application: registry API, `/`, `/health/*`, `/metrics`.

    Args:
        store: the registry's state; somebody else runs it.
        health: of the whole gateway.
        others: further paths.
    """

    async def ready(_: Request) -> Response:
        ok = HTTPStatus.OK if health.is_ready() else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(health.report(), ok)

    async def live(_: Request) -> Response:
        alive, reason = health.is_alive()
        body = {"component": health.component, "status": "alive" if alive else "stuck"}
        if reason:
            body["reason"] = reason
        ok = HTTPStatus.OK if alive else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(body, ok)

    async def metrics(request: Request) -> Response:
        encoder, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encoder(REGISTRY), headers={"Content-Type": kind})

    return Starlette(
        routes=[
            Route("/", ready),
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", metrics),
            *others,
            *registry_routes(store),
        ],
        exception_handlers={RegistryError: refused, HTTPException: not_served},
    )
