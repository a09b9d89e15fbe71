"""Confluent's REST API for schemas, the part that clients use.

There is no DELETE: an event in a log of ten years needs its schema for ten years.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bus.gateway.registry.answer import (
    answer,
    body_of,
    described,
    numbers,
    version_of,
)
from bus.gateway.registry.failures import (
    NO_SUBJECT_COMPATIBILITY,
    RegistryError,
    schema_not_found,
    subject_not_found,
)
from bus.gateway.registry.rules import AvroSchema, breaks, check_level, parse_avro
from bus.gateway.registry.store import SchemaStore


def registry_routes(store: SchemaStore) -> Sequence[BaseRoute]:
    """All routes of the API over one store."""
    api = RegistryApi(store)
    subject = "/subjects/{subject}"
    version = subject + "/versions/{version}"
    compatible = "/compatibility" + subject + "/versions"
    return [
        Route("/subjects", api.subjects),
        Route(subject, api.look_up, methods=["POST"]),
        Route(subject + "/versions", api.versions),
        Route(subject + "/versions", api.register, methods=["POST"]),
        Route(version, api.version),
        Route(version + "/schema", api.version_schema),
        Route("/schemas/types", api.types),
        Route("/schemas/ids/{id:int}", api.by_id),
        Route("/schemas/ids/{id:int}/schema", api.schema_by_id),
        Route("/schemas/ids/{id:int}/subjects", api.subjects_by_id),
        Route("/schemas/ids/{id:int}/versions", api.versions_by_id),
        Route(compatible, api.compatible_with_all, methods=["POST"]),
        Route(compatible + "/{version}", api.compatible_with, methods=["POST"]),
        Route("/config", api.level),
        Route("/config", api.set_level, methods=["PUT"]),
        Route("/config/{subject}", api.subject_level),
        Route("/config/{subject}", api.set_level, methods=["PUT"]),
        Route("/mode", api.mode),
        Route("/mode/{subject}", api.mode),
    ]


class RegistryApi:
    """One method per path; each refuses by raising RegistryError."""

    def __init__(self, store: SchemaStore) -> None:
        self._store = store

    async def subjects(self, _: Request) -> Response:
        return answer(self._store.state.subjects())

    async def versions(self, request: Request) -> Response:
        return answer(numbers(self._store.state.versions(_subject(request))))

    async def version(self, request: Request) -> Response:
        number = version_of(request)
        return answer(described(self._store.state.version(_subject(request), number)))

    async def version_schema(self, request: Request) -> Response:
        number = version_of(request)
        found = self._store.state.version(_subject(request), number)
        return Response(found.schema, media_type="application/json")

    async def register(self, request: Request) -> Response:
        schema = await _schema(request)
        found = await self._store.register(_subject(request), schema)
        return answer({"id": found.id})

    async def look_up(self, request: Request) -> Response:
        subject, schema = _subject(request), await _schema(request)
        if not self._store.state.live(subject):
            raise subject_not_found(subject)
        found = self._store.state.find(subject, schema.mark)
        if found is None:
            raise schema_not_found(f"under subject '{subject}'")
        return answer(described(found))

    async def types(self, _: Request) -> Response:
        return answer(["AVRO"])

    async def by_id(self, request: Request) -> Response:
        return answer({"schema": self._store.state.text(_id(request))})

    async def schema_by_id(self, request: Request) -> Response:
        text = self._store.state.text(_id(request))
        return Response(text, media_type="application/json")

    async def subjects_by_id(self, request: Request) -> Response:
        found = self._store.state.uses(_id(request))
        return answer(sorted({version.subject for version in found}))

    async def versions_by_id(self, request: Request) -> Response:
        found = self._store.state.uses(_id(request))
        return answer([{"subject": v.subject, "version": v.version} for v in found])

    async def compatible_with(self, request: Request) -> Response:
        subject, number = _subject(request), version_of(request)
        schema, state = await _schema(request), self._store.state
        found = [state.version(subject, number)]
        return _verdict(request, breaks(schema, found, state.level(subject)))

    async def compatible_with_all(self, request: Request) -> Response:
        subject, schema = _subject(request), await _schema(request)
        state = self._store.state
        return _verdict(
            request, breaks(schema, state.live(subject), state.level(subject))
        )

    async def level(self, _: Request) -> Response:
        return answer({"compatibilityLevel": self._store.state.level()})

    async def subject_level(self, request: Request) -> Response:
        subject, state = _subject(request), self._store.state
        found = state.own_level(subject)
        if found is None and request.query_params.get("defaultToGlobal") == "true":
            found = state.level()
        if found is None:
            raise RegistryError(
                NO_SUBJECT_COMPATIBILITY,
                f"Subject '{subject}' does not have subject-level compatibility "
                "configured",
            )
        return answer({"compatibilityLevel": found})

    async def set_level(self, request: Request) -> Response:
        level = check_level((await body_of(request)).get("compatibility"))
        await self._store.set_level(request.path_params.get("subject"), level)
        return answer({"compatibility": level})

    async def mode(self, _: Request) -> Response:
        return answer({"mode": "READWRITE"})


def _subject(request: Request) -> str:
    found: str = request.path_params["subject"]
    return found


def _id(request: Request) -> int:
    found: int = request.path_params["id"]
    return found


async def _schema(request: Request) -> AvroSchema:
    body = await body_of(request)
    return parse_avro(body.get("schema"), body.get("schemaType") or "AVRO")


def _verdict(request: Request, broken: list[str]) -> Response:
    content: dict[str, object] = {"is_compatible": not broken}
    if request.query_params.get("verbose") == "true":
        content["messages"] = broken
    return answer(content)
