"""A bus with the apps of a synthetic tenant for one benchmark run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from ops.benchmarks.site import Site
from ops.showcase.stores import Stores

if TYPE_CHECKING:
    from pathlib import Path


class Plant(Site):
    """Use as a context manager; stops everything at the end.

    Args:
        folder: its own, thrown away by the caller.
        residents: size of the synthetic tenant.
        seed: the same seed makes the same people.
    """

    def __init__(self, folder: Path, residents: int, seed: int) -> None:
        super().__init__(folder)
        self.stores = Stores(folder, None)
        self._size = (residents, seed)

    def open(self) -> None:
        """Start the bus and fill the apps."""
        self.stores.clean()
        self.closing.callback(self.stores.close)
        self.variables = self.stores.environment()
        super().open()
        self.stores.fill(*self._size, Console(quiet=True))
