"""What hinders a worker before it joins the others is told, and joining goes on."""

import asyncio
from pathlib import Path

import pytest

from bus.config.settings import Settings
from bus.connect.reading import roster
from bus.connect.reading.task import Collecting
from bus.errors import RetriableError
from bus.health import Health
from bus.serde import Serde
from bus.testing.clock import ManualClock
from bus.testing.registry import MemoryRegistry
from tests.conformance.workshop import CATALOG, TENANT

WHY = "the broker has no coordinator for groups after 15 s"


def test_a_broker_without_coordinator_is_told_until_the_group_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> frozenset[str]:
        raise RetriableError(WHY)

    async def ready() -> None: ...

    monkeypatch.setattr(roster, "remove_gone", refuse)
    health = Health("uji")
    settings = Settings(bootstrap="127.0.0.1:1", state_dir=tmp_path)
    serde = Serde(CATALOG, MemoryRegistry())
    shared = Collecting(
        settings, TENANT, CATALOG, serde, ManualClock(), health, "uji", ready
    )
    worker = roster.SourceRoster(shared)
    asyncio.run(worker._bury())
    assert WHY in str(health.report())
    worker._given(frozenset())
    assert WHY not in str(health.report())
