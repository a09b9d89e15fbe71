"""Operators pause what an agent sends: the agent keeps it, nothing is lost or twice."""

from collections.abc import Iterator

import pytest

from tests.integration.agent.village import Village, stop
from tests.integration.connect.plant import Plant
from tests.integration.connect.test_desk import desk

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.fixture
def village(plant: Plant) -> Iterator[Village]:
    made = Village(plant)
    yield made
    made.close()


def test_paused_the_agent_keeps_and_sends_later(plant: Plant, village: Village) -> None:
    plant.app.fill(0, 40)
    village.collect()
    village.settle()
    code, told = desk(plant, "pause", "desa", "--reason", "data diperiksa")
    assert code == 0, told
    plant.app.fill(40, 100)
    agent = village.agent()
    plant.wait(lambda: "HTTP 503" in str(village.ready()), child=agent)
    village.keeps(3, agent)
    assert plant.count() == 40
    assert village.collecting is not None
    assert stop(village.collecting) == 0, village.log()
    village.collect()
    code, told = desk(plant, "status", "desa")
    assert (code, "PAUSED" in told) == (0, True), told
    assert plant.count() == 40
    assert stop(agent) == 0
    code, told = desk(plant, "resume", "desa")
    assert code == 0, told
    plant.wait(lambda: plant.status("desa")["state"] == "RUNNING")
    village.settle()
    state, ids, _ = village.told()
    assert state == village.truth()
    assert len(ids) == len(set(ids)) == 100
