"""`ours`: the product's own stream worker, on a topology of the benchmark."""

from __future__ import annotations

import asyncio
import cProfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.config.load import load_tenant
from bus.config.settings import Settings
from bus.health import Health
from bus.streams.wiring.worker import Runtime, StreamWorker
from ops.benchmarks.streams.ticket import Ticket, ticket
from ops.benchmarks.streams.topology import topology
from ops.runtime import settle_memory

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def stream_worker(given: Ticket) -> StreamWorker:
    """The worker of a run, not started."""
    settings = Settings(
        bootstrap=given.bootstrap,
        registry_url=given.registry,
        state_dir=Path(given.folder),
    )
    tenant = load_tenant(settings.tenant_file).model_copy(update={"id": given.tenant})
    health = Health(f"pipeline.{given.case}")
    runtime = Runtime(settings, tenant, given.serde(), SystemClock(), health)
    return StreamWorker(topology(given.case, given.name), runtime, given.worker)


def main() -> None:
    """Run until told to stop; with a profile, of the thread that works."""
    given = ticket()
    worker = stream_worker(given)
    settle_memory()
    profile: AbstractContextManager[object] = nullcontext()
    if given.profile:
        profile = cProfile.Profile()
    with profile:
        asyncio.run(worker.run())
    if isinstance(profile, cProfile.Profile):
        profile.dump_stats(given.profile)


if __name__ == "__main__":
    main()
