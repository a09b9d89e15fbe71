"""Ending asyncio tasks for sure."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 0.5
ORDERLY_SECONDS = 20.0
"""For tasks that end what is under way when they are cancelled: a second cancellation
would tear that off."""


async def end(
    *tasks: asyncio.Future[Any], again_seconds: float = AGAIN_SECONDS
) -> None:
    """Cancel tasks until all have ended; their results and errors are dropped.

    The Kafka client swallows a cancellation that comes while it waits for something
    it has cancelled itself; the task then goes on, and one cancellation is not enough.

    Args:
        tasks: to be ended.
        again_seconds: patience until the next cancellation.
    """
    while waiting := {task for task in tasks if not task.done()}:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=again_seconds)
    for task in tasks:
        if not task.cancelled():
            task.exception()
