"""A bus of its own for one benchmark run: broker, gateway, topics, processes."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bus.clock import SystemClock
from bus.errors import FatalError
from bus.kafka.topics import ensure_topics
from ops.kafka.container import broker_here
from ops.runtime import base
from ops.showcase.crew import Child, Crew
from ops.showcase.metrics import ready
from ops.showcase.quiet import wait_until_quiet
from ops.showcase.town import Town

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

    from ops.kafka.broker import LocalBroker
    from ops.kafka.container import ContainerBroker
    from ops.runtime import Base

READY_SECONDS = 60.0


class Site:
    """Use as a context manager; stops everything at the end.

    Args:
        folder: its own, thrown away by the caller.
        variables: what the connectors' `${NAME}` stand for.
    """

    def __init__(
        self, folder: Path, variables: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.closing = ExitStack()
        self.crew = Crew()
        self.clock = SystemClock()
        self.stop = threading.Event()
        self.broker: LocalBroker | ContainerBroker
        self.town: Town
        self.parts: Base
        self.variables = dict(variables or {})

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.closing.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.close()

    def open(self) -> None:
        """Start broker and gateway, make all topics."""
        self.broker = broker_here(self.folder / "kafka")
        self.closing.enter_context(self.broker)
        self.closing.callback(self.crew.stop)
        self.town = Town(self.folder, self.broker.bootstrap, self.variables)
        self.start("gateway", "gateway", "run")
        self.parts = parts = base(self.town.settings)
        self.closing.callback(parts.close)
        refs = [contract.ref for contract in parts.catalog.contracts]
        ensure_topics(parts.settings, parts.catalog, parts.tenant, refs)

    def start(self, name: str, *arguments: str, wait: bool = True) -> Child:
        """Start a process of the bus, and wait until it is ready.

        Raises:
            FatalError: it is not ready within a minute; the end of its log is told.
        """
        child = self.crew.start(self.town.child(name, *arguments))
        until = self.clock.monotonic() + READY_SECONDS
        while wait and not ready(self.town.url(name)):
            self.crew.check()
            if self.clock.monotonic() > until:
                raise FatalError(f"{name} is not ready after 60 s:\n{child.tail()}")
            self.stop.wait(0.05)
        return child

    def drain(self, quiet_seconds: float = 2.0) -> None:
        """Wait until nothing moves.

        Raises:
            FatalError: it did not come to rest within 10 minutes.
        """
        done = wait_until_quiet(
            self.town.bootstrap,
            self.parts.tenant.id,
            self.clock,
            self.stop,
            look=lambda _total: self.crew.check(),
            quiet_seconds=quiet_seconds,
        )
        if not done:
            raise FatalError("the bus did not come to rest within 10 minutes")
