"""Running the receiver of posts: its port, its intake, its end."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING

import uvicorn

from bus.connect.desk.operators import Operators
from bus.ending import end
from bus.gateway.receive.app import Entrance, receive_app
from bus.gateway.receive.gate import Gate
from bus.gateway.receive.intake import Intake
from bus.gateway.receive.line import Bench, Line
from bus.gateway.serving import HttpServer
from bus.kafka.acked_writer import AckedWriter

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from bus.connect.control.topic import Wish
    from bus.connect.files.connector import Connector
    from bus.connect.reading.task import Collecting

log = logging.getLogger(__name__)

GRACE_SECONDS = 15
MOST_CONNECTIONS = 1000
IDLE_SECONDS = 30


class Reception:
    """Connectors whose apps post, ready to be served.

    Args:
        connectors: loaded connectors.
        parts: of the process.

    Raises:
        ConfigError: a secret is missing, or two connectors have one path.
    """

    def __init__(self, connectors: Sequence[Connector], parts: Collecting) -> None:
        tenant, clock = parts.tenant, parts.clock
        partitions: dict[str, int] = {}
        bench = Bench(
            tenant.id, parts.catalog, parts.serde, clock, partitions, parts.worker
        )
        self._gates = {
            each.name: Gate(
                each.name, each.definition.batas, parts.health, self._changed
            )
            for each in connectors
        }
        lines = {
            each.name: Line(each, bench, self._gates[each.name]) for each in connectors
        }
        self._operators = Operators(parts, self._heard, self._known)
        name = f"receive-{tenant.id}-{parts.worker}"
        self._intake = Intake(
            lambda: AckedWriter(parts.settings.bootstrap, name),
            parts.topics_ready,
            lines,
            partitions,
            parts.health,
            clock,
        )
        self.app = receive_app(
            [
                Entrance(
                    lines[each.name],
                    each.door(clock, tenant.zona_waktu),
                    self._intake,
                    clock,
                )
                for each in connectors
            ]
        )

    def _changed(self) -> None:
        self._intake.tell()

    def _heard(self, wishes: Sequence[Wish]) -> None:
        for wish in wishes:
            if wish.connector in self._gates:
                self._gates[wish.connector].heard(wish)

    def _known(self) -> None:
        for gate in self._gates.values():
            gate.known()

    async def run(
        self, bound: socket.socket, told: Callable[[str], None] = log.info
    ) -> None:
        """Serve until SIGTERM or SIGINT; posts under way are answered first.

        Args:
            bound: where to listen; closed at the end.
            told: is given one line with the URL.
        """
        server = HttpServer(
            uvicorn.Config(
                self.app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                limit_concurrency=MOST_CONNECTIONS,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.leave)
        host, port = bound.getsockname()[:2]
        told(f"posts of apps on http://{host}:{port}")
        writing = asyncio.create_task(self._intake.run(), name="intake")
        listening = asyncio.create_task(self._operators.run(), name="control")
        for job in (writing, listening):
            job.add_done_callback(lambda _: server.leave())
        try:
            await server.serve(sockets=[bound])
        finally:
            await end(writing, listening)
            bound.close()
        for job in (writing, listening):
            if not job.cancelled():
                job.result()
