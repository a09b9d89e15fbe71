"""What a contestant's process is told on its command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from bus.clock import SystemClock
from bus.contracts import Catalog
from bus.serde import HttpRegistry, Serde

SCHEMAS = str(Path(__file__).parent.parent / "schemas")
"""Contracts of the benchmark alone; the product's catalogue does not know them."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One run of one contestant.

    Attributes:
        case: what to do.
        bootstrap: the broker.
        registry: URL of the schema registry.
        tenant: whose topics to use.
        name: of the run; groups and transactional ids follow from it.
        folder: the run's own folder.
        worker: number among workers of one group.
        profile: file that takes a profile; "" for none.
    """

    case: str
    bootstrap: str
    registry: str
    tenant: str
    name: str
    folder: str
    worker: str = "0"
    profile: str = ""

    def arguments(self) -> list[str]:
        """As a command line."""
        return [f"--{part}={getattr(self, part)}" for part in self.__slots__]

    def serde(self) -> Serde:
        """Our serde over the contracts of the benchmark."""
        cache = Path(self.folder) / "schemas"
        registry = HttpRegistry(self.registry, cache, SystemClock())
        return Serde(Catalog.load(SCHEMAS), registry)


def ticket() -> Ticket:
    """The ticket on this process's command line."""
    parser = argparse.ArgumentParser()
    for part in Ticket.__slots__:
        parser.add_argument(f"--{part}", default="")
    return Ticket(**vars(parser.parse_args()))
