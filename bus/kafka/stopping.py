"""A client that is closed, even while its broker is away."""

from typing import Any

from bus.ending import end


async def stop_client(client: Any) -> None:
    """Close all connections of a consumer or producer of aiokafka.

    A consumer that waits between two tries to reach its broker would pass the
    cancellation of that wait on to whoever stops it, who takes it for his own, and
    leave its connections open. So what it is fetching is ended first.
    """
    fetcher = getattr(client, "_fetcher", None)
    if fetcher is not None:
        await end(fetcher._fetch_task, *fetcher._pending_tasks)  # noqa: SLF001
        fetcher._pending_tasks.clear()  # noqa: SLF001
    await client.stop()
