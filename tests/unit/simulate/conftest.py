"""One small world, made once."""

from datetime import date
from pathlib import Path

import pytest

from ops.simulate.create import create
from ops.simulate.faults import Faults
from ops.simulate.manifest import Manifest
from ops.simulate.world import Plan

TODAY = date(2026, 11, 21)
RESIDENTS = 3_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batang")


@pytest.fixture(scope="session")
def made(folder: Path) -> Manifest:
    return create(folder, Plan(RESIDENTS, 7, TODAY, Faults()))
