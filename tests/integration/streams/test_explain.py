"""`opdbus pipeline explain` on a real broker, from the command line."""

import asyncio
import re
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from bus.kafka.reader import read_committed
from bus.record import header
from ops.benchmarks.plant import Plant
from ops.showcase.town import EXAMPLE

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

FACTS = "k3325.sosial.santunan.fact.v1"


async def _decision(bootstrap: str):
    """The first decision of the claim stage, as soon as there is one."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        async with aclosing(read_committed(bootstrap, FACTS)) as records:
            async for record in records:
                if header(record.headers, "ce_source") == "/k3325/santunan.klaim":
                    return record
        await asyncio.sleep(0.5)
    raise AssertionError("no decision within 120 s")


def _asked(plant: Plant, record: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.cli", "pipeline", "explain", record],
        env=plant.town.environment("explain"),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def _explain(plant: Plant, record: str) -> str:
    done = _asked(plant, record)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_decision_is_explained_by_id_and_by_place(tmp_path):
    with Plant(tmp_path / "plant", 300, 7) as plant:
        files = sorted(str(p) for p in Path(f"{EXAMPLE}/connectors").glob("*.yaml"))
        plant.start("sources", "connect", "run", *files)
        plant.start("streams", "pipeline", "run", "santunan", "--worker", "satu")
        record = asyncio.run(_decision(plant.town.bootstrap))
        name = header(record.headers, "ce_id")
        text = _explain(plant, name)
        cause = header(record.headers, "ce_causationid")
        assert f"event {name}" in text
        assert f"stands at {FACTS}/{record.partition}/{record.offset}" in text
        assert f"  PerkaraDilengkapi  {cause}" in text
        assert not re.search(r"\b\d{16}\b", text)
        again = _explain(plant, cause)
        assert f"{name} to {FACTS}" in again
        assert "santunan.klaim read k3325.santunan.klaim.repartition.v1/" in again
        wrong = _asked(plant, f"{FACTS}/77/1")
        assert (wrong.returncode, "has no partition 77" in wrong.stderr) == (2, True)
        place = f"{FACTS}/{record.partition}/{record.offset}"
        assert _explain(plant, place).splitlines()[0] == text.splitlines()[0]
