"""`python -m tests.chaos.worker TENANT TOPOLOGY WORKER`: what `pipeline run` does.

On a topology of the tests, with a clock that jumps by what OPDBUS_CHAOS_JUMP (a file)
says, in seconds.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from bus.clock import SystemClock
from bus.config.load import load_settings
from bus.errors import OpdBusError
from bus.serde import Serde
from ops.cli import logging
from ops.cli.pipeline import work
from ops.runtime import base
from tests.chaos.topologies import catalog, topology_of


class JumpingClock(SystemClock):
    """The machine's clock, put right or wrong by somebody."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now_ms(self) -> int:
        shift = int(self._file.read_text()) if self._file.exists() else 0
        return super().now_ms() + 1000 * shift


def main(tenant_id: str, name: str, worker: str) -> int:
    """Run one worker; the exit code."""
    found = base(load_settings())
    tenant = found.tenant.model_copy(update={"id": tenant_id})
    contracts = catalog()
    parts = replace(
        found,
        tenant=tenant,
        catalog=contracts,
        serde=Serde(contracts, found.registry),
        clock=JumpingClock(Path(os.environ.get("OPDBUS_CHAOS_JUMP", "/nowhere"))),
    )
    logging.configure(parts.settings.log_format)
    try:
        work(topology_of(name), parts, worker)
    except OpdBusError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
