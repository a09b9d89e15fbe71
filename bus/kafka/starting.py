"""A client that is connected whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from bus.ending import end
from bus.kafka.stopping import stop_client

HALFWAY_SECONDS = 1.0
"""A broker that is there answers a start in much less."""


class Client(Protocol):
    """A consumer or producer of aiokafka."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Close all connections."""


@asynccontextmanager
async def started(client: Client) -> AsyncIterator[None]:
    """Connect; a failure or an end inside the block closes what was opened.

    Args:
        client: stays connected after the block; its owner stops it.
    """
    starting = asyncio.create_task(client.start())
    try:
        await asyncio.shield(starting)
        yield
    except BaseException:
        # A start that is cut off loses its first connection, which `stop` does not
        # know of: it is let come to an end of its own.
        await asyncio.wait({starting}, timeout=HALFWAY_SECONDS)
        await end(starting)
        await stop_client(client)
        raise
