"""Running the other end of agents: their tasks and their port."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from bus.agent.secret import seal_of
from bus.connect.desk.operators import Operators
from bus.connect.files.connector import Connector
from bus.connect.reading.keepers import Keepers
from bus.connect.source import Reading
from bus.ending import end
from bus.gateway.collect.app import PREFIX, Counter, collect_app
from bus.gateway.collect.feed import Feed
from bus.gateway.serving import HttpServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bus.clock import Clock
    from bus.connect.reading.task import Collecting
    from bus.connect.source import Source

IDLE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Collected(Connector):
    """A connector whose rows come from its agent.

    Attributes:
        feeds: where the feed of its task is put for the HTTP side.
    """

    feeds: dict[str, Feed] = field(default_factory=dict)

    def open(
        self,
        clock: Clock,
        committed: Callable[[], str | None] | None = None,
        give_back: Callable[[Path, Path], None] | None = None,
    ) -> Source:
        del clock, give_back  # the files lie where the agent is
        feed = Feed(
            self.compiled.columns,
            Reading(remembers_all=self.remembers_all),  # the agent finds deletions
            committed or (lambda: None),
        )
        self.feeds[self.name] = feed
        return feed


def collected(connector: Connector, feeds: dict[str, Feed]) -> Collected:
    """The same connector, fed by its agent; `edge:` has been at work over there."""
    return Collected(
        definition=connector.definition.model_copy(update={"edge": None}),
        compiled=connector.compiled,
        spec=connector.spec,
        objek=connector.objek,
        remembers_all=connector.remembers_all,
        path=connector.path,
        feeds=feeds,
    )


async def run_collect(
    connectors: Sequence[Connector],
    shared: Collecting,
    bound: socket.socket,
    told: Callable[[str], None],
) -> list[str]:
    """Serve until SIGTERM or SIGINT.

    Args:
        connectors: with `agent:` blocks.
        shared: parts of the process.
        bound: where to listen; closed at the end.
        told: is given one line with the URL.

    Returns:
        One line for each connector that failed or paused itself.
    """
    feeds: dict[str, Feed] = {}
    seals = {each.name: seal_of(each) for each in connectors}
    keepers = Keepers(shared, lambda name: _shut(feeds, name))
    server = HttpServer(
        uvicorn.Config(
            collect_app(Counter(seals, feeds, shared.clock, keepers.is_paused)),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=1,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.leave)
    host, port = bound.getsockname()[:2]
    told(f"agents on http://{host}:{port}{PREFIX}")
    shared.health.ready()
    offered = {each.name: (collected(each, feeds), b"") for each in connectors}
    operators = Operators(
        shared, keepers.heard, lambda: keepers.offer(offered, frozenset(offered))
    )
    listening = asyncio.create_task(operators.run(), name="control")
    listening.add_done_callback(lambda _: server.leave())
    try:
        await server.serve(sockets=[bound])
    finally:
        bound.close()
        await end(listening)
        problems = await keepers.close()
    if not listening.cancelled():
        listening.result()
    return problems


def _shut(feeds: dict[str, Feed], name: str) -> None:
    feeds.pop(name, None)
