"""A fault of the bus or of a driver in one source: told, and nobody else's matter."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bus.clock import SystemClock
from bus.config.settings import Settings
from bus.connect.files.connector import load_connector
from bus.connect.reading.task import FAILED, Collecting, SourceTask
from bus.connect.reading.worker import once_ready, topics_of
from bus.contracts import topic_name
from bus.health import Health
from bus.kafka.reader import read_committed
from bus.serde import Serde
from bus.testing.registry import MemoryRegistry
from ops.wiring import SOURCES
from tests.conformance.legacies import SqliteLegacy
from tests.conformance.workshop import CATALOG, RULES, TENANT, person

pytestmark = pytest.mark.kafka
STATUS = "platform.connector.state.v1"


class Faulty:
    """A source of a driver that breaks off with whatever error it likes."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def poll(self, cursor: str | None) -> Any:
        raise TypeError(f"3325014501589001 is no {cursor}")


def test_it_is_told_without_persons(
    broker: str, tenant_id: str, tmp_path: Path
) -> None:
    legacy = SqliteLegacy(tmp_path, 10)
    legacy.holds([person(1)])
    (tmp_path / "uji.yaml").write_text(legacy.connector(), encoding="utf-8")
    spec = SOURCES["sql"]
    faulty = replace(spec, open=lambda *words: Faulty(spec.open(*words)))
    file = tmp_path / "uji.yaml"
    connector = load_connector(file, {"sql": faulty}, CATALOG, RULES)
    tenant = TENANT.model_copy(update={"id": tenant_id})
    serde, health = Serde(CATALOG, MemoryRegistry()), Health("uji")

    async def run() -> list[str]:
        settings = Settings(bootstrap=broker, state_dir=tmp_path)
        refs = topics_of([connector], CATALOG)
        ready = once_ready(settings, CATALOG, tenant, refs)
        clock = SystemClock()
        shared = Collecting(
            settings, tenant, CATALOG, serde, clock, health, "uji", ready
        )
        task = SourceTask(connector, shared, once=True)
        await task.run()
        assert task.state == FAILED
        topic = topic_name(tenant_id, STATUS)
        return [
            str(serde.decode(record.value or b"")[1])
            async for record in read_committed(broker, topic)
        ]

    told = asyncio.run(run())[-1]
    assert "FAILED" in told
    assert "TypeError" in told
    assert "3325014501589001" not in told
    assert "TypeError" in str(health.report())
