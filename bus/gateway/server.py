"""Running the gateway: its port, its store, its end."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable

import uvicorn

from bus.config.settings import Settings
from bus.ending import end
from bus.gateway.app import gateway_app
from bus.gateway.pull.server import Pulling
from bus.gateway.registry.store import SchemaStore
from bus.gateway.serving import HttpServer
from bus.health import Health
from bus.kafka.compacted_log import CompactedLog

log = logging.getLogger(__name__)

SCHEMAS_TOPIC = "_schemas"
GRACE_SECONDS = 5


async def run_gateway(
    settings: Settings,
    bound: socket.socket,
    told: Callable[[str], None] = log.info,
    pulling: Callable[[Health], Pulling] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: where Kafka is.
        bound: where to listen, from `listen`; closed at the end.
        told: is given one line with the URL.
        pulling: makes what serves apps that pull, if some may.

    Raises:
        FatalError: `_schemas` is not what it must be.
    """
    health = Health("gateway")
    health.starting("reading the topic of the registry")
    topic = CompactedLog(settings.bootstrap, SCHEMAS_TOPIC, settings.replication_factor)
    store = SchemaStore(topic, health)
    pull = pulling(health) if pulling else None
    server = HttpServer(
        uvicorn.Config(
            gateway_app(store, health, pull.routes if pull else ()),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.leave)
    host, port = bound.getsockname()[:2]
    told(f"gateway on http://{host}:{port} (schema registry, health, metrics)")
    following = asyncio.create_task(store.run())
    following.add_done_callback(lambda _: server.leave())
    tending = asyncio.create_task(pull.run()) if pull else None
    try:
        await server.serve(sockets=[bound])
    finally:
        await end(following, *([tending] if tending else []))
        bound.close()
    if not following.cancelled():
        following.result()
