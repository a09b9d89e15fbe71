"""The HTTP side of posts: read, judge, hand over, answer."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus import metrics
from bus.connect.push import BodyRefusedError, PostRefusedError
from bus.errors import ConfigError, RetriableError
from bus.gateway.problem import PROBLEM, problem, problem_body
from bus.gateway.receive.answered import Answer, Answered, Entry
from bus.gateway.receive.intake import Post
from bus.gateway.receive.line import told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bus.clock import Clock
    from bus.connect.push import Door, Sender
    from bus.gateway.receive.intake import Intake
    from bus.gateway.receive.line import Line

log = logging.getLogger(__name__)

NOWHERE = "-"
AGAIN_SECONDS = 5
READ_SECONDS = 30.0


class Entrance:
    """Posts of one connector.

    Args:
        line: its rows to records.
        door: who may post, and what.
        intake: writes.
        clock: the time.
    """

    def __init__(self, line: Line, door: Door, intake: Intake, clock: Clock) -> None:
        self.path = door.path
        self.name = line.name
        self._line = line
        self._door = door
        self._intake = intake
        self._clock = clock
        self._answered = Answered(door.most_keys)

    async def post(self, request: Request) -> Response:
        """One post from its first byte to its answer."""
        begun = self._clock.monotonic()
        try:
            answer, result = await self._judged(request)
            response: Response = JSONResponse(answer.body, answer.status)
            if answer.status >= HTTPStatus.BAD_REQUEST:
                response = JSONResponse(answer.body, answer.status, media_type=PROBLEM)
        except PostRefusedError as error:
            result, response = error.code, problem(error)
        except ClientDisconnect:
            result, response = "TERPUTUS", Response(status_code=400)
        except RetriableError as error:
            log.debug("%s: answered 503: %s", self.name, error)
            result, response = "BUS_TIDAK_SIAP", problem(_not_now())
        metrics.RECEIVED.labels(self.name, result).inc()
        seconds = self._clock.monotonic() - begun
        metrics.RECEIVE_SECONDS.labels(self.name).observe(seconds)
        return response

    async def _judged(self, request: Request) -> tuple[Answer, str]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self._line.gate.check()
        self._door.greet(headers)
        body = await self._body(request)
        sender = self._door.admit(headers, body)
        entry, again = self._answered.claim(sender, body)
        if again:
            return await self._repeated(entry), "repeated"
        return await self._first(sender, entry, body)

    async def _repeated(self, entry: Entry) -> Answer:
        """The first answer, waiting for it if the first post is under way."""
        return await asyncio.shield(entry.answer)

    async def _first(
        self, sender: Sender, entry: Entry, body: bytes
    ) -> tuple[Answer, str]:
        try:
            answer, result = await self._written(body)
        except BaseException as error:
            self._answered.forget(sender, entry)
            if not entry.answer.done():
                entry.answer.set_exception(RetriableError(type(error).__name__))
                entry.answer.exception()  # nobody has to ask for it
            raise
        if not entry.answer.done():
            entry.answer.set_result(answer)
        return answer, result

    async def _written(self, body: bytes) -> tuple[Answer, str]:
        try:
            found = self._door.rows(body)
        except BodyRefusedError as error:
            await self._intake.write(Post(self._line, body, error))
            said = problem_body(400, error.code, error.message)
            return Answer(400, said), error.code
        outcome = await self._intake.write(Post(self._line, body, found))
        said = told(outcome)
        if outcome.refused and len(outcome.refused) == outcome.rows:
            first = outcome.refused[0].error
            text = f"tidak ada baris yang diterima: {first.message}"
            return Answer(422, problem_body(422, first.code, text) | said), first.code
        return Answer(self._door.accepted, said), "accepted"

    async def _body(self, request: Request) -> bytes:
        """The whole body.

        Raises:
            PostRefusedError: too large, or too slow.
            ClientDisconnect: it ended early; nothing was taken.
        """
        most = self._door.most_bytes
        told_size = request.headers.get("content-length", "0")
        if len(told_size) > len(str(most)) or int(told_size) > most:
            raise _too_large(most)
        parts, size = [], 0
        try:
            async with asyncio.timeout(READ_SECONDS):
                async for part in request.stream():
                    size += len(part)
                    if size > most:
                        raise _too_large(most)
                    parts.append(part)
        except TimeoutError:
            raise PostRefusedError(
                408, "TERLALU_LAMBAT", f"isi belum lengkap setelah {READ_SECONDS:g} s"
            ) from None
        return b"".join(parts)


def receive_app(entrances: Sequence[Entrance]) -> Starlette:
    """The application: one path per connector, POST only.

    Raises:
        ConfigError: two connectors have one path.
    """
    by_path: dict[str, Entrance] = {}
    for entrance in entrances:
        other = by_path.setdefault(entrance.path, entrance)
        if other is not entrance:
            raise ConfigError(
                f"connectors {other.name} and {entrance.name} have the same path "
                f"{entrance.path}; give each its own"
            )
    return Starlette(
        routes=[
            Route(path, entrance.post, methods=["POST"])
            for path, entrance in by_path.items()
        ],
        exception_handlers={HTTPException: _not_served},
    )


async def _not_served(request: Request, error: Exception) -> Response:
    """A path or method we do not have; nothing of the path comes back."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "ALAMAT_TIDAK_ADA", 405: "BUKAN_POST"}.get(status, "DITOLAK")
    metrics.RECEIVED.labels(NOWHERE, code).inc()
    body = problem_body(status, code, "kirim dengan POST ke alamat yang diberikan")
    headers: Mapping[str, str] = getattr(error, "headers", None) or {}
    return JSONResponse(body, status, dict(headers), media_type=PROBLEM)


def _too_large(most: int) -> PostRefusedError:
    return PostRefusedError(
        413, "TERLALU_BESAR", f"isi lebih dari {most} byte; kirim dalam bagian"
    )


def _not_now() -> PostRefusedError:
    return PostRefusedError(
        503,
        "BUS_TIDAK_SIAP",
        "bus belum dapat menyimpan kiriman ini; kirim lagi yang sama",
        AGAIN_SECONDS,
    )
