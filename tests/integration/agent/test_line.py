"""Agent and bus over a line that breaks: nothing lost, nothing twice, in order."""

import os
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.conformance.workshop import person
from tests.integration.agent.village import Village, changes, folder_bytes, stop
from tests.integration.connect.plant import Plant, kill

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

CUTS = int(os.environ.get("OPDBUS_TEST_CUTS", "60"))
Make = Callable[..., Village]


@pytest.fixture
def make(plant: Plant) -> Iterator[Make]:
    made: list[Village] = []

    def village(**how: int) -> Village:
        made.append(Village(plant, **how))
        return made[-1]

    yield village
    for each in made:
        each.close()


def test_cuts_and_kills_lose_and_repeat_nothing(plant: Plant, make: Make) -> None:
    """The line is cut at random bytes, both ends are killed at random moments."""
    village, chance, pause = (
        make(cuts=CUTS, seed=5),
        random.Random(5),
        threading.Event(),
    )
    plant.app.fill(0, 300)
    village.collect()
    while village.line.left:
        agent = village.agent()
        before = village.line.left
        rounds = 0
        while village.line.left and before - village.line.left < max(25, CUTS // 10):
            changes(plant, chance, 10, 320)
            pause.wait(0.2)
            rounds += 1
            assert rounds < 1500, village.log()
        kill(agent)
        if chance.random() < 0.7 and village.collecting is not None:
            kill(village.collecting)
            village.collect()
    village.settle()
    state, ids, _ = village.told()
    print(f"cuts {CUTS}, events {len(ids)}, repeated {len(ids) - len(set(ids))}")
    assert state == village.truth()
    assert len(ids) == len(set(ids))


def test_seven_days_without_a_line_come_in_order(plant: Plant, make: Make) -> None:
    village = make()
    village.line.down = True
    chance = random.Random(7)
    plant.app.fill(0, 50)
    agent = village.agent()
    plant.wait(lambda: village.frames() > 0, child=agent)
    for day in range(7):
        before = village.frames()
        changes(plant, chance, 5, 40)
        plant.app.put(person(45, status="12"[(day + 1) % 2], diubah=None))
        plant.wait(lambda before=before: village.frames() > before, child=agent)
    assert stop(agent) == 0
    kept = folder_bytes(village.folder)
    assert b"WARGA" not in kept
    assert b"33250145" not in kept
    village.line.down = False
    village.collect()
    village.settle()
    state, ids, order = village.told()
    assert state == village.truth()
    assert len(ids) == len(set(ids))
    found = [status for ref, status in order if ref == "uji|warga|45"]
    assert found == ["HIDUP", *(["MATI", "HIDUP"] * 3), "MATI"]
