"""One small world, made once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ops.simulate.create import create
from ops.simulate.faults import Faults
from ops.simulate.manifest import Manifest
from ops.simulate.world import Plan

TODAY = date(2026, 11, 21)
RESIDENTS = 3_000


class Still:
    """A clock where asking for the time takes a little of it."""

    def __init__(self) -> None:
        self._now = 0.0

    def now_ms(self) -> int:
        return 1_795_233_600_000 + int(self._now * 1000)

    def monotonic(self) -> float:
        self._now += 0.01
        return self._now


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batang")


@pytest.fixture(scope="session")
def made(folder: Path) -> Manifest:
    return create(folder, Plan(RESIDENTS, 7, TODAY, Faults()), clock=Still())


@pytest.fixture(scope="module")
def apps(folder: Path, made: Manifest) -> Iterator[Manifest]:
    """What was planted; the connectors of complaints find their apps."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ADUAN_URL", f"sqlite:///{folder / 'aduan' / 'aduan.db'}")
    patch.setenv("LAPOR", str(folder / "lapor"))
    patch.setenv("SETDA", str(folder / "setda"))
    yield made
    patch.undo()
