"""A spool without room, and a line to nobody."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.agent.frame import Seal
from bus.agent.line import Line
from bus.agent.reader import Reader
from bus.agent.spool import Spool
from bus.agent.worker import Agent
from bus.health import Health
from bus.testing.clock import ManualClock
from tests.conformance.legacies import SqliteLegacy
from tests.conformance.workshop import connector_from, person
from tests.fixtures.rest_app import RestApp

SEAL = Seal("x" * 32, "uji")


class Village:
    """An agent whose time the test moves."""

    def __init__(self, folder: Path, url: str, most_bytes: int) -> None:
        self.app = SqliteLegacy(folder, 10)
        self.app.holds([person(number) for number in range(200)])
        self.clock = ManualClock()
        self.health = Health("agent")
        connector = connector_from(folder, self.app.connector())
        self.spool = Spool(folder / "spool.db", "uji")
        self.reader = Reader(connector, self.spool, SEAL, self.clock, 10)
        self.line = Line(url, self.spool, SEAL, self.clock)
        work = (self.reader, self.line, self.spool)
        self.agent = Agent(work, most_bytes, self.clock, self.health)
        self.health.ready()

    def live(self, seconds: int) -> None:
        for _ in range(seconds * 10):
            self.agent.step()
            self.clock.advance(0.1)

    def report(self, part: str) -> str:
        return str(self.health.report()["parts"][part])

    def close(self) -> None:
        for part in (self.reader, self.line, self.spool):
            part.close()


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path, "http://127.0.0.1:9/agen/uji", 3000)
    yield made
    made.close()


def test_a_full_spool_is_said_and_the_app_keeps_its_rows(
    village: Village, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        village.live(20)
    assert 3000 <= village.spool.bytes < 5000
    assert village.spool.count_known() < 200
    assert not village.health.is_ready()
    assert "nothing more is read" in village.report("spool")
    assert "ConnectError" in village.report("line")
    said = [r for r in caplog.records if "the spool is FULL" in r.message]
    assert len(said) == 1
    assert not village.agent.run(lambda _: True)
    village.spool.delete_below(village.spool.next)  # as if the line took them
    village.live(5)
    assert "ready" in village.report("spool")


def test_once_gives_up_when_nobody_answers(village: Village) -> None:
    waits: list[float] = []

    def stop(seconds: float) -> bool:
        waits.append(seconds)
        village.clock.advance(seconds + 0.01)
        return False

    assert not village.agent.run(stop, once=True)
    assert max(waits) <= 60
    assert village.spool.waiting


@pytest.mark.parametrize(
    ("fault", "told"), [("html", "is agent.url right"), ("500", "HTTP 500")]
)
def test_somebody_else_answers(
    rest_app: RestApp, tmp_path: Path, fault: str, told: str
) -> None:
    rest_app.setup(faults=[fault] * 50)
    village = Village(tmp_path, f"{rest_app.url}/agen/uji", 10**9)
    village.live(2)
    assert told in village.report("line")
    assert village.spool.count_known() == 200
    village.close()
