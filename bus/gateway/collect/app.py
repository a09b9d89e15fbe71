"""The HTTP side of agents: who it is, where we are, the next frame."""

from __future__ import annotations

import asyncio
import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus import metrics
from bus.agent.frame import MOST_BYTES, FrameError, unpacked
from bus.agent.line import NUMBER, OFFSET, ROOM, SIZE, SPOOL
from bus.errors import RetriableError
from bus.gateway.collect.feed import OrderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bus.agent.frame import Seal
    from bus.clock import Clock
    from bus.gateway.collect.feed import Feed, Partial

PREFIX = "/agen"
AGAIN_SECONDS, PAUSED_SECONDS = 1, 30
FRAME_SECONDS = 300.0
NOBODY = "-"
_SIZE_DIGITS = 15


class Counter:
    """Takes frames of all agents.

    Args:
        seals: connector → its seal.
        feeds: connector → the feed of its task, while there is one.
        clock: the time; silence of agents counts from now on.
        is_paused: whether operators want a connector to rest.
    """

    def __init__(
        self,
        seals: Mapping[str, Seal],
        feeds: Mapping[str, Feed],
        clock: Clock,
        is_paused: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._seals = seals
        self._feeds = feeds
        self._clock = clock
        self._is_paused = is_paused
        for name in seals:
            self._hear(name, "")

    async def serve(self, request: Request) -> Response:
        """`GET`: where we are. `POST`: the next frame, or the rest of it."""
        name = request.path_params["name"]
        seal = self._seals.get(name)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        wanted = seal.token if seal else "-"
        if seal is None or not hmac.compare_digest(given.encode(), wanted.encode()):
            return self._said(NOBODY, HTTPStatus.UNAUTHORIZED, "RAHASIA_SALAH")
        self._hear(name, request.headers.get(ROOM, ""))
        feed = self._feeds.get(name)
        try:
            if feed is None:
                raise RetriableError("not ready")  # noqa: TRY301 - as the feed says it
            if request.method == "POST":
                return await self._take(request, name, seal, feed)
            return JSONResponse(feed.stand())
        except RetriableError:
            code = "DIJEDA" if self._is_paused(name) else "BELUM_SIAP"
            return self._said(name, HTTPStatus.SERVICE_UNAVAILABLE, code)
        except OrderError:
            return self._said(name, HTTPStatus.CONFLICT, "BUKAN_GILIRANNYA")
        except (ClientDisconnect, TimeoutError):
            return self._said(name, HTTPStatus.BAD_REQUEST, "TERPUTUS")

    async def _take(
        self, request: Request, name: str, seal: Seal, feed: Feed
    ) -> Response:
        told = [request.headers.get(key, "") for key in (NUMBER, OFFSET, SIZE)]
        spool = request.headers.get(SPOOL, "")
        if not spool or not all(map(_is_size, told)):
            return self._said(name, HTTPStatus.BAD_REQUEST, "KEPALA_TIDAK_LENGKAP")
        number, offset, size = map(int, told)
        if size > MOST_BYTES:
            return self._said(
                name, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TERLALU_BESAR"
            )
        partial = feed.begin(spool, number, offset)
        await _filled(request, partial, size)
        place = f"{spool}/{number}"
        try:
            piece = await asyncio.to_thread(unpacked, bytes(partial.data), seal, place)
        except FrameError:
            partial.data.clear()
            return self._said(name, HTTPStatus.UNPROCESSABLE_ENTITY, "BINGKAI_RUSAK")
        feed.offer(partial, piece)
        metrics.COLLECTED.labels(name, "accepted").inc()
        return JSONResponse(feed.stand())

    def _hear(self, name: str, room: str) -> None:
        """Note when an agent was there, and what it says of its spool."""
        metrics.AGENT_HEARD.labels(name).set(self._clock.now_ms() / 1000)
        parts = room.split(" ")
        if len(parts) == len(("frames", "bytes", "most")) and all(map(_is_size, parts)):
            frames, size, most = map(int, parts)
            metrics.AGENT_FRAMES.labels(name).set(frames)
            metrics.AGENT_BYTES.labels(name).set(size)
            if most:
                metrics.AGENT_FULL.labels(name).set(min(1.0, size / most))

    def _said(self, name: str, status: HTTPStatus, code: str) -> Response:
        metrics.COLLECTED.labels(name, code).inc()
        seconds = PAUSED_SECONDS if code == "DIJEDA" else AGAIN_SECONDS
        wait = {"Retry-After": str(seconds)}
        headers = wait if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return JSONResponse({"status": status, "code": code}, status, headers)


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _SIZE_DIGITS


async def _filled(request: Request, partial: Partial, size: int) -> None:
    """Add what comes; what came before the line broke stays.

    Raises:
        ClientDisconnect: the line broke. TimeoutError: it is too slow.
        OrderError: more came than was told.
    """
    async with asyncio.timeout(FRAME_SECONDS):
        async for part in request.stream():
            partial.data += part
            if len(partial.data) > size:
                partial.data.clear()
                raise OrderError
    if len(partial.data) < size:
        raise ClientDisconnect


def collect_app(counter: Counter) -> Starlette:
    """The application."""
    path = PREFIX + "/{name}"
    return Starlette(routes=[Route(path, counter.serve, methods=["GET", "POST"])])
