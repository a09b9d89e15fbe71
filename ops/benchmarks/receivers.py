"""Many receiving apps on one port, each with a mood of its own: `/opd-7`.

They check signatures as an app does and note when each event came first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from bus.clock import SystemClock
from connectors.webhook.signature import ID, SIGNATURE, TIMESTAMP, is_signed

if TYPE_CHECKING:
    from types import TracebackType

OK, HANG, FAIL, PAGE = "ok", "hang", "fail", "page"
BUSY, REFUSE, FLOOD = "busy", "refuse", "flood"
_ANSWERS = {
    OK: (200, "application/json", b'{"status": "ok", "ok": true}'),
    FAIL: (500, "text/html", b"<b>Fatal error</b>: NIK 3325014501589001"),
    PAGE: (200, "text/html", b"<b>Fatal error</b>: Uncaught PDOException"),
    BUSY: (503, "text/plain", b""),
    FLOOD: (
        429,
        "application/json",
        b'{"ok": false, "parameters": {"retry_after": 1}}',
    ),
    REFUSE: (422, "application/json", b'{"status": "unknown"}'),
}


@dataclass(slots=True)
class App:
    """One receiving app.

    Attributes:
        mood: what it answers.
        moods: by event id, for events it treats in another way.
        came: event id, or the body where there is none → when it came first, and what
            it says, in order of arrival.
        posts: how often anything came.
        forged: posts whose signature was wrong.
    """

    mood: str = OK
    moods: dict[str, str] = field(default_factory=dict)
    came: dict[str, tuple[int, dict[str, object]]] = field(default_factory=dict)
    posts: int = 0
    forged: int = 0


class Receivers:
    """An HTTP server in a thread; use as a context manager.

    Args:
        secret: of all its apps.
    """

    def __init__(self, secret: str) -> None:
        self.apps: dict[str, App] = {}
        self.port = 0
        self._secret = secret.encode()
        self._clock = SystemClock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()
        self._jobs: set[asyncio.Task[None]] = set()
        self._listening = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main()), daemon=True
        )

    def app(self, name: str, mood: str = OK) -> App:
        """The app of this name, made at the first call."""
        return self.apps.setdefault(name, App(mood))

    def url(self, name: str) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/{name}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    async def _main(self) -> None:
        """Serve until the end, then end what is under way."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._ended.wait()
        server.close()
        for job in tuple(self._jobs):
            job.cancel()
        await asyncio.gather(*tuple(self._jobs), return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        job: Any = asyncio.current_task()
        self._jobs.add(job)
        try:
            await self._talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except asyncio.CancelledError:
            pass  # the server ends
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            self._jobs.discard(job)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.partition(": ") for line in head[1:] if line)
            headers = {name.lower(): value for name, _, value in pairs}
            body = await reader.readexactly(int(headers["content-length"]))
            name = head[0].split(" ")[1].lstrip("/")
            mood = self._taken(self.app(name), headers, body)
            if mood == HANG:
                await reader.read()  # until the other side gives up
                return
            writer.write(_answer(mood))
            await writer.drain()

    def _taken(self, app: App, headers: dict[str, str], body: bytes) -> str:
        app.posts += 1
        ident = headers.get(ID, "")
        proof = (ident, headers.get(TIMESTAMP, ""), body, headers.get(SIGNATURE, ""))
        if ID in headers and not is_signed(self._secret, *proof):
            app.forged += 1
            return REFUSE
        mood = app.moods.get(ident, app.mood)
        known = ident or body.decode()
        if mood == OK and known not in app.came:
            app.came[known] = self._clock.now_ms(), json.loads(body)
        return mood


def _answer(mood: str) -> bytes:
    status, kind, body = _ANSWERS[mood]
    more = "retry-after: 1\r\n" if mood == BUSY else ""
    head = (
        f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n"
        f"content-length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body
