"""Posts at a steady pace over kept connections, and how long each waits for its answer.

A lean HTTP client of its own: what it costs must not hide what the bus costs.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.errors import FatalError
from connectors.webhook.signature import ID, SIGNATURE, TIMESTAMP, signature

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECTIONS = 16
FIRST_MS = 1_772_494_811_000


@dataclass(frozen=True, slots=True)
class Delays:
    """Of one run, milliseconds.

    Attributes:
        p50: median.
        p99: 99 % stay under it.
        ids: of the events made.
    """

    p50: float
    p99: float
    ids: tuple[str, ...]


class Senders:
    """Signed events of cameras.

    Args:
        port: of `opdbus receive` on this machine.
        secret: of the sender.
    """

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._secret = secret.encode()
        self._clock = SystemClock()
        self._delays: list[float] = []
        self._ids: list[str] = []

    async def send(
        self, per_second: int, seconds: int, warmed: Callable[[], None], warm: int
    ) -> Delays:
        """Send at a fixed rate, late answers or not.

        Args:
            per_second: posts.
            seconds: that count.
            warmed: called when the posts that do not count are sent.
            warm: seconds of those.

        Raises:
            FatalError: a post was not accepted.
        """
        lines: asyncio.Queue[_Line] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            pair = await asyncio.open_connection("127.0.0.1", self._port)
            lines.put_nowait(pair)
        begun = self._clock.monotonic()
        jobs = []
        skip = per_second * warm
        for number in range(per_second * (warm + seconds)):
            due = begun + number / per_second
            await asyncio.sleep(max(0.0, due - self._clock.monotonic()))
            if number == skip:
                warmed()
            jobs.append(asyncio.create_task(self._one(lines, number, due)))
        await asyncio.gather(*jobs)
        while not lines.empty():
            lines.get_nowait()[1].close()
        cut = quantiles(self._delays[skip:], n=100)
        return Delays(cut[49] * 1000, cut[98] * 1000, tuple(self._ids))

    async def _one(self, lines: asyncio.Queue[_Line], number: int, due: float) -> None:
        line = await lines.get()
        reader, writer = line
        writer.write(self._request(number))
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].split()[0])
        body = await reader.readexactly(size)
        self._delays.append(self._clock.monotonic() - due)
        lines.put_nowait(line)
        if b" 202 " not in head.partition(b"\r\n")[0]:
            raise FatalError(f"post {number}: {head.decode()}{body.decode()}")
        self._ids += json.loads(body)["peristiwa"]

    def _request(self, number: int) -> bytes:
        body = json.dumps(
            {
                "device_id": f"C-{number % 300:04d}",
                "event": "motion",
                "ts": FIRST_MS + number,
                "snapshot_url": None,
            }
        ).encode()
        seconds, ident = str(self._clock.now_ms() // 1000), f"kejadian-{number}"
        made = signature(self._secret, ident, seconds, body)
        head = (
            "POST /vms/kejadian HTTP/1.1\r\nhost: bus\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
            f"{ID}: {ident}\r\n{TIMESTAMP}: {seconds}\r\n{SIGNATURE}: {made}\r\n\r\n"
        )
        return head.encode() + body


_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
