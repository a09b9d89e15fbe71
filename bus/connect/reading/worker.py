"""Several sources in one process, none of which can stop another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bus.connect.reading.task import FAILED, PAUSED, SourceTask
from bus.ending import ORDERLY_SECONDS, end
from bus.kafka.topics import ensure_topics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from bus.config.settings import Settings
    from bus.config.tenant import Tenant
    from bus.connect.files.connector import Connector
    from bus.contracts import Catalog
    from bus.health import Health

PLATFORM = (
    "SourceOffset",
    "SourceRow",
    "DeadLetter",
    "ConnectorStatus",
    "ConnectorControl",
)


def topics_of(connectors: Iterable[Connector], catalog: Catalog) -> list[str]:
    """Contract references of all topics these connectors write."""
    refs = {
        ref
        for connector in connectors
        for mapping in connector.compiled.contracts
        for ref in mapping.values()
    }
    return sorted({*refs, *(catalog.event(name).contract for name in PLATFORM)})


def once_ready(
    settings: Settings,
    catalog: Catalog,
    tenant: Tenant,
    refs: Sequence[str] | Callable[[], Sequence[str]],
) -> Callable[[], Awaitable[None]]:
    """A function that makes topics that are missing; each is looked at once.

    Args:
        settings: broker.
        catalog: contracts.
        tenant: whose topics.
        refs: contract references, or a function that tells them as they are now.
    """
    lock, done = asyncio.Lock(), set[str]()

    async def ready() -> None:
        async with lock:
            told = refs() if callable(refs) else refs
            if new := [ref for ref in told if ref not in done]:
                await asyncio.to_thread(ensure_topics, settings, catalog, tenant, new)
                done.update(new)

    return ready


async def run_sources(
    tasks: Sequence[SourceTask], health: Health, stop: asyncio.Event
) -> list[str]:
    """Run sources until `stop`, or until all have ended.

    A source that fails or pauses leaves the others running; the process is not ready
    from then on and says why.

    Returns:
        One line for each source that failed or paused itself.
    """
    stopping = asyncio.create_task(_stop(tasks, stop))
    running = [asyncio.create_task(task.run(), name=task.name) for task in tasks]
    health.ready()
    try:
        await asyncio.gather(*running)
    finally:
        await end(*running, stopping, again_seconds=ORDERLY_SECONDS)
    return [
        f"{task.name}: {task.state}: {task.message}"
        for task in tasks
        if task.state in (FAILED, PAUSED)
    ]


async def _stop(tasks: Sequence[SourceTask], stop: asyncio.Event) -> None:
    await stop.wait()
    for task in tasks:
        task.stop()
