"""Ending an asyncio task for sure."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 0.5


async def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task until it has ended; its result or error is dropped.

    The Kafka client swallows a cancellation that comes while it waits for something
    it has cancelled itself; the task then goes on, and one cancellation is not enough.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN_SECONDS)
    if not task.cancelled():
        task.exception()
