"""The catalogue: every contract and event type known to this installation."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bus.contracts.assembly import Assembly
from bus.contracts.folder import FolderReader
from bus.contracts.naming import topic_name
from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

    from bus.contracts.contract import Contract, EventContract


class Catalog:
    """All contracts, checked together; immutable after `load`."""

    def __init__(
        self,
        contracts: Mapping[str, Contract],
        events: Mapping[str, EventContract],
    ) -> None:
        self._contracts = MappingProxyType(dict(contracts))
        self._events = MappingProxyType(dict(events))

    @classmethod
    def load(cls, root: Traversable | str | None = None) -> Catalog:
        """Read and check a schema folder; the package data once in a process.

        Args:
            root: the folder; by default the package data of `schemas`.

        Raises:
            ConfigError: every problem of every file, one line each.
        """
        if root is None:
            return _packaged()
        return cls._read(Path(root) if isinstance(root, str) else root)

    @classmethod
    def _read(cls, root: Traversable) -> Catalog:
        reader = FolderReader(root)
        assembly = Assembly(reader.types())
        for folder in reader.contracts():
            assembly.add(folder)
        if not reader.problems:  # else carried events may be missing for that reason
            assembly.check_carried()
        if problems := [*reader.problems, *assembly.problems]:
            raise ConfigError(*problems)
        return cls(assembly.contracts, assembly.events)

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """All contracts, by reference."""
        return tuple(self._contracts[ref] for ref in sorted(self._contracts))

    @property
    def events(self) -> Mapping[str, EventContract]:
        """All event types by name."""
        return self._events

    def contract(self, ref: str) -> Contract:
        """One contract.

        Raises:
            ConfigError: there is none; the message names the nearest.
        """
        found = self._contracts.get(ref)
        if found is None:
            raise ConfigError(_unknown("contract", ref, self._contracts))
        return found

    def event(self, event_type: str) -> EventContract:
        """One event type.

        Raises:
            ConfigError: there is none; the message names the nearest.
        """
        found = self._events.get(event_type)
        if found is None:
            raise ConfigError(_unknown("event type", event_type, self._events))
        return found

    def events_of(self, ref: str) -> tuple[EventContract, ...]:
        """Every event type that may stand in a contract's topic.

        Raises:
            ConfigError: no such contract.
        """
        return tuple(self.event(name) for name in self.contract(ref).event_types)

    def topic_of(self, tenant: str, event_type: str) -> str:
        """The topic where a tenant publishes an event type.

        Raises:
            ConfigError: no such event type, or the tenant is not well formed.
        """
        return topic_name(tenant, self.event(event_type).contract)


@cache
def _packaged() -> Catalog:
    return Catalog._read(files("schemas"))  # noqa: SLF001 - its own


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(name, names, n=3) or names[:3]
    return f"{what} {name!r} is not in the catalogue; nearest: {', '.join(near)}"
